// SPDX-License-Identifier: BSD-2-Clause
#include "support/verdict.h"

#include <cstring>

namespace eventfilter::selftest {

std::string errno_name(int error) {
  if (error == 0) {
    return "0";
  }
  const char* name = strerrorname_np(error);
  return name != nullptr ? name : std::to_string(error);
}

testing::AssertionResult call_succeeded(long returned) {
  if (returned >= 0) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "it failed with " << errno_name(errno);
}

testing::AssertionResult call_failed_with(int error, long returned) {
  if (returned >= 0) {
    return testing::AssertionFailure()
           << "it succeeded (" << returned << "), expected " << errno_name(error);
  }
  if (errno != error) {
    return testing::AssertionFailure()
           << "it failed with " << errno_name(errno) << ", expected " << errno_name(error);
  }
  return testing::AssertionSuccess();
}

}  // namespace eventfilter::selftest
