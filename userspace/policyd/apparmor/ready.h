// SPDX-License-Identifier: BSD-2-Clause
//
// File rules as the division takes them.
#pragma once

#include <string>
#include <vector>

#include "apparmor/division.h"
#include "base/result.h"

namespace eventfilter::apparmor {

// The file rules of all profiles; `domains` are the profiles' names in the rule file. Refers to the profiles.
base::Result<std::vector<Ready>> make_ready(const std::vector<Profile>& profiles,
                                            const std::vector<std::string>& domains);

}  // namespace eventfilter::apparmor
