// SPDX-License-Identifier: BSD-2-Clause
//
// From root, or from what a service manager gives, to what a process needs.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"

namespace eventfilter::service {

struct User {
  uid_t uid = 0;
  gid_t gid = 0;
};

// ENOENT: there is none with this name.
base::Result<User> find_user(const std::string& name);

// Becomes `user` if the caller is root, and keeps exactly these capabilities (numbers of
// capabilities(7)), none of which can be inherited or got back: the bounding set is emptied where
// that is permitted, no_new_privs is set, and the process can't be traced by others of its user. An
// error leaves the process unfit to go on.
base::Result<void> drop_privileges(const User& user, const std::vector<int>& capabilities);

}  // namespace eventfilter::service
