// SPDX-License-Identifier: BSD-2-Clause
//
// "@{HOME}/**" means another place for each user. A policy is compiled once, with a mark in the place
// of the home; for each user who enters, its labels have an instance of their own: home_t of
// uid 1000 is home_t.u1000, and alice's domain tests home_t and that, never bob's.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "emit/compiled_policy.h"

namespace eventfilter::labeld {

// What @{HOME} is when a policy is compiled.
inline constexpr std::string_view kHomeMark = "/@HOME@";

// The assignments of a policy by what they depend on.
struct Split {
  std::vector<emit::LabelAssignment> common;
  std::vector<emit::LabelAssignment> of_home;
  std::set<std::string> labels;  // of the latter
};
Split split(const emit::CompiledPolicy& policy);

std::string instance_name(const std::string& label, uid_t uid);

// Those of one user, with labels of his own.
std::vector<emit::LabelAssignment> instantiate(const Split& split, const std::string& home, uid_t uid);

// A canonical ruleset in which tests of one of the labels are true of the user's instance as well.
std::string instantiate(std::string_view ruleset, const std::set<std::string>& labels, uid_t uid);

// The home of a user as patterns take it; empty if there is none, or if what is there isn't a
// directory of his own: then his labels have no place, and what they open stays closed.
std::string home_of(uid_t uid);

}  // namespace eventfilter::labeld
