// SPDX-License-Identifier: BSD-2-Clause
//
// Policies drawn at random, as text: of every construct that decides verdicts.
#pragma once

#include <string>
#include <vector>

#include "differential/random.h"

namespace eventfilter::differential {

struct RandomPolicy {
  std::string text;
  std::vector<std::string> domains;
  std::vector<std::string> roles;
  std::vector<std::string> handles;
  std::vector<std::string> booleans;
  std::vector<std::string> types;   // labels and the names of domains
  std::vector<std::string> events;  // that its rules are about, or ftrace's names of syscalls
};

RandomPolicy draw_policy(Random& random);

// A path that the patterns of drawn policies are about.
std::string draw_path(Random& random);

}  // namespace eventfilter::differential
