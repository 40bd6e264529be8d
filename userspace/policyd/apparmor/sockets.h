// SPDX-License-Identifier: BSD-2-Clause
//
// network and unix rules.
#pragma once

#include <string>

#include "apparmor/division.h"
#include "apparmor/profile.h"

namespace eventfilter::apparmor {

struct Sockets {
  std::string text;
  Kept kept;
};

// `domain` is the profile's in the rule file, `profile` its name.
Sockets sockets(const OtherRule& rule, const std::string& domain, const std::string& profile);

}  // namespace eventfilter::apparmor
