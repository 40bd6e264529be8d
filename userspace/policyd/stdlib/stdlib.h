// SPDX-License-Identifier: BSD-2-Clause
//
// The standard includes, part of the program: a policy needs no file outside of the user's.
#pragma once

#include <optional>
#include <string_view>

namespace eventfilter::stdlib {

// The text of `include <name>;`, or nullopt.
std::optional<std::string_view> find(std::string_view name);

}  // namespace eventfilter::stdlib
