// SPDX-License-Identifier: BSD-2-Clause
//
// Which events a kernel has, with their typed fields: what a policy is compiled for. Read
// from a listing in the format of securityfs eventfilter/events, one event a line:
//
//     file_open file label:label owner:uid mode:u16 name:string uid:uid gid:gid
//     sys_enter_newstat,sys_enter_stat syscalls nr=4 filename:pointer(file_stat) uid:uid gid:gid
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace eventfilter::events {

enum class Kind { Integer, Uid, Gid, Label, String, Pointer };

enum class Group { Syscalls, File, Use, Meta, Socket, Task, System };

struct Field {
  std::string name;
  Kind kind = Kind::Integer;
  unsigned size = 0;       // bytes of an integer's type, 4 for ids, else 0
  bool is_signed = false;  // integers
  std::string instead;     // a pointer: the object event that sees what it points to, or ""
};

struct Event {
  std::string name;        // ftrace's, for a syscall
  std::string usual_name;  // another name of a syscall, or ""
  Group group = Group::Syscalls;
  unsigned number = 0;  // of a syscall
  std::vector<Field> fields;

  // The field with this name (the first, if there are two), or nullptr.
  const Field* find(std::string_view field) const;

  // A syscall's name as a rule writes it: without "sys_enter_".
  std::string_view syscall() const;
};

// A kernel's events. Never changes once read.
class Target {
 public:
  explicit Target(std::vector<Event> events);

  const std::vector<Event>& events() const { return events_; }

  // By name or usual name; nullptr if there is none.
  const Event* find(std::string_view name) const;

  // By the name that a rule uses ("write", "stat", "newstat").
  const Event* find_syscall(std::string_view name) const;

  // Every name that find_syscall() takes.
  std::vector<std::string> syscall_names() const;

 private:
  std::vector<Event> events_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
};

// Reads a listing. The error names the line and the word: "saved.events:3: ...".
base::Result<Target> parse_target(const std::string& name, std::string_view listing);

// The object events of this version and the syscalls of Linux 6.1 on x86_64.
const Target& builtin_target();

// Whether the event is raised where nobody may wait: there is no "trap" then.
bool is_atomic(const Event& event);

// "file", "syscalls".
std::string_view group_name(Group group);

// As the listing writes it: "u32", "label".
std::string type_name(const Field& field);

}  // namespace eventfilter::events
