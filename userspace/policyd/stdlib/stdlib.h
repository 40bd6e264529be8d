// SPDX-License-Identifier: BSD-2-Clause
//
// The standard includes, part of the program: a policy needs no file outside of the user's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventfilter::stdlib {

// The text of `include <name>;`, or nullopt.
std::optional<std::string_view> find(std::string_view name);

// The names that find() knows.
std::vector<std::string> names();

}  // namespace eventfilter::stdlib
