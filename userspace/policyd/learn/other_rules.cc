// SPDX-License-Identifier: BSD-2-Clause
#include "learn/other_rules.h"

#include <algorithm>
#include <array>

#include <sys/socket.h>

#include "learn/symbols.h"

namespace eventfilter::learn {
namespace {

// An event, what a rule calls it, and the field that a rule tells its kinds apart by.
struct Plain {
  const char* event;
  const char* permission;
  const char* field;   // or nullptr
  const char* prefix;  // of the constants that the field is one of, or ""
};
constexpr std::array kPlain = {
    Plain{"task_create", "process create", nullptr, ""},
    Plain{"task_signal", "signal send", nullptr, ""},
    Plain{"task_ptrace", "process ptrace", nullptr, ""},
    Plain{"task_setsched", "process setsched", nullptr, ""},
    Plain{"task_prlimit", "process prlimit", nullptr, ""},
    Plain{"system_capable", "system capable", "cap", "CAP_"},
    Plain{"system_bpf", "system bpf", "cmd", "BPF_"},
    Plain{"system_perf", "system perf", "type", ""},
    Plain{"system_userns", "system userns", nullptr, ""},
    Plain{"system_module", "system module", "cmd", ""},
    Plain{"system_key", "system key", "need", ""},
    Plain{"system_ipc", "system ipc", nullptr, ""},
    Plain{"system_io_uring", "system io_uring", "cmd", ""},
};

// Ports that a client's socket gets by itself say nothing.
constexpr std::size_t kFewPorts = 4;

std::string one_of(const std::string& field, const std::vector<std::string>& values) {
  if (values.size() == 1) return field + " == " + values.front();
  std::string text = field + " in { ";
  for (const std::string& value : values) text += (value == values.front() ? "" : ", ") + value;
  return text + " }";
}

std::vector<std::string> symbols(const std::string& prefix, const std::set<std::int64_t>& values) {
  std::vector<std::string> names;
  for (const std::int64_t value : values) names.push_back(symbol(prefix, value));
  return names;
}

bool is_internet(std::int64_t family) { return family == AF_INET || family == AF_INET6; }

// Whether the port is the program's choice: what it binds to, and whom it calls.
bool has_telling_port(const std::string& event, std::int64_t type) {
  return event == "socket_bind" || event == "socket_connect" || event == "socket_listen" ||
         (event == "socket_send" && type == SOCK_DGRAM);
}

}  // namespace

void OtherRules::add_socket(const Observation& one) {
  const std::int64_t family = one.number("family");
  const std::int64_t type = one.number("type");
  Ends& ends = sockets_[{family, type, one.event}];
  ends.insert(is_internet(family) && has_telling_port(one.event, type) ? one.number("port") : -1);
}

void OtherRules::add(const Observation& one) {
  if (one.event.starts_with("socket_")) return add_socket(one);
  if (one.event.starts_with("unix_")) {
    const std::string permission = one.event == "unix_connect" ? "connect" : "send";
    const auto name = one.texts.find("name");
    const bool is_abstract = one.number("abstract") != 0 && name != one.texts.end() &&
                             name->second.find_first_of("\"\\\n") == std::string::npos;
    lines_.insert("allow unix " + permission +
                  (is_abstract ? " when abstract == 1 && name == \"" + name->second + "\";" : ";"));
    return;
  }
  for (const Plain& plain : kPlain) {
    if (one.event != plain.event) continue;
    if (plain.field != nullptr) {
      commands_[one.event].insert(one.number(plain.field));
    } else {
      lines_.insert(std::string("allow ") + plain.permission +
                    (one.is_own_task ? " on self;" : ";"));
    }
    return;
  }
  // A file without a name, as memfd_create(2) makes them, has no label to write
  if (one.event == "file_open") lines_.insert("allow file open;");
  const std::string_view file = "file_";
  if (one.event.starts_with(file) && one.event != "file_open")
    lines_.insert("allow file " + one.event.substr(file.size()) + ';');
}

std::vector<std::string> OtherRules::rules() const {
  std::vector<std::string> all(lines_.begin(), lines_.end());
  for (const auto& [event, values] : commands_) {
    const auto plain =
        std::find_if(kPlain.begin(), kPlain.end(),
                     [&name = event](const Plain& one) { return name == one.event; });
    all.push_back(std::string("allow ") + plain->permission + " when " +
                  one_of(plain->field, symbols(plain->prefix, values)) + ';');
  }
  // Events of one family and type at the same ports are one rule
  std::map<std::string, std::set<std::string>> permissions;
  for (const auto& [key, ports] : sockets_) {
    const auto& [family, type, event] = key;
    std::string when =
        "family == " + symbol("AF_", family) + " && type == " + symbol("SOCK_", type);
    const bool is_telling = !ports.contains(-1) && ports.size() <= kFewPorts;
    if (is_telling) when += " && " + one_of("port", symbols("", ports));
    permissions[when].insert(event.substr(std::string_view("socket_").size()));
  }
  for (const auto& [when, names] : permissions) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : " ") + name;
    all.push_back("allow socket " + (names.size() == 1 ? list : "{ " + list + " }") + " when " +
                  when + ';');
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace eventfilter::learn
