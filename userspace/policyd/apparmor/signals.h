// SPDX-License-Identifier: BSD-2-Clause
//
// signal rules. The sender's profile and the receiver's both have a say.
#pragma once

#include <string>
#include <vector>

#include "apparmor/division.h"
#include "apparmor/profile.h"

namespace eventfilter::apparmor {

// The rules of one profile about signals that it sends.
std::string signal_rules(const std::vector<Profile>& profiles, const std::vector<std::string>& domains,
                         std::size_t which);

// What became of a rule of one of them.
Kept signal_kept(const std::vector<Profile>& profiles, const OtherRule& rule);

}  // namespace eventfilter::apparmor
