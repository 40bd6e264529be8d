// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/who.h"

#include <algorithm>
#include <array>

#include <grp.h>
#include <pwd.h>

namespace eventfilter::daemon {
namespace {

constexpr int kMaxGroups = 256;

using Buffer = std::array<char, 16384>;

// `ret_all`: whether each of them has been found.
std::vector<std::string> groups_of(const struct passwd& user, bool& ret_all) {
  std::array<gid_t, kMaxGroups> ids;
  int count = kMaxGroups;
  ret_all = getgrouplist(user.pw_name, user.pw_gid, ids.data(), &count) >= 0;
  if (!ret_all) count = kMaxGroups;
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) {
    Buffer buffer;
    struct group entry = {};
    struct group* found = nullptr;
    if (getgrgid_r(ids[static_cast<std::size_t>(i)], &entry, buffer.data(), buffer.size(), &found) == 0 &&
        found != nullptr) {
      names.emplace_back(found->gr_name);
    } else {
      ret_all = false;
    }
  }
  return names;
}

std::optional<Who> made_of(const struct passwd* found) {
  if (found == nullptr) return std::nullopt;
  Who who{found->pw_uid, found->pw_name, {}, found->pw_gid};
  who.groups = groups_of(*found, who.has_all_groups);
  return who;
}

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool is_meant(const std::string& user, const Who& who) {
  return user.starts_with('%') ? contains(who.groups, user.substr(1)) : user == who.name;
}

}  // namespace

std::optional<Who> who_is(uid_t uid) {
  Buffer buffer;
  struct passwd entry = {};
  struct passwd* found = nullptr;
  if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0) return std::nullopt;
  return made_of(found);
}

std::optional<Who> who_is(const std::string& name) {
  Buffer buffer;
  struct passwd entry = {};
  struct passwd* found = nullptr;
  if (getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0) return std::nullopt;
  return made_of(found);
}

std::vector<std::string> roles_of(const ipc::PolicyView& policy, const Who& who) {
  std::vector<std::string> roles;
  for (const ipc::ViewList& user : policy.users) {
    if (!is_meant(user.name, who)) continue;
    for (const std::string& role : user.items) {
      if (!contains(roles, role)) roles.push_back(role);
    }
  }
  return roles;
}

bool may_enter(const ipc::PolicyView& policy, const Who& who, const std::vector<std::string>& roles,
               const std::string& domain) {
  if (policy.users.empty() || who.uid == 0) return true;
  for (const std::string& name : roles) {
    const ipc::ViewList* const role = policy.find_role(name);
    if (role != nullptr && contains(role->items, domain)) return true;
  }
  return false;
}

}  // namespace eventfilter::daemon
