// SPDX-License-Identifier: BSD-2-Clause
//
// The table of docs/permissions.md, once more. Not for other folders; the entry is interpreter.h.
#pragma once

#include <string>
#include <vector>

namespace eventfilter::interpreter {

// Parts of an event that are granted apart from each other, as bits.
inline constexpr unsigned kRead = 1;
inline constexpr unsigned kWrite = 2;
inline constexpr unsigned kWhole = 4;

struct Permission {
  std::string object_class;
  std::string name;
  std::string event;
  unsigned parts = kWhole;
};

// Those of the kernel's classes; syscalls aren't among them.
const std::vector<Permission>& permissions();

// The class that an event is of: "syscall" for one of a system call.
const std::string& class_of(const std::string& event);

// Whether what no rule names passes.
bool is_open_by_itself(const std::string& object_class);

}  // namespace eventfilter::interpreter
