// SPDX-License-Identifier: BSD-2-Clause
#include "interpreter/permissions.h"

#include <stdexcept>

namespace eventfilter::interpreter {
namespace {

struct Row {
  const char* object_class;
  const char* event_prefix;
  std::vector<const char*> names;  // the event is the prefix and the name
};

std::vector<Permission> read_table() {
  std::vector<Permission> all = {{"file", "open", "file_open", kRead | kWrite},
                                 {"file", "read", "file_open", kRead},
                                 {"file", "write", "file_open", kWrite}};
  const std::vector<Row> rows = {
      {"file", "file_", {"create", "unlink", "rename", "link", "truncate", "exec", "setattr",
                         "chroot", "mount", "umount"}},
      {"use", "file_", {"read", "write", "map", "ioctl", "fcntl", "lock", "receive"}},
      {"meta", "file_", {"stat", "readlink", "notify"}},
      {"socket", "socket_", {"create", "bind", "connect", "send", "recv", "listen", "accept"}},
      {"unix", "unix_", {"connect", "send"}},
      {"process", "task_", {"create", "ptrace", "setsched", "prlimit"}},
      {"system", "system_", {"capable", "bpf", "perf", "userns", "module", "key", "ipc",
                             "io_uring"}},
  };
  for (const Row& row : rows) {
    for (const char* const name : row.names) {
      all.push_back({row.object_class, name, std::string(row.event_prefix) + name});
    }
  }
  all.push_back({"signal", "send", "task_signal"});
  return all;
}

}  // namespace

const std::vector<Permission>& permissions() {
  static const std::vector<Permission> all = read_table();
  return all;
}

const std::string& class_of(const std::string& event) {
  static const std::string syscall = "syscall";
  if (event.starts_with("sys_enter_")) return syscall;
  for (const Permission& one : permissions()) {
    if (one.event == event) return one.object_class;
  }
  throw std::invalid_argument(event);
}

bool is_open_by_itself(const std::string& object_class) {
  return object_class == "use" || object_class == "meta" || object_class == "syscall";
}

}  // namespace eventfilter::interpreter
