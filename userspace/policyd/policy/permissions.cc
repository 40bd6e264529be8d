// SPDX-License-Identifier: BSD-2-Clause
#include "policy/permissions.h"

#include <algorithm>
#include <map>

#include <linux/eventfilter.h>

#include "policy/constants.h"

namespace eventfilter::policy {
namespace {

static_assert(EVF_ACCESS_READ == 4 && EVF_ACCESS_WRITE == 2 && EVF_ACCESS_APPEND == 8,
              "the masks below are these bits");
constexpr std::string_view kAsksRead = "access & 4";
constexpr std::string_view kAsksWrite = "access & 10";
constexpr std::string_view kNotRead = "!(access & 4)";
constexpr std::string_view kNotWrite = "!(access & 10)";

std::string row(std::string_view a, std::string_view b, std::string_view c, std::string_view d,
                std::string_view e, std::string_view f) {
  std::string out;
  for (const std::string_view cell : {a, b, c, d, e, f}) {
    out += "| " + (cell.empty() ? std::string("-") : std::string(cell)) + " ";
  }
  return out + "|\n";
}

std::string lower(std::string text) {
  for (char& byte : text) byte = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
  return text;
}

// As the documentation says it.
std::string_view text_of(Flow flow) {
  switch (flow) {
    case Flow::None: break;
    case Flow::Read: return "read";
    case Flow::Write: return "write";
    case Flow::Both: return "read, write";
    case Flow::Access: return "as `access`";
    case Flow::Map: return "read; write where shared";
  }
  return {};
}

std::string code(std::string_view text) {
  return text.empty() ? std::string() : "`" + std::string(text) + "`";
}

}  // namespace

const std::vector<Permission>& permissions() {
  static const std::vector<Permission> all = {
#define CLASS(name, group, by_default)
#define PERMISSION(object_class, name, event, needs, flow, meaning) \
  {#object_class, #name, #event, k##needs, Flow::flow, meaning},
#include "policy/permissions.def"
  };
  return all;
}

const std::vector<ClassInfo>& classes() {
  constexpr bool kIsOpen = true;
  constexpr bool kIsClosed = false;
  static const std::vector<ClassInfo> all = {
#define CLASS(name, group, by_default) {#name, events::Group::group, kIs##by_default},
#define PERMISSION(object_class, name, event, needs, flow, meaning)
#include "policy/permissions.def"
  };
  return all;
}

const ClassInfo* find_class(std::string_view name) {
  for (const ClassInfo& one : classes()) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

const std::vector<std::string>& class_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> found;
    for (const ClassInfo& one : classes()) found.emplace_back(one.name);
    std::sort(found.begin(), found.end());
    return found;
  }();
  return names;
}

const ClassInfo* class_of(const events::Event& event) {
  if (event.group == events::Group::Syscalls) return find_class(kSyscallClass);
  static const std::map<std::string_view, const ClassInfo*> known = [] {
    std::map<std::string_view, const ClassInfo*> made;
    for (const Permission& one : permissions()) made[one.event] = find_class(one.object_class);
    return made;
  }();
  const auto found = known.find(event.name);
  return found == known.end() ? nullptr : found->second;
}

Flow flow_of(const events::Event& event) {
  static const std::map<std::string_view, Flow> known = [] {
    std::map<std::string_view, Flow> made;
    // "open" is the first of file_open's, and both.
    for (const Permission& one : permissions()) made.emplace(one.event, one.flow);
    return made;
  }();
  const auto found = known.find(event.name);
  return found == known.end() ? Flow::None : found->second;
}

Needs whole_of(std::string_view event) {
  Needs needs = 0;
  for (const Permission& permission : permissions()) {
    if (permission.event == event) needs = static_cast<Needs>(needs | permission.needs);
  }
  return needs == 0 ? kWhole : needs;
}

std::string_view condition_of_allow(Needs needs) {
  if (needs == kRead) return kNotWrite;
  if (needs == kWrite) return kNotRead;
  return {};
}

std::string_view condition_of_deny(Needs needs) {
  if (needs == kRead) return kAsksRead;
  if (needs == kWrite) return kAsksWrite;
  return {};
}

std::string print_permissions() {
  std::string out = row("permission", "event", "allow adds", "deny adds", "level", "meaning") +
                    row("---", "---", "---", "---", "---", "---");
  for (const Permission& permission : permissions()) {
    const std::string name =
        std::string(permission.object_class) + " " + std::string(permission.name);
    out += row(code(name), code(permission.event), code(condition_of_allow(permission.needs)),
               code(condition_of_deny(permission.needs)), text_of(permission.flow), permission.meaning);
  }
  return out;
}

const std::vector<NamedValue>& named_values() {
  struct Prefix {
    std::string_view prefix;
    std::string_view event;
    std::string_view field;
    std::string start = {};  // of the names, where the event has fields that are called so
  };
  static const Prefix kPrefixes[] = {
      {"EVF_ACCESS_", "file_open", "access"},      {"EVF_ACCESS_", "file_read", "access"},
      {"EVF_ACCESS_", "file_write", "access"},     {"EVF_ACCESS_", "file_receive", "access"},
      {"EVF_SETATTR_", "file_setattr", "what", "set_"}, {"EVF_STAT_", "file_stat", "what"},
      {"EVF_IO_URING_", "system_io_uring", "cmd"}, {"EVF_PTRACE_", "task_ptrace", "mode"},
      {"EVF_PRLIMIT_", "task_prlimit", "resource"}, {"EVF_MODULE_", "system_module", "cmd"},
      {"EVF_KEY_", "system_key", "need"},          {"EVF_IPC_", "system_ipc", "cmd"},
  };
  static const std::vector<NamedValue> all = [] {
    std::vector<NamedValue> made;
    for (const Prefix& one : kPrefixes) {
      for (const FieldConstant& constant : field_constants()) {
        if (!constant.name.starts_with(one.prefix)) continue;
        auto value = static_cast<std::uint64_t>(constant.value);
        // Who asks to append asks to write.
        if (constant.name == "EVF_ACCESS_WRITE") value |= EVF_ACCESS_APPEND;
        std::string name = one.start + lower(constant.name.substr(one.prefix.size()));
        made.push_back({one.event, one.field, std::move(name), value});
      }
    }
    return made;
  }();
  return all;
}

}  // namespace eventfilter::policy
