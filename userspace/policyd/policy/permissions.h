// SPDX-License-Identifier: BSD-2-Clause
//
// The classes of policy 1 and their permissions: what each means to the kernel.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/target.h"

namespace eventfilter::policy {

// Parts of an event that are granted apart from each other, as bits. Events that aren't
// divided have one part.
using Needs = std::uint8_t;
inline constexpr Needs kRead = 1;
inline constexpr Needs kWrite = 2;
inline constexpr Needs kReadWrite = kRead | kWrite;
inline constexpr Needs kWhole = 4;

// Where what an event lets through can carry information.
enum class Flow {
  None,
  Read,    // from the object
  Write,   // into it
  Both,
  Access,  // as the event's `access` says
  Map,     // from it; into it where a shared mapping can be written
};

struct Permission {
  std::string_view object_class;
  std::string_view name;
  std::string_view event;
  Needs needs;
  Flow flow;
  std::string_view meaning;
};

// All permissions, class by class. Syscalls aren't among them: their names are the target's.
const std::vector<Permission>& permissions();

inline constexpr std::string_view kSyscallClass = "syscall";

// A class of permissions. Two of them can share a group of events.
struct ClassInfo {
  std::string_view name;
  events::Group group;
  bool is_open;  // what no rule names is allowed
};

// All classes, in the order of the documentation.
const std::vector<ClassInfo>& classes();

// nullptr if there is none of that name.
const ClassInfo* find_class(std::string_view name);

// The names of all classes, sorted.
const std::vector<std::string>& class_names();

// The class whose permissions an event is for; nullptr if the event is of none.
const ClassInfo* class_of(const events::Event& event);

// Which way an event goes as a whole; None for one without an object that has a label.
Flow flow_of(const events::Event& event);

// All parts that an event has.
Needs whole_of(std::string_view event);

// The condition under which an event asks for nothing but `needs`, as a filter; empty when
// there is none. `allow` adds it.
std::string_view condition_of_allow(Needs needs);

// The condition under which an event asks for any of `needs`; empty when it always does.
// `deny` adds it.
std::string_view condition_of_deny(Needs needs);

// The table of docs/permissions.md.
std::string print_permissions();

// A value that has a name for one field only, after the ABI's header: (file_open, access, write) -> 2 and 8.
struct NamedValue {
  std::string_view event;
  std::string_view field;
  std::string name;
  std::uint64_t value;
};

const std::vector<NamedValue>& named_values();

}  // namespace eventfilter::policy
