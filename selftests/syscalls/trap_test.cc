// SPDX-License-Identifier: BSD-2-Clause
// The action trap: SIGSYS that tells of the system call, as seccomp's does (fact 14).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <sched.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <string>
#include <thread>

#include "support/calls.h"
#include "support/child.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr int kSysSeccomp = 1;

struct Caught {
  int times = 0;
  siginfo_t info{};
  greg_t rax = 0;
  greg_t rip = 0;
  pid_t tid = 0;
};
Caught g_caught;

void on_sigsys(int, siginfo_t* info, void* context) {
  auto* const registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  if (++g_caught.times > 1) {
    return;
  }
  g_caught.info = *info;
  g_caught.rax = registers[REG_RAX];
  g_caught.rip = registers[REG_RIP];
  g_caught.tid = gettid();
}

void handle_sigsys() {
  struct sigaction action {};
  action.sa_sigaction = on_sigsys;
  action.sa_flags = SA_SIGINFO;
  require_call(sigaction(SIGSYS, &action, nullptr), "sigaction");
  g_caught = {};
}

TEST(Trap, AtTheEntryTheCallHasNotRun) {
  in_child([] {
    handle_sigsys();
    enforce("sys_enter_getppid: deny else trap");
    // The handler leaves rax alone: the call's number, which is no errno
    EXPECT_EQ(syscall(SYS_getppid), SYS_getppid);
    ASSERT_EQ(g_caught.times, 1);
    EXPECT_EQ(g_caught.info.si_signo, SIGSYS);
    EXPECT_EQ(g_caught.info.si_code, kSysSeccomp);
    EXPECT_EQ(g_caught.info.si_errno, EPERM);
    EXPECT_EQ(g_caught.info.si_syscall, SYS_getppid);
    EXPECT_EQ(g_caught.info.si_arch, static_cast<unsigned>(AUDIT_ARCH_X86_64));
    EXPECT_EQ(reinterpret_cast<greg_t>(g_caught.info.si_call_addr), g_caught.rip);
    EXPECT_EQ(g_caught.rax, SYS_getppid);
    EXPECT_ALLOWED(syscall(SYS_getpgrp));
    EXPECT_EQ(g_caught.times, 1);
  });
}

TEST(Trap, AHandlerCanEmulateTheCall) {
  in_child([] {
    struct sigaction action {};
    action.sa_flags = SA_SIGINFO;
    action.sa_sigaction = [](int, siginfo_t*, void* context) {
      static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RAX] = 4711;
    };
    require_call(sigaction(SIGSYS, &action, nullptr), "sigaction");
    enforce("sys_enter_getppid: deny else trap");
    EXPECT_EQ(syscall(SYS_getppid), 4711);
  });
}

TEST(Trap, InAHookTheCallEndsWithItsErrno) {
  const Tree tree;
  const std::string file = tree.make_file("f");
  in_child([&] {
    handle_sigsys();
    enforce("file_open: access == 4 else trap");
    EXPECT_REFUSED(EACCES, open(file.c_str(), O_RDWR));
    ASSERT_EQ(g_caught.times, 1);
    EXPECT_EQ(g_caught.info.si_code, kSysSeccomp);
    EXPECT_EQ(g_caught.info.si_errno, EACCES);
    EXPECT_EQ(g_caught.info.si_syscall, SYS_openat);
    EXPECT_EQ(g_caught.info.si_arch, static_cast<unsigned>(AUDIT_ARCH_X86_64));
    EXPECT_EQ(reinterpret_cast<greg_t>(g_caught.info.si_call_addr), g_caught.rip);
    EXPECT_EQ(g_caught.rax, -EACCES);
    EXPECT_ALLOWED(try_open(file, O_RDONLY));
    EXPECT_EQ(g_caught.times, 1);
  });
}

TEST(Trap, OfUnshareWhichIsJudgedAtTheEntry) {
  in_child([] {
    handle_sigsys();
    enforce("task_create: flags != 0x200 else trap");
    EXPECT_REFUSED(EPERM, unshare(CLONE_FS));
    EXPECT_EQ(g_caught.times, 1);
    EXPECT_EQ(g_caught.info.si_syscall, SYS_unshare);
  });
}

TEST(Trap, CompatCallsTellTheirTable) {
  in_child([] {
    handle_sigsys();
    enforce("syscalls: deny else trap\nsys_enter_gettid, sys_enter_close: allow");
    ia32_syscall(kIa32Getpid);
    ASSERT_GE(g_caught.times, 1);
    EXPECT_EQ(g_caught.info.si_syscall, kIa32Getpid);
    EXPECT_EQ(g_caught.info.si_arch, static_cast<unsigned>(AUDIT_ARCH_I386));
  });
}

TEST(Trap, GoesToTheThreadThatCalled) {
  in_child([] {
    handle_sigsys();
    std::thread([] {
      enforce("sys_enter_getppid: deny else trap");
      syscall(SYS_getppid);
      EXPECT_EQ(g_caught.tid, gettid());
    }).join();
    EXPECT_EQ(g_caught.times, 1);
  });
}

TEST(Trap, EndsWhoDoesNotHandleIt) {
  for (const auto& prepare : {+[] {}, +[] { signal(SIGSYS, SIG_IGN); }, +[] {
         handle_sigsys();
         sigset_t all;
         sigfillset(&all);
         sigprocmask(SIG_BLOCK, &all, nullptr);
       }}) {
    for (const char* rule : {"sys_enter_getppid: deny else trap", "file_open: deny else trap"}) {
      const ChildEnd end = end_of_child([&] {
        prepare();
        enforce(rule);
        syscall(SYS_getppid);
        open("/", O_RDONLY);
        ADD_FAILURE() << "it lives, under " << rule;
      });
      EXPECT_EQ(end.killed_by(), SIGSYS) << rule;
    }
  }
}

TEST(Trap, Fact14WorkersOfIoUringGetTheErrno) {
  const Tree tree;
  const std::string file = tree.make_file("f");
  in_child([&] {
    handle_sigsys();
    enforce("file_open: deny else trap");
    Ring ring;
    io_uring_sqe request = openat_request(file.c_str(), O_RDONLY);
    request.flags |= IOSQE_ASYNC;
    EXPECT_REFUSED(EACCES, ring.do_request(request));
    EXPECT_EQ(g_caught.times, 0);
  });
}

TEST(Trap, APermissiveRulesetTrapsNothing) {
  in_child([] {
    handle_sigsys();
    const Ruleset ruleset = Ruleset::permissive();
    require_call(ruleset.write("sys_enter_getppid: deny else trap"), "write");
    ruleset.enforce();
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_EQ(g_caught.times, 0);
  });
}

// What is raised where the kernel mustn't sleep, or for others
TEST(Trap, Fact32IsRefusedForEventsInAtomicContext) {
  for (const char* event : {"task_signal", "task_ptrace", "task_setsched", "task_prlimit",
                            "system_capable", "system_key", "system_ipc", "unix_connect",
                            "unix_send"}) {
    const Ruleset ruleset;
    const std::string line = std::string(event) + ": deny trap\n";
    EXPECT_REFUSED(EINVAL, ruleset.write(line));
    EXPECT_EQ(ruleset.error(), "1:" + std::to_string(line.size() - 4) + ":4: trap_in_atomic: " +
                                   event +
                                   " is judged where nothing can be trapped; take kill or an "
                                   "errno\n");
    EXPECT_ALLOWED(ruleset.write(std::string(event) + ": deny kill\n"));
  }
  for (const char* group : {"task", "system", "socket"}) {
    EXPECT_REFUSED(EINVAL, Ruleset().write(std::string(group) + ": deny trap\n"));
  }
  for (const char* group : {"file", "use", "meta", "syscalls"}) {
    EXPECT_ALLOWED(Ruleset().write(std::string(group) + ": deny trap\n"));
  }
}

}  // namespace
}  // namespace eventfilter::selftest
