// SPDX-License-Identifier: BSD-2-Clause
//
// Whether what a role's `constrain` asks for holds of a session.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace eventfilter::analysis {

// What is known of a session, by the fields of policy::session_event(). What isn't here isn't known: a test of it is
// false, and so is its negation.
struct Circumstances {
  std::map<std::string, std::int64_t> numbers;
  std::map<std::string, std::string> texts;
  std::vector<std::string> groups;  // the field "group" is any of them
  bool has_all_groups = true;       // there are no others
};

// `constraint`: a filter, as the compiler writes it. What isn't one ends the program.
bool holds(const std::string& constraint, const Circumstances& circumstances);

}  // namespace eventfilter::analysis
