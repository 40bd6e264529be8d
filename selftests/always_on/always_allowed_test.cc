// SPDX-License-Identifier: BSD-2-Clause
// exit, exit_group, rt_sigreturn and restart_syscall are allowed whatever a ruleset says: without
// them a task could not even end, or come back from a signal.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "support/child.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

TEST(AlwaysAllowed, Fact15ExitGroup) {
  EXPECT_EQ(
      end_of_child([] {
        // Lives until the end: closing it would be another call
        const Ruleset ruleset("syscalls: deny else kill\nsys_enter_exit_group: deny else kill\n");
        ruleset.enforce();
        syscall(SYS_exit_group, 17);
      }).status,
      17 << 8);
}

TEST(AlwaysAllowed, Fact15Exit) {
  EXPECT_EQ(end_of_child([] {
              // Lives until the end: closing it would be another call
              const Ruleset ruleset(
                  "syscalls: deny else kill\nsys_enter_exit: error_code == 1 else kill\n");
              ruleset.enforce();
              syscall(SYS_exit, 18);
            }).status,
            18 << 8);
}

volatile sig_atomic_t g_caught = 0;

TEST(AlwaysAllowed, Fact15RtSigreturn) {
  in_child([] {
    signal(SIGUSR1, [](int) { g_caught = g_caught + 1; });
    sigset_t pending;
    sigemptyset(&pending);
    sigaddset(&pending, SIGUSR1);
    const Ruleset ruleset(
        "syscalls: deny\nsys_enter_rt_sigreturn: deny else kill\nsys_enter_kill, sys_enter_getpid: "
        "allow\n");
    ruleset.enforce();
    EXPECT_EQ(syscall(SYS_kill, syscall(SYS_getpid), SIGUSR1), 0);
    EXPECT_EQ(g_caught, 1) << "the handler ran, and here we are again";
  });
}

TEST(AlwaysAllowed, Fact15RestartSyscall) {
  // A stopped and continued nanosleep goes on by restart_syscall
  Child sleeper([] {
    enforce("syscalls: deny\nsys_enter_nanosleep: allow\nsys_enter_restart_syscall: deny\n");
    const timespec a_while{0, 300'000'000};
    EXPECT_ALLOWED(syscall(SYS_nanosleep, &a_while, nullptr));
  });
  for (int i = 0; i < 3; ++i) {
    usleep(20'000);
    kill(sleeper.pid(), SIGSTOP);
    waitpid(sleeper.pid(), nullptr, WUNTRACED | WNOHANG);
    usleep(20'000);
    kill(sleeper.pid(), SIGCONT);
  }
  EXPECT_TRUE(sleeper.wait().exited_normally());
}

TEST(AlwaysAllowed, NothingElseIs) {
  in_child([] {
    enforce("syscalls: deny errno ENOSYS\n");
    for (long number = 0; number < 450; ++number) {
      if (number == SYS_exit || number == SYS_exit_group || number == SYS_rt_sigreturn ||
          number == SYS_restart_syscall) {
        continue;
      }
      EXPECT_REFUSED(ENOSYS, syscall(number, -1L, -1L, -1L, -1L, -1L, -1L)) << number;
    }
  });
}

}  // namespace
}  // namespace eventfilter::selftest
