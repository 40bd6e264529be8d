// SPDX-License-Identifier: BSD-2-Clause
#include "support/fail_nth.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/child.h"
#include "support/fd.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr unsigned kSecondsToStart = 5;
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

int FaultyCall::operator()(const std::function<long()>& call) {
  const Fd fail_nth(
      require_fd(open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC), "open of fail-nth"));
  set_countdown(fail_nth, nth_);
  const int error = error_of(call());
  had_a_fault_ = countdown(fail_nth) == 0;
  set_countdown(fail_nth, 0);
  if (error != 0) {
    EXPECT_TRUE(had_a_fault_) << "it failed by itself, with " << errno_name(error);
    EXPECT_EQ(errno_name(error), "ENOMEM") << "of allocation " << nth_;
  }
  return error;
}

void prepare_faults() {
  write_file(std::string(kControls) + "ignore-gfp-wait", "N");
  write_file(std::string(kControls) + "verbose", "0");
}

int fail_each_allocation(const std::function<void(FaultyCall& call)>& scenario) {
  prepare_faults();
  for (int nth = 1; nth < 10'000; ++nth) {
    const int had_a_fault = value_from_child(Subject::kRoot, [&] {
      FaultyCall call(nth);
      scenario(call);
      return call.had_a_fault() ? 1 : 0;
    });
    if (had_a_fault != 1 || testing::Test::HasFailure()) {
      return nth - 1;
    }
  }
  ADD_FAILURE() << "there is no end of allocations";
  return 0;
}

void expect_each_execve_confined(const std::string& program, int error) {
  int in_a_row = 0;
  for (int nth = 1; nth < 1000 && in_a_row < 3; ++nth) {
    const pid_t pid = fork();
    require_call(pid, "fork");
    if (pid == 0) {
      // A program whose own start fails may wait for itself for ever: an alarm stays through execve(2)
      alarm(kSecondsToStart);
      write_file("/proc/thread-self/fail-nth", std::to_string(nth));
      execl(program.c_str(), program.c_str(), "getppid", nullptr);
      _exit(errno);
    }
    int status = 0;
    require_call(waitpid(pid, &status, 0), "waitpid");
    EXPECT_NE(status, 0) << "it ran unconfined, after allocation " << nth << " had failed";
    in_a_row = WIFEXITED(status) && WEXITSTATUS(status) == error ? in_a_row + 1 : 0;
  }
  EXPECT_EQ(in_a_row, 3) << "in the end nothing fails";
}

}  // namespace eventfilter::selftest
