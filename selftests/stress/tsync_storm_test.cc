// SPDX-License-Identifier: BSD-2-Clause
// EVF_ENFORCE_TSYNC while 64 threads fork, end, execute programs and set seccomp filters.
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "support/child.h"
#include "support/long_run.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr int kThreads = 64;
constexpr const char* kRule = "sys_enter_getppid: deny else errno EXDEV";

void set_seccomp_filter(unsigned flags) {
  sock_filter allow{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
  const sock_fprog program{1, &allow};
  // With TSYNC it may find another thread with a filter of its own: that's seccomp's business
  syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

void fork_and_wait(bool exec) {
  const pid_t child = fork();
  if (child == 0) {
    if (exec) {
      static const std::string program = helper("evf_probe");
      execl(program.c_str(), "evf_probe", nullptr);
    }
    _exit(0);
  }
  if (child > 0) {
    while (waitpid(child, nullptr, 0) != child) {
    }
  }
}

// What a thread does, by its number, until it's confined; then it must stay so
void storm(int number, const std::atomic<bool>& synced) {
  for (int round = 0; !synced; ++round) {
    switch (number % 5) {
      case 0: fork_and_wait(false); break;
      case 1: fork_and_wait(true); break;
      case 2: std::thread([] {}).join(); break;
      case 3:
        if (round < 3) {
          set_seccomp_filter(round == 0 ? SECCOMP_FILTER_FLAG_TSYNC : 0);
        }
        break;
      default:
        std::thread([] { std::thread([] {}).join(); }).join();
        break;
    }
  }
  EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
  // What it starts from here on, too
  std::thread([] { EXPECT_REFUSED(EXDEV, syscall(SYS_getppid)); }).join();
}

TEST(TsyncStorm, AllThreadsOrNone) {
  for (int round = 0; round < rounds(3, 200); ++round) {
    in_child([] {
      std::atomic<bool> synced = false;
      std::vector<std::thread> threads;
      const Ruleset ruleset(kRule);
      set_no_new_privs();
      for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([i, &synced] { storm(i, synced); });
      }
      EXPECT_ALLOWED(ruleset.try_enforce(EVF_ENFORCE_TSYNC));
      synced = true;
      for (std::thread& thread : threads) {
        thread.join();
      }
      EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
    });
  }
}

TEST(TsyncStorm, AProgramThatOneThreadExecutesEndsIt) {
  // Either the process was confined before, or it never was and the program isn't
  for (int round = 0; round < rounds(20, 1000); ++round) {
    const ChildEnd end = end_of_child([] {
      const std::string program = helper("evf_probe");
      const Ruleset ruleset(kRule);
      set_no_new_privs();
      std::thread executing([&] { execl(program.c_str(), "evf_probe", "getppid", nullptr); });
      std::thread syncing([&] { (void)ruleset.try_enforce(EVF_ENFORCE_TSYNC); });
      executing.join();
      syncing.join();
    });
    EXPECT_TRUE(end.status == 0 || end.status == EXDEV << 8) << end.status;
  }
}

TEST(TsyncStorm, AProcessThatEndsMeanwhile) {
  for (int round = 0; round < rounds(20, 1000); ++round) {
    const ChildEnd end = end_of_child([] {
      const Ruleset ruleset(kRule);
      set_no_new_privs();
      for (int i = 0; i < 8; ++i) {
        std::thread([] {
          for (;;) {
            syscall(SYS_getpid);
          }
        }).detach();
      }
      std::thread([] { syscall(SYS_exit_group, 0); }).detach();
      (void)ruleset.try_enforce(EVF_ENFORCE_TSYNC);
      syscall(SYS_exit_group, 0);
    });
    EXPECT_EQ(end.status, 0);
  }
}

}  // namespace
}  // namespace eventfilter::selftest
