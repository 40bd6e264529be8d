// SPDX-License-Identifier: BSD-2-Clause
// For what a test needs before it can prove anything. A failure ends the test (or the child it
// happens in) with its message, from however deep in the helpers.
#pragma once

#include <source_location>
#include <stdexcept>
#include <string_view>

namespace eventfilter::selftest {

class SetupFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws SetupFailed with `what` and, if errno_too, errno's name
[[noreturn]] void fail_setup(std::string_view what, bool errno_too, std::source_location where);

inline void require(bool condition, std::string_view what,
                    std::source_location where = std::source_location::current()) {
  if (!condition) {
    fail_setup(what, false, where);
  }
}

// For system calls: returns what they returned
inline long require_call(long returned, std::string_view what,
                         std::source_location where = std::source_location::current()) {
  if (returned < 0) {
    fail_setup(what, true, where);
  }
  return returned;
}

inline int require_fd(int number, std::string_view what,
                      std::source_location where = std::source_location::current()) {
  return static_cast<int>(require_call(number, what, where));
}

}  // namespace eventfilter::selftest
