// SPDX-License-Identifier: BSD-2-Clause
//
// For tests: the profiles of apparmor-profiles and apparmor-profiles-extra, where they are installed.
#pragma once

#include <string>
#include <vector>

#include "apparmor/scan.h"

namespace eventfilter::apparmor {

// The file system.
Sources real_sources();

// Paths of profiles, sorted; a few small ones, or all. Empty: they aren't installed.
std::vector<std::string> debians_profiles(bool all);

}  // namespace eventfilter::apparmor
