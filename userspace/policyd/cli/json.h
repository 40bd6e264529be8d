// SPDX-License-Identifier: BSD-2-Clause
//
// Answers for programs: one object a line.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace eventfilter::cli {

// A string in quotes. Bytes that are no UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

// {"name": "value", ...}
std::string json_object(std::initializer_list<std::pair<std::string_view, std::string_view>> members);

}  // namespace eventfilter::cli
