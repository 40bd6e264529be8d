// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string_view>

namespace eventfilter::cli {

// What --help prints: of a command, or of policyctl itself ("").
std::string_view help(std::string_view command);

// Those of the commands that reason about rule files; "" for others.
std::string_view help_on_analysis(std::string_view command);

}  // namespace eventfilter::cli
