// SPDX-License-Identifier: BSD-2-Clause
// Whatever a confined task starts is confined as it is itself.
#include <gtest/gtest.h>
#include <linux/sched.h>
#include <sched.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRule = "sys_enter_getppid: deny else errno EXDEV";

// The errno of getppid(2), as a child's exit status says it
int getppid_error() { return error_of(syscall(SYS_getppid)); }

int exit_status_of(pid_t pid) {
  int status = 0;
  require_call(waitpid(pid, &status, __WALL), "waitpid");
  require(WIFEXITED(status), "a child was killed");
  return WEXITSTATUS(status);
}

int clone_and_ask(unsigned long flags) {
  const long pid = require_call(syscall(SYS_clone, flags, nullptr, nullptr, nullptr, 0), "clone");
  if (pid == 0) {
    _exit(getppid_error());
  }
  return exit_status_of(static_cast<pid_t>(pid));
}

TEST(Inheritance, Fork) {
  in_child([] {
    enforce(kRule);
    const pid_t pid = static_cast<pid_t>(require_call(syscall(SYS_fork), "fork"));
    if (pid == 0) {
      _exit(getppid_error());
    }
    EXPECT_EQ(exit_status_of(pid), EXDEV);
  });
}

TEST(Inheritance, Vfork) {
  in_child([] {
    enforce(kRule);
    int error = 0;
    const pid_t pid = vfork();
    if (pid == 0) {
      error = getppid_error();
      _exit(error);
    }
    EXPECT_EQ(exit_status_of(pid), EXDEV);
  });
}

TEST(Inheritance, CloneWithEveryNamespace) {
  in_child([] {
    enforce(kRule);
    for (const int flags :
         {0, CLONE_FILES, CLONE_FS, CLONE_SYSVSEM, CLONE_NEWUSER, CLONE_NEWUSER | CLONE_NEWPID,
          CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET |
              CLONE_NEWCGROUP}) {
      EXPECT_EQ(clone_and_ask(static_cast<unsigned>(flags | SIGCHLD)), EXDEV) << flags;
    }
  });
}

TEST(Inheritance, CloneThatSharesMemory) {
  in_child([] {
    enforce(kRule);
    static int error = 0;
    std::array<char, 65536> stack{};
    const int pid = clone(
        [](void*) {
          error = getppid_error();
          return 0;
        },
        stack.data() + stack.size(), CLONE_VM | CLONE_VFORK | SIGCHLD, nullptr);
    EXPECT_EQ(exit_status_of(pid), 0);
    EXPECT_EQ(error, EXDEV);
  });
}

TEST(Inheritance, Clone3) {
  in_child([] {
    enforce(kRule);
    clone_args arguments{};
    arguments.exit_signal = SIGCHLD;
    const long pid = require_call(syscall(SYS_clone3, &arguments, sizeof(arguments)), "clone3");
    if (pid == 0) {
      _exit(getppid_error());
    }
    EXPECT_EQ(exit_status_of(static_cast<pid_t>(pid)), EXDEV);
  });
}

TEST(Inheritance, AGrandchildThatWasOrphaned) {
  in_child([] {
    enforce(kRule);
    int ends[2];
    require_call(pipe(ends), "pipe");
    if (fork() == 0) {
      if (fork() == 0) {
        setsid();
        const int error = getppid_error();
        const ssize_t ignored = write(ends[1], &error, sizeof(error));
        _exit(ignored != sizeof(error));
      }
      _exit(0);
    }
    int error = 0;
    EXPECT_EQ(read(ends[0], &error, sizeof(error)), static_cast<ssize_t>(sizeof(error)));
    EXPECT_EQ(error, EXDEV);
  });
}

TEST(Inheritance, Execve) {
  in_child([] {
    enforce(kRule);
    EXPECT_EQ(run({helper("evf_probe"), "getppid"}).exit_code(), EXDEV);
    EXPECT_EQ(run({helper("evf_probe"), "getpgrp"}).exit_code(), 0);
  });
}

TEST(Inheritance, ExecveOfExecve) {
  in_child([] {
    enforce(kRule);
    EXPECT_EQ(
        run({"/bin/sh", "-c", "exec /usr/bin/env " + helper("evf_probe") + " getppid"}).exit_code(),
        EXDEV);
  });
}

TEST(Inheritance, PosixSpawn) {
  in_child([] {
    enforce(kRule);
    const std::string probe = helper("evf_probe");
    std::string argument = "getppid";
    std::array<char*, 3> argv{const_cast<char*>(probe.c_str()), argument.data(), nullptr};
    pid_t pid = 0;
    ASSERT_EQ(posix_spawn(&pid, probe.c_str(), nullptr, nullptr, argv.data(), environ), 0);
    EXPECT_EQ(exit_status_of(pid), EXDEV);
  });
}

TEST(Inheritance, AThreadOfAConfinedThread) {
  in_child([] {
    enforce(kRule);
    int error = 0;
    std::thread([&] { error = getppid_error(); }).join();
    EXPECT_EQ(error, EXDEV);
  });
}

TEST(Inheritance, LayersAddedLaterAreNotTheChildrens) {
  in_child([] {
    enforce(kRule);
    in_child(Subject::kRoot, [] {
      enforce("sys_enter_getpgrp: deny else errno ENOTTY");
      EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
      EXPECT_REFUSED(ENOTTY, syscall(SYS_getpgrp));
    });
    EXPECT_ALLOWED(syscall(SYS_getpgrp)) << "a child's layer is its own";
  });
  EXPECT_ALLOWED(syscall(SYS_getppid)) << "and so is a child's of this test";
}

TEST(Inheritance, RealPrograms) {
  in_child([] {
    enforce(
        "sys_enter_getppid: deny else errno EXDEV\nsys_enter_newuname, sys_enter_sethostname: "
        "deny\n");
    const Output uname = run({"uname"});
    EXPECT_NE(uname.exit_code(), 0);
    EXPECT_TRUE(uname.says("Operation not permitted")) << uname.text;
    const Output python = run({"python3", "-c",
                               "import os, errno\n"
                               "try: os.uname()\n"
                               "except OSError as e: print(errno.errorcode[e.errno])"});
    EXPECT_EQ(python.text, "EPERM\n");
  });
}

}  // namespace
}  // namespace eventfilter::selftest
