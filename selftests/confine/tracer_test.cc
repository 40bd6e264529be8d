// SPDX-License-Identifier: BSD-2-Clause
// Whoever traces a confined task can't take its layers away either: what the filter sees is what
// the kernel will do, after the tracer has had its say.
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "support/child.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// Lets a child call `number` with `argument`, has its tracer change the registers at syscall entry,
// and returns what the call returned
long traced_call(const char* rule, long number, unsigned long argument,
                 const std::function<void(user_regs_struct&)>& change) {
  const pid_t pid = fork();
  require_call(pid, "fork");
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    enforce(rule);
    raise(SIGSTOP);
    syscall(number, argument, -1L, SEEK_SET);
    _exit(0);
  }
  int status = 0;
  require_call(waitpid(pid, &status, 0), "waitpid");
  ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  user_regs_struct registers{};
  const auto next_stop = [&] {
    require_call(ptrace(PTRACE_SYSCALL, pid, nullptr, nullptr), "PTRACE_SYSCALL");
    require_call(waitpid(pid, &status, 0), "waitpid");
    require(WIFSTOPPED(status), "the traced child ended");
    require_call(ptrace(PTRACE_GETREGS, pid, nullptr, &registers), "PTRACE_GETREGS");
  };
  // The end of raise(), then the entry we wait for
  do {
    next_stop();
  } while (static_cast<long>(registers.orig_rax) != number);
  change(registers);
  require_call(ptrace(PTRACE_SETREGS, pid, nullptr, &registers), "PTRACE_SETREGS");
  next_stop();
  const long result = static_cast<long>(registers.rax);
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  return result;
}

constexpr const char* kRule =
    "sys_enter_getppid: deny else errno EXDEV\n"
    "sys_enter_lseek: fd != 77 else errno EXDEV\n";

TEST(Tracer, TheWorldWithoutAChange) {
  in_child([] { EXPECT_EQ(traced_call(kRule, SYS_lseek, 78, [](auto&) {}), -EBADF); });
}

TEST(Tracer, ANumberChangedToADeniedCallIsRefused) {
  in_child([] {
    EXPECT_EQ(
        traced_call(kRule, SYS_lseek, 78, [](user_regs_struct& r) { r.orig_rax = SYS_getppid; }),
        -EXDEV);
  });
}

TEST(Tracer, AnArgumentChangedToADeniedOneIsRefused) {
  in_child([] {
    EXPECT_EQ(traced_call(kRule, SYS_lseek, 78, [](user_regs_struct& r) { r.rdi = 77; }), -EXDEV);
  });
}

TEST(Tracer, ACallThatWasChangedToAnAllowedOneIsThatOne) {
  in_child([] {
    EXPECT_EQ(traced_call(kRule, SYS_lseek, 77, [](user_regs_struct& r) { r.rdi = 78; }), -EBADF);
  });
}

}  // namespace
}  // namespace eventfilter::selftest
