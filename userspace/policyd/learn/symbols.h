// SPDX-License-Identifier: BSD-2-Clause
//
// Numbers as rules write them: by the constants that they are, where there are any.
#pragma once

#include <cstdint>
#include <string>

namespace eventfilter::learn {

// "AF_INET" for 2 and "AF_"; the number where no constant with the prefix has it, and for no prefix.
std::string symbol(const std::string& prefix, std::int64_t value);

// The same for a field of an event or of a system call: "CAP_SYS_ADMIN" for system_capable's cap, "PROT_READ | PROT_EXEC",
// modes in octal, and else the number.
std::string symbol_of_field(const std::string& event, const std::string& field, std::int64_t value);

}  // namespace eventfilter::learn
