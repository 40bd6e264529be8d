// SPDX-License-Identifier: BSD-2-Clause
#include "events/target.h"

#include <array>

namespace eventfilter::events {
namespace {

constexpr std::string_view kSyscallPrefix = "sys_enter_";

constexpr std::array<std::string_view, 7> kGroupNames = {"syscalls", "file", "use",   "meta",
                                                         "socket",   "task", "system"};

}  // namespace

const Field* Event::find(std::string_view field) const {
  for (const Field& candidate : fields) {
    if (candidate.name == field) return &candidate;
  }
  return nullptr;
}

std::string_view Event::syscall() const {
  return std::string_view(name).substr(kSyscallPrefix.size());
}

Target::Target(std::vector<Event> events) : events_(std::move(events)) {
  for (std::size_t i = 0; i < events_.size(); ++i) {
    by_name_.emplace(events_[i].name, i);
    if (!events_[i].usual_name.empty()) by_name_.emplace(events_[i].usual_name, i);
  }
}

const Event* Target::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &events_[found->second];
}

const Event* Target::find_syscall(std::string_view name) const {
  return find(std::string(kSyscallPrefix) + std::string(name));
}

std::vector<std::string> Target::syscall_names() const {
  std::vector<std::string> names;
  for (const auto& [name, index] : by_name_) {
    if (events_[index].group == Group::Syscalls) names.push_back(name.substr(kSyscallPrefix.size()));
  }
  return names;
}

std::string_view group_name(Group group) { return kGroupNames[static_cast<std::size_t>(group)]; }

std::string type_name(const Field& field) {
  switch (field.kind) {
    case Kind::Uid: return "uid";
    case Kind::Gid: return "gid";
    case Kind::Label: return "label";
    case Kind::String: return "string";
    case Kind::Pointer: return "pointer";
    case Kind::Integer: break;
  }
  return (field.is_signed ? "s" : "u") + std::to_string(field.size * 8);
}

}  // namespace eventfilter::events
