// SPDX-License-Identifier: BSD-2-Clause
//
// Paths by the patterns that cover them. Not for other layers; the entry is objects.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emit/compiled_policy.h"

namespace eventfilter::analysis {

// What walking through the kinds of paths may take.
inline constexpr std::size_t kMaxPathKinds = 20000;

// Paths among which each pair of labels occurs that some path has in the two policies. nullopt if there are too many
// kinds of them.
std::optional<std::vector<std::string>> path_kinds(const emit::CompiledPolicy& before,
                                                   const emit::CompiledPolicy& after);

}  // namespace eventfilter::analysis
