// SPDX-License-Identifier: BSD-2-Clause
#include "policy/constants.h"

#include <map>

// Written by constants.cmake when built: terminated by a null name.
extern "C" {
struct evf_constant {
  const char* name;
  long long value;
};
extern const evf_constant evf_kernel_constants[];
extern const evf_constant evf_ioctl_constants[];
extern const evf_constant evf_field_constants[];
extern const evf_constant evf_socket_constants[];
extern const evf_constant evf_errno_constants[];
}

namespace eventfilter::policy {
namespace {

using Table = std::map<std::string, long long, std::less<>>;

void add(Table& table, const evf_constant* constant) {
  for (; constant->name != nullptr; ++constant) table.emplace(constant->name, constant->value);
}

const Table& errnos() {
  static const Table table = [] {
    Table all;
    add(all, evf_errno_constants);
    return all;
  }();
  return table;
}

const Table& constants() {
  static const Table table = [] {
    Table all = errnos();
    add(all, evf_kernel_constants);
    add(all, evf_ioctl_constants);
    add(all, evf_socket_constants);
    return all;
  }();
  return table;
}

}  // namespace

std::optional<long long> find_constant(std::string_view name) {
  const auto found = constants().find(name);
  if (found == constants().end()) return std::nullopt;
  return found->second;
}

const std::vector<std::string>& constant_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [name, value] : constants()) all.push_back(name);
    return all;
  }();
  return names;
}

const std::vector<FieldConstant>& field_constants() {
  static const std::vector<FieldConstant> all = [] {
    std::vector<FieldConstant> made;
    for (const evf_constant* one = evf_field_constants; one->name != nullptr; ++one) {
      made.push_back({std::string(one->name), one->value});
    }
    return made;
  }();
  return all;
}

std::string find_errno(std::string_view name) {
  const auto found = errnos().find(name);
  if (found == errnos().end()) return {};
  // Of two names for one number the kernel knows the alphabetically first.
  for (const auto& [candidate, value] : errnos()) {
    if (value == found->second) return candidate;
  }
  return {};
}

std::vector<std::string> errno_names() {
  std::vector<std::string> names;
  for (const auto& [name, value] : errnos()) names.push_back(name);
  return names;
}

}  // namespace eventfilter::policy
