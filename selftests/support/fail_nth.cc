// SPDX-License-Identifier: BSD-2-Clause
#include "support/fail_nth.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/fd.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kControls = "/sys/kernel/debug/failslab/";

// What is left of the countdown: 0 when the fault came
int countdown(const Fd& fail_nth) {
  char text[16] = {};
  require_call(pread(fail_nth.get(), text, sizeof(text) - 1, 0), "read of fail-nth");
  return std::atoi(text);
}

void set_countdown(const Fd& fail_nth, int n) {
  const std::string text = std::to_string(n);
  require_call(pwrite(fail_nth.get(), text.data(), text.size(), 0), "write of fail-nth");
}

}  // namespace

bool can_inject_faults() { return std::filesystem::exists(kControls); }

int for_each_failing_allocation(const std::function<long()>& attempt, const std::function<void()>& check_nothing_changed) {
  // Also allocations that may sleep, and without a stack trace for each
  write_file(std::string(kControls) + "ignore-gfp-wait", "N");
  write_file(std::string(kControls) + "verbose", "0");
  const Fd fail_nth(require_fd(open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC), "open of fail-nth"));
  for (int n = 1; n < 10'000; ++n) {
    set_countdown(fail_nth, n);
    const long result = attempt();
    const int error = errno;
    const bool failed = countdown(fail_nth) == 0;
    set_countdown(fail_nth, 0);
    if (!failed) {
      EXPECT_GE(result, 0) << "without a fault it failed, with " << errno_name(error);
      return n - 1;
    }
    if (result < 0) {
      EXPECT_EQ(errno_name(error), "ENOMEM") << "allocation " << n;
      check_nothing_changed();
    }
  }
  ADD_FAILURE() << "it never succeeds";
  return 0;
}

}  // namespace eventfilter::selftest
