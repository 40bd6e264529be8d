// SPDX-License-Identifier: BSD-2-Clause
//
// Symbolic constants, from the headers of the system that the compiler was built on.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventfilter::policy {

// The value of O_RDONLY, SIGKILL, ...
std::optional<long long> find_constant(std::string_view name);

// All names, sorted.
const std::vector<std::string>& constant_names();

// What the ABI's header says about fields of events: "EVF_ACCESS_READ".
struct FieldConstant {
  std::string name;
  long long value;
};
const std::vector<FieldConstant>& field_constants();

// The errno that `name` stands for, under the name that the kernel's language has for it
// (EWOULDBLOCK is EAGAIN); empty if there is none.
std::string find_errno(std::string_view name);

// The names of all errnos, sorted.
std::vector<std::string> errno_names();

}  // namespace eventfilter::policy
