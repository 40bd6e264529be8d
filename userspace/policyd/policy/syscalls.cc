// SPDX-License-Identifier: BSD-2-Clause
#include "policy/syscalls.h"

#include <algorithm>
#include <array>
#include <map>

namespace eventfilter::policy {
namespace {

using Names = std::vector<std::string_view>;

Names split(std::string_view words) {
  Names names;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    names.push_back(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return names;
}

const std::map<std::string_view, Names>& sets() {
  static const std::map<std::string_view, Names> all = {
#define SYSCALL_SET(name, syscalls) {name, split(syscalls)},
#include "policy/syscall_sets.def"
#define SYSCALL_SET(name, syscalls) {name, split(syscalls)},
#define DOORS(name, syscalls)
#define SIBLINGS(syscalls)
#include "policy/syscalls.def"
  };
  return all;
}

const std::vector<Names>& sibling_groups() {
  static const std::vector<Names> all = {
#define SYSCALL_SET(name, syscalls)
#define DOORS(name, syscalls)
#define SIBLINGS(syscalls) split(syscalls),
#include "policy/syscalls.def"
  };
  return all;
}

const std::map<std::string_view, Names>& doors() {
  static const std::map<std::string_view, Names> all = {
#define SYSCALL_SET(name, syscalls)
#define DOORS(name, syscalls) {name, split(syscalls)},
#define SIBLINGS(syscalls)
#include "policy/syscalls.def"
  };
  return all;
}

bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::optional<Names> find_syscall_set(std::string_view name) {
  const auto found = sets().find(name);
  if (found == sets().end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> syscall_set_names() {
  std::vector<std::string> names;
  for (const auto& [name, syscalls] : sets()) names.push_back(std::string(name));
  return names;
}

Names siblings_of(std::string_view name) {
  const auto others = doors().find(name);
  Names siblings = others == doors().end() ? Names() : others->second;
  for (const Names& group : sibling_groups()) {
    if (!contains(group, name)) continue;
    for (const std::string_view one : group) {
      if (one != name && !contains(siblings, one)) siblings.push_back(one);
    }
  }
  return siblings;
}

bool is_always_allowed(std::string_view name) {
  constexpr std::array<std::string_view, 4> kNames = {"exit", "exit_group", "restart_syscall",
                                                      "rt_sigreturn"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

bool is_io_uring(std::string_view name) { return name.starts_with("io_uring_"); }

}  // namespace eventfilter::policy
