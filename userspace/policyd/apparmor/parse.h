// SPDX-License-Identifier: BSD-2-Clause
//
// Profile files as profiles and rules.
#pragma once

#include "apparmor/profile.h"
#include "apparmor/scan.h"

namespace eventfilter::apparmor {

// Reads one file with what it includes. EINVAL, with the place, for what is no profile file.
base::Result<Profiles> parse(const std::string& name, const std::string& text, const Sources& sources);

}  // namespace eventfilter::apparmor
