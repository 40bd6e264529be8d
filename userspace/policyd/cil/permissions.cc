// SPDX-License-Identifier: BSD-2-Clause
#include "cil/permissions.h"

#include <map>
#include <set>

namespace eventfilter::cil {
namespace {

using Key = std::pair<std::string_view, std::string_view>;

struct Table {
  std::vector<Part> parts;
  std::map<Key, Meaning> meanings;
};

policy::ConditionPtr in_range(const char* field, unsigned from, unsigned to) {
  std::string text = field;
  text += from == to ? " == " + std::to_string(from)
                     : " in { " + std::to_string(from) + " .. " + std::to_string(to) + " }";
  return policy::predicate(std::move(text), field, policy::Numbers{{from, to}});
}

void add(Table& table, Key key, Part part) {
  table.meanings[key] = {Fit::Exact, table.parts.size()};
  table.parts.push_back(std::move(part));
}

void no_op(Table& table, std::string_view object_class, std::initializer_list<const char*> names) {
  for (const char* const name : names) table.meanings[{object_class, name}] = {Fit::NoOp, 0};
}

// SELinux's class of a file is the upper half of its mode's upper byte here.
struct FileClass {
  const char* name;
  unsigned type;  // of S_IFMT
};
constexpr FileClass kFileClasses[] = {
    {"fifo_file", 0x1000}, {"chr_file", 0x2000}, {"dir", 0x4000},      {"blk_file", 0x6000},
    {"file", 0x8000},      {"lnk_file", 0xa000}, {"sock_file", 0xc000}};

struct FilePermission {
  const char* name;
  const char* event;
  policy::Needs needs;
  const char* field;  // that has the class; nullptr: the event doesn't say
};
// Where the event doesn't tell classes apart, one permission would grant another's: unsupported
constexpr FilePermission kFilePermissions[] = {
    {"read", "file_open", policy::kRead, "mode"},
    {"write", "file_open", policy::kWrite, "mode"},
    {"create", "file_create", policy::kWhole, "type"},
    {"unlink", "file_unlink", policy::kWhole, "mode"},
    {"rmdir", "file_unlink", policy::kWhole, "mode"},
    {"setattr", "file_setattr", policy::kWhole, "mode"},
    {"execute_no_trans", "file_exec", policy::kWhole, "mode"},
    {"map", "file_map", policy::kWhole, "type"},
    {"ioctl", "file_ioctl", policy::kWhole, "type"},
    {"lock", "file_lock", policy::kWhole, "type"}};

void add_files(Table& table) {
  for (const FileClass& one : kFileClasses) {
    for (const FilePermission& permission : kFilePermissions) {
      add(table, {one.name, permission.name},
          {permission.event, permission.needs,
           in_range(permission.field, one.type,
                    std::string_view(permission.field) == "mode" ? one.type + 0xfff : one.type),
           true});
    }
    // Metadata is open unless a rule names it; opening asks for reading or writing as well; lookup
    // isn't judged; labels aren't in the file
    no_op(table, one.name, {"getattr", "open", "relabelfrom", "relabelto", "associate", "quotaon", "swapon"});
  }
  no_op(table, "dir", {"search", "add_name", "remove_name", "reparent"});
  no_op(table, "filesystem", {"associate", "relabelfrom", "relabelto", "quotamod", "quotaget"});
}

void add_processes(Table& table) {
  constexpr std::pair<const char*, unsigned> kSignals[] = {
      {"signull", 0}, {"sigkill", 9}, {"sigchld", 17}, {"sigstop", 19}};
  std::set<unsigned> named;
  for (const auto& [name, number] : kSignals) {
    add(table, {"process", name}, {"task_signal", policy::kWhole, in_range("sig", number, number), true});
    named.insert(number);
  }
  std::vector<policy::ConditionPtr> others;
  for (const unsigned number : named) {
    others.push_back(policy::predicate("sig != " + std::to_string(number)));
  }
  add(table, {"process", "signal"},
      {"task_signal", policy::kWhole, policy::all_of(std::move(others)), true});
  add(table, {"process", "ptrace"}, {"task_ptrace", policy::kWhole, policy::always(), true});
  add(table, {"process", "setsched"}, {"task_setsched", policy::kWhole, policy::always(), true});
  add(table, {"process", "fork"}, {"task_create", policy::kWhole, policy::always(), false});
  no_op(table, "process", {"getsched", "getsession", "getpgid", "getcap", "getattr", "setpgid"});
}

constexpr const char* kCapabilities[] = {
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid",
    "setpcap", "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw",
    "ipc_lock", "ipc_owner", "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct",
    "sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time", "sys_tty_config", "mknod",
    "lease", "audit_write", "audit_control", "setfcap", "mac_override", "mac_admin", "syslog",
    "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf", "checkpoint_restore"};

void add_capabilities(Table& table) {
  unsigned number = 0;
  for (const char* const name : kCapabilities) {
    add(table, {number < 32 ? "capability" : "capability2", name},
        {"system_capable", policy::kWhole, in_range("cap", number, number), false});
    ++number;
  }
}

void add_sockets(Table& table) {
  add(table, {"unix_stream_socket", "connectto"},
      {"unix_connect", policy::kWhole, policy::always(), true});
  add(table, {"unix_dgram_socket", "sendto"}, {"unix_send", policy::kWhole, policy::always(), true});
  add(table, {"tcp_socket", "name_connect"},
      {"socket_connect", policy::kWhole, in_range("protocol", 6, 6), true});
  add(table, {"tcp_socket", "name_bind"},
      {"socket_bind", policy::kWhole, in_range("protocol", 6, 6), true});
  add(table, {"udp_socket", "name_bind"},
      {"socket_bind", policy::kWhole, in_range("protocol", 17, 17), true});
}

const Table& table() {
  static const Table made = [] {
    Table ret;
    add_files(ret);
    add_processes(ret);
    add_capabilities(ret);
    add_sockets(ret);
    return ret;
  }();
  return made;
}

}  // namespace

const std::vector<Part>& parts() { return table().parts; }

Meaning meaning_of(std::string_view object_class, std::string_view permission) {
  const auto found = table().meanings.find({object_class, permission});
  return found == table().meanings.end() ? Meaning() : found->second;
}

}  // namespace eventfilter::cil
