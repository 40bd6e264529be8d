// SPDX-License-Identifier: BSD-2-Clause
//
// What is known about syscalls beyond their arguments.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventfilter::policy {

// The syscalls of a set such as "@mount"; nullopt if there is none of that name.
std::optional<std::vector<std::string_view>> find_syscall_set(std::string_view name);

std::vector<std::string> syscall_set_names();

// Syscalls that do what `name` does by another door, by their usual names.
std::vector<std::string_view> siblings_of(std::string_view name);

// Syscalls that the kernel lets pass whatever a ruleset says.
bool is_always_allowed(std::string_view name);

// Syscalls that a ruleset which filters others must name to have them.
bool is_io_uring(std::string_view name);

}  // namespace eventfilter::policy
