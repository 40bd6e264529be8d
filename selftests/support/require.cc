// SPDX-License-Identifier: BSD-2-Clause
#include "support/require.h"

#include <cerrno>
#include <string>

#include "support/verdict.h"

namespace eventfilter::selftest {

void fail_setup(std::string_view what, bool errno_too, std::source_location where) {
  const int error = errno;
  std::string message = std::string(where.file_name()) + ":" + std::to_string(where.line()) + ": ";
  message += what;
  if (errno_too) {
    message += ": " + errno_name(error);
  }
  throw SetupFailed(message);
}

}  // namespace eventfilter::selftest
