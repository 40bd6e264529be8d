// SPDX-License-Identifier: BSD-2-Clause
//
// What domains and labels are called in the rule file.
#pragma once

#include <string>
#include <vector>

#include "apparmor/division.h"
#include "apparmor/profile.h"

namespace eventfilter::apparmor {

// A name for each profile, after its own: "/usr/bin/irssi" is irssi_t.
std::vector<std::string> domain_names(const std::vector<Profile>& profiles);

// A name for each distinct access, after what files may be used for: irssi_rw_t. `first` is a domain's.
class LabelNames {
 public:
  explicit LabelNames(const std::string& first);

  std::string name(const std::vector<Access>& access);

 private:
  std::string stem_;
  std::vector<std::pair<std::vector<Access>, std::string>> known_;
};

}  // namespace eventfilter::apparmor
