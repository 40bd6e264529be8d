// SPDX-License-Identifier: BSD-2-Clause
//
// What policyctl says of its own accord: on standard error, in colours on a terminal only; with --json
// one object a line.
#pragma once

#include <string>
#include <string_view>

#include "diag/diagnostics.h"

namespace eventfilter::cli {

// From now on what is said are objects: kind and text, of findings also id, file, line, column, end_column
// and, where there is one, hint.
void speak_json();
bool speaks_json();

// Whether standard error is a terminal on which lines can be written over.
bool has_terminal();

// Whether it wants colours as well (NO_COLOR isn't set).
bool wants_colours();

// The text of Diagnostics::render() with kinds, underlines and hints in colours.
std::string coloured(std::string_view rendered);

// Writes it to standard error, coloured where that is wanted.
void show(std::string_view rendered);
void show(const diag::Diagnostics& findings);

// A finding as such an object.
std::string json_finding(const diag::Diagnostic& finding, const diag::Diagnostics& findings);

// What to say when the kernel answers EOPNOTSUPP.
inline constexpr const char* kNoEventFilters =
    "this kernel has no event filters; is eventfilter in lsm= and /sys/kernel/security/lsm?";

// "policyctl: error: TEXT", "policyctl: note: TEXT"
void say(std::string_view kind, std::string_view text);

}  // namespace eventfilter::cli
