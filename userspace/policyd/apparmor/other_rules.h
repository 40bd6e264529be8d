// SPDX-License-Identifier: BSD-2-Clause
//
// What isn't about files: capabilities, sockets, signals, tracing, mounts; and what has no counterpart here.
#pragma once

#include <string>
#include <vector>

#include "apparmor/division.h"
#include "apparmor/profile.h"

namespace eventfilter::apparmor {

struct OtherRules {
  std::string text;        // the rules of the domain, a line each
  std::vector<Kept> kept;  // by rule of the profile
};

// The rules of one of the profiles; `domains` are the names of all of them in the rule file.
OtherRules other_rules(const std::vector<Profile>& profiles, const std::vector<std::string>& domains,
                       std::size_t which);

}  // namespace eventfilter::apparmor
