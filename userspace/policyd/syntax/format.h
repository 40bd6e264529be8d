// SPDX-License-Identifier: BSD-2-Clause
//
// A rule file as it is usually written: what `policyctl fmt` prints.
#pragma once

#include <optional>
#include <string>

#include "diag/diagnostics.h"

namespace eventfilter::syntax {

// Where a line ends, if the words let it.
inline constexpr std::size_t kMaxColumns = 100;

// The text of a source in canonical form: the same words and comments, other blanks; lists of names
// in braces without commas where the language takes either. Formatting the result again changes
// nothing. Nothing comes back for a source with mistakes: those are reported.
std::optional<std::string> format(diag::SourceId source, diag::Diagnostics& diagnostics);

}  // namespace eventfilter::syntax
