// SPDX-License-Identifier: BSD-2-Clause
//
// Users of the machine, as a policy's `user alice`, `user %wheel` names them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "ipc/policy_view.h"

namespace eventfilter::daemon {

struct Who {
  uid_t uid = 0;
  std::string name;
  std::vector<std::string> groups;
  gid_t gid = 0;
  bool has_all_groups = true;  // none was left out
};

// None if the list of users has no such user.
std::optional<Who> who_is(uid_t uid);
std::optional<Who> who_is(const std::string& name);

// The roles that a policy gives somebody, in its order, each once.
std::vector<std::string> roles_of(const ipc::PolicyView& policy, const Who& who);

// Whether he may enter a domain: one of these roles has it, or the policy speaks of no users, or he is root.
bool may_enter(const ipc::PolicyView& policy, const Who& who, const std::vector<std::string>& roles,
               const std::string& domain);

}  // namespace eventfilter::daemon
