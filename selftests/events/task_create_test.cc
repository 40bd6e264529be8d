// SPDX-License-Identifier: BSD-2-Clause
// task_create: new tasks and new namespaces, by every call of every table.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <system_error>
#include <thread>

#include "support/calls.h"
#include "support/child.h"
#include "support/event.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kNone = "task_create: deny else errno EXDEV";
constexpr const char* kNoNewUser = "task_create: !(flags & 0x10000000) else errno EXDEV";
constexpr uint32_t kIa32Unshare = 310;
constexpr uint32_t kIa32Setns = 346;

// The parent's side; the child is gone at once
long reaped(long child) {
  if (child == 0) {
    _exit(0);
  }
  if (child > 0) {
    waitpid(static_cast<pid_t>(child), nullptr, 0);
  }
  return child;
}

long clone_with(unsigned long flags) {
  return reaped(syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

long clone3_with(uint64_t flags) {
  clone_args arguments{};
  arguments.flags = flags;
  arguments.exit_signal = SIGCHLD;
  return reaped(syscall(SYS_clone3, &arguments, sizeof(arguments)));
}

long start_thread() {
  try {
    std::thread([] {}).join();
  } catch (const std::system_error& error) {
    errno = error.code().value();
    return -1;
  }
  return 0;
}

TEST(TaskCreate, Fact26EveryDoorToANewTask) {
  in_child([] {
    EXPECT_ALLOWED(clone_with(0));
    EXPECT_ALLOWED(clone3_with(0));
    EXPECT_ALLOWED(start_thread());
    enforce(kNone);
    EXPECT_REFUSED(EXDEV, reaped(fork()));
    EXPECT_REFUSED(EXDEV, reaped(syscall(SYS_fork)));
    EXPECT_REFUSED(EXDEV, reaped(vfork()));
    EXPECT_REFUSED(EXDEV, clone_with(0));
    EXPECT_REFUSED(EXDEV, clone3_with(0));
    EXPECT_REFUSED(EXDEV, start_thread());
    EXPECT_REFUSED(EXDEV, reaped(ia32_syscall(2))) << "fork of the 32-bit table";
  });
}

TEST(TaskCreate, Flags) {
  const auto clones = [](unsigned long flags) {
    return Raised{Subject::kRoot, "task_create", [flags] { return clone_with(flags); }};
  };
  expect_number(clones(0), "flags", 0, 1);
  expect_number(clones(CLONE_NEWNS), "flags", CLONE_NEWNS, CLONE_NEWNET);
  expect_number({Subject::kRoot, "task_create", [] { return clone3_with(CLONE_NEWUTS); }}, "flags",
                CLONE_NEWUTS, 0);
  // Beyond 32 bits, and only clone3 has it
  expect_number({Subject::kRoot, "task_create", [] { return clone3_with(CLONE_CLEAR_SIGHAND); }},
                "flags", 0x100000000, 0);
  expect_number({Subject::kRoot, "task_create", [] { return unshare(CLONE_NEWIPC); }}, "flags",
                CLONE_NEWIPC, CLONE_NEWNS);
}

TEST(TaskCreate, AThreadIsTellableFromAProcess) {
  in_child([] {
    enforce("task_create: flags & 0x10000 else errno EXDEV");
    EXPECT_ALLOWED(start_thread());
    EXPECT_REFUSED(EXDEV, clone_with(0));
  });
}

// Fact 26: unshare and setns have no hook
TEST(TaskCreate, Fact26UnshareIsJudgedToo) {
  in_child([] {
    enforce(kNoNewUser);
    EXPECT_REFUSED(EXDEV, unshare(CLONE_NEWUSER));
    EXPECT_REFUSED(EXDEV, unshare(CLONE_NEWUSER | CLONE_FS));
    EXPECT_REFUSED(EXDEV, clone_with(CLONE_NEWUSER));
    EXPECT_REFUSED(EXDEV, clone3_with(CLONE_NEWUSER));
    EXPECT_REFUSED(EXDEV, ia32_syscall(kIa32Unshare, CLONE_NEWUSER));
    EXPECT_REFUSED(EXDEV, x32_syscall(SYS_unshare, CLONE_NEWUSER));
    EXPECT_ALLOWED(unshare(CLONE_FS));
    EXPECT_ALLOWED(ia32_syscall(kIa32Unshare, CLONE_FS));
    EXPECT_ALLOWED(clone_with(0));
  });
}

TEST(TaskCreate, Fact26SetnsIsJudgedToo) {
  in_child(Subject::kRoot, [] {
    const Fd uts(open("/proc/self/ns/uts", O_RDONLY));
    const Fd net(open("/proc/self/ns/net", O_RDONLY));
    enforce("task_create: !(flags & 0x40000000) else errno EXDEV");
    EXPECT_ALLOWED(setns(uts.get(), CLONE_NEWUTS));
    EXPECT_REFUSED(EXDEV, setns(net.get(), CLONE_NEWNET));
    EXPECT_REFUSED(EXDEV, ia32_syscall(kIa32Setns, static_cast<uint32_t>(net.get()), CLONE_NEWNET));
    EXPECT_REFUSED(EXDEV, x32_syscall(SYS_setns, static_cast<uint64_t>(net.get()), CLONE_NEWNET));
    // 0 is "of whatever kind": it may be the one
    EXPECT_REFUSED(EXDEV, setns(net.get(), 0));
    EXPECT_REFUSED(EXDEV, setns(uts.get(), 0));
    // Bits that the call ignores
    EXPECT_REFUSED(EXDEV, raw_syscall(SYS_setns, static_cast<uint64_t>(net.get()), dirty(0)));
  });
}

TEST(TaskCreate, BesidesFiltersOnSystemCalls) {
  in_child([] {
    enforce("sys_enter_getppid: deny else errno EDOM");
    enforce(kNoNewUser);
    EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
    EXPECT_REFUSED(EXDEV, unshare(CLONE_NEWUSER));
    enforce("sys_enter_unshare: unshare_flags == 0 else errno ENOTTY");
    EXPECT_REFUSED(ENOTTY, unshare(CLONE_FS));
    EXPECT_ALLOWED(unshare(0));
  });
}

TEST(TaskCreate, HoldsAfterExecAndInChildren) {
  in_child([] {
    enforce(kNoNewUser, EVF_ENFORCE_ON_EXEC);
    EXPECT_NE(run({"unshare", "--user", "true"}).exit_code(), 0);
    EXPECT_EQ(run({"unshare", "--help"}).exit_code(), 0);
  });
}

TEST(TaskCreate, Fact26WorkersOfIoUringAreNotOfItsMaking) {
  in_child([] {
    enforce(std::string(kNone) + "\nsystem_io_uring: allow");
    Ring ring;
    io_uring_sqe request = openat_request("/etc/passwd", O_RDONLY);
    request.flags |= IOSQE_ASYNC;
    EXPECT_ALLOWED(ring.do_request(request));
    EXPECT_REFUSED(EXDEV, clone_with(0));
  });
}

TEST(TaskCreate, KillAndLog) {
  EXPECT_EQ(end_of_child([] {
              enforce("task_create: deny else kill");
              unshare(CLONE_FS);
            }).killed_by(),
            SIGSYS);
  EXPECT_EQ(end_of_child([] {
              enforce("task_create: deny else kill");
              syscall(SYS_fork);
            }).killed_by(),
            SIGSYS);
  in_child([] {
    enforce("task_create: deny else log");
    EXPECT_ALLOWED(unshare(CLONE_FS));
    EXPECT_ALLOWED(clone_with(0));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
