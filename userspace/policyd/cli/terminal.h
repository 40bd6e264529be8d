// SPDX-License-Identifier: BSD-2-Clause
//
// What policyctl says of its own accord: on standard error, in colours on a terminal only.
#pragma once

#include <string>
#include <string_view>

namespace eventfilter::cli {

// Whether standard error is a terminal that wants colours (NO_COLOR isn't set).
bool wants_colours();

// The text of Diagnostics::render() with kinds, underlines and hints in colours.
std::string coloured(std::string_view rendered);

// Writes it to standard error, coloured where that is wanted.
void show(std::string_view rendered);

// What to say when the kernel answers EOPNOTSUPP.
inline constexpr const char* kNoEventFilters =
    "this kernel has no event filters; is eventfilter in lsm= and /sys/kernel/security/lsm?";

// "policyctl: error: TEXT", "policyctl: note: TEXT"
void say(std::string_view kind, std::string_view text);

}  // namespace eventfilter::cli
