// SPDX-License-Identifier: BSD-2-Clause
//
// What @{HOME} and @{HOMES} stand for: homes in the user database, not $HOME, which is whatever the
// caller's caller liked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace eventfilter::apply {

// The ids that people's accounts have.
struct UserIds {
  uid_t first = 1000;
  uid_t last = 60000;

  bool operator==(const UserIds&) const = default;
};

// UID_MIN and UID_MAX of /etc/login.defs; what isn't said, or is no number, is as above.
UserIds parse_login_defs(std::string_view text);

// A home as a pattern can start with it: without a slash at its end; "" for "/" and what is relative.
std::string usable_home(std::string_view directory);

// The home of a user; "" without one.
std::string home_of(uid_t user);

// The homes of root and of all people, sorted, each once. Not those of system users, which are
// places such as "/bin" that others share.
std::vector<std::string> homes_of_people();

}  // namespace eventfilter::apply
