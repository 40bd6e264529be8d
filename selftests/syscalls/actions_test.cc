// SPDX-License-Identifier: BSD-2-Clause
// What happens on false: errno, kill, log; and that a permissive ruleset refuses nothing.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
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

TEST(Actions, EveryErrnoByItsName) {
  int names = 0;
  for (int error = 1; error < 134; ++error) {
    const char* name = strerrorname_np(error);
    if (name == nullptr) {
      continue;
    }
    ++names;
    in_child([&] {
      enforce(std::string("sys_enter_getppid: deny else errno ") + name);
      EXPECT_REFUSED(error, syscall(SYS_getppid)) << name;
    });
  }
  EXPECT_GT(names, 120);
}

TEST(Actions, ErrnosThatAreNoneOfUserspacesAreUnknown) {
  for (const char* name :
       {"ERESTARTSYS", "ENOIOCTLCMD", "EPROBE_DEFER", "eperm", "EFOO", "0", "1"}) {
    EXPECT_REFUSED(EINVAL,
                   Ruleset().write(std::string("sys_enter_getppid: deny else errno ") + name))
        << name;
  }
}

TEST(Actions, TheDefaultsOfEvents) {
  const Tree tree;
  const std::string file = tree.make_file("f");
  in_child([&] {
    enforce(
        "sys_enter_getppid: deny\nfile_open: deny\nfile_create: deny\nsystem_io_uring: deny\n"
        "sys_enter_io_uring_setup: allow\n");
    EXPECT_REFUSED(EPERM, syscall(SYS_getppid));
    EXPECT_REFUSED(EACCES, try_open(file, O_RDONLY));
    EXPECT_REFUSED(EACCES, try_open(file + "x", O_CREAT | O_RDWR, 0600));
    io_uring_params parameters{};
    EXPECT_REFUSED(EPERM, uring_setup(1, &parameters));
  });
}

TEST(Actions, KillEndsTheWholeProcessBySigsys) {
  const ChildEnd end = end_of_child([] {
    std::thread([] {
      enforce("sys_enter_getppid: deny else kill\n");
      syscall(SYS_getppid);
      ADD_FAILURE() << "the thread lives";
    }).detach();
    pause();
    ADD_FAILURE() << "the process lives";
  });
  EXPECT_EQ(end.killed_by(), SIGSYS);
}

TEST(Actions, KillCannotBeCaughtBlockedOrIgnored) {
  for (const auto& prepare :
       {+[] { signal(SIGSYS, SIG_IGN); }, +[] { signal(SIGSYS, [](int) { _exit(0); }); },
        +[] {
          sigset_t all;
          sigfillset(&all);
          sigprocmask(SIG_BLOCK, &all, nullptr);
        }}) {
    const ChildEnd end = end_of_child([&] {
      prepare();
      enforce("sys_enter_getppid: deny else kill\n");
      syscall(SYS_getppid);
      ADD_FAILURE() << "it lives";
    });
    EXPECT_EQ(end.killed_by(), SIGSYS);
  }
}

TEST(Actions, KillLeavesACore) {
  const Tree tree;
  const ChildEnd end = end_of_child([&] {
    require_call(chdir(tree.root().c_str()), "chdir");
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    require_call(setrlimit(RLIMIT_CORE, &all), "setrlimit");
    enforce("sys_enter_getppid: deny else kill\n");
    syscall(SYS_getppid);
  });
  EXPECT_EQ(end.killed_by(), SIGSYS);
  EXPECT_TRUE(WCOREDUMP(end.status));
}

TEST(Actions, KillDoesNotRunTheCall) {
  // A call with an effect that outlives the process
  const Tree tree;
  const std::string file = tree.make_file("f");
  const ChildEnd end = end_of_child([&] {
    enforce("sys_enter_unlink: deny else kill\n");
    syscall(SYS_unlink, file.c_str());
  });
  EXPECT_EQ(end.killed_by(), SIGSYS);
  EXPECT_EQ(access(file.c_str(), F_OK), 0);
}

TEST(Actions, KillByAnObjectEvent) {
  const Tree tree;
  const std::string file = tree.make_file("f");
  const ChildEnd end = end_of_child([&] {
    enforce("file_open: name != \"f\" else kill\n");
    EXPECT_ALLOWED(try_open("/", O_RDONLY));
    try_open(file, O_RDONLY);
    ADD_FAILURE() << "it lives";
  });
  EXPECT_EQ(end.killed_by(), SIGSYS);
}

TEST(Actions, Fact14KillByAnObjectEventHasNoEffectEither) {
  const Tree tree;
  const std::string file = tree.make_file("f");
  const ChildEnd end = end_of_child([&] {
    enforce("file_unlink: deny else kill\n");
    unlink(file.c_str());
  });
  EXPECT_EQ(end.killed_by(), SIGSYS);
  EXPECT_EQ(access(file.c_str(), F_OK), 0);
}

TEST(Actions, Fact14KillByAWorkerOfIoUring) {
  const Tree tree;
  const std::string file = tree.make_file("f");
  const ChildEnd end = end_of_child([&] {
    enforce("file_open: name != \"f\" else kill\n");
    Ring ring;
    io_uring_sqe request = openat_request(file.c_str(), O_RDONLY);
    request.flags = IOSQE_ASYNC;
    ring.do_request(request);
    pause();
  });
  EXPECT_TRUE(end.killed_by() == SIGKILL || end.killed_by() == SIGSYS) << end.status;
}

TEST(Actions, LogLetsItPass) {
  const Tree tree;
  const std::string file = tree.make_file("f");
  in_child([&] {
    enforce("sys_enter_getppid: deny else log\nfile_open: deny else log\n");
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_ALLOWED(try_open(file, O_RDONLY));
  });
}

TEST(Actions, APermissiveRulesetRefusesNothing) {
  const Tree tree;
  const std::string file = tree.make_file("f");
  in_child([&] {
    const Ruleset ruleset = Ruleset::permissive();
    EXPECT_ALLOWED(
        ruleset.write("syscalls: deny else kill\nfile: deny else kill\nsystem: deny\n"
                      "sys_enter_getppid: deny errno EXDEV quiet\n"));
    ruleset.enforce();
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_ALLOWED(syscall(SYS_getpgrp));
    EXPECT_ALLOWED(try_open(file, O_RDWR | O_TRUNC));
    EXPECT_ALLOWED(unlink(file.c_str()));
    io_uring_params parameters{};
    EXPECT_ALLOWED(uring_setup(1, &parameters));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
