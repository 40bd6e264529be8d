// SPDX-License-Identifier: BSD-2-Clause
// EVF_ENFORCE_TSYNC while 64 threads fork, end, execute programs and set seccomp filters.
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <new>
#include <string>
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

// What a thread does, by its number, until it's told that it was confined; then it must stay so
void storm(int number, const std::atomic<bool>& synced) {
  for (int round = 0; !synced; ++round) {
    switch (number % 5) {
      case 0:
        fork_and_wait(false);
        break;
      case 1:
        fork_and_wait(true);
        break;
      case 2:
        std::thread([] {}).join();
        break;
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

// Seen by a test and its child, also when that has executed another program, or is gone
class SharedFlag {
 public:
  SharedFlag() {
    void* const memory =
        mmap(nullptr, sizeof(*flag_), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    require(memory != MAP_FAILED, "memory for a flag");
    flag_ = new (memory) std::atomic<bool>(false);
  }
  SharedFlag(const SharedFlag&) = delete;
  SharedFlag& operator=(const SharedFlag&) = delete;
  ~SharedFlag() { munmap(flag_, sizeof(*flag_)); }

  [[nodiscard]] bool is_set() const { return *flag_; }
  void set() const { *flag_ = true; }

 private:
  std::atomic<bool>* flag_;
};

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

// A layer of its own, which the caller lacks, as long as it's told to live
void refuse(std::atomic<bool>& refusing, const std::atomic<bool>& may_end) {
  const Ruleset other("sys_enter_getpgrp: deny else errno EXDEV");
  require_call(other.try_enforce(), "a layer");
  refusing = true;
  while (!may_end) {
    usleep(1000);
    EXPECT_ALLOWED(syscall(SYS_getppid));
  }
}

TEST(TsyncStorm, OneOfManyThatCannotFailsItForAll) {
  for (int round = 0; round < rounds(1, 100); ++round) {
    in_child([] {
      std::atomic<bool> synced = false;
      std::atomic<bool> refusing = false;
      std::atomic<bool> refused = false;
      std::vector<std::thread> threads;
      std::vector<std::thread> watchers;
      const Ruleset ruleset(kRule);
      set_no_new_privs();
      for (int i = 1; i < kThreads; ++i) {
        threads.emplace_back([i, &synced] { storm(i, synced); });
        // Every eighth has one beside it that sees whether an attempt reached it
        if (i % 8 == 0) {
          watchers.emplace_back([&refused] {
            while (!refused) EXPECT_ALLOWED(syscall(SYS_getppid));
          });
        }
      }
      std::thread other([&] { refuse(refusing, refused); });
      while (!refusing) usleep(100);
      EXPECT_REFUSED(ESRCH, ruleset.try_enforce(EVF_ENFORCE_TSYNC));
      EXPECT_ALLOWED(syscall(SYS_getppid));
      refused = true;
      other.join();
      // The last look of each is before the next attempt
      for (std::thread& watcher : watchers) {
        watcher.join();
      }
      EXPECT_ALLOWED(ruleset.try_enforce(EVF_ENFORCE_TSYNC)) << "it has gone";
      synced = true;
      for (std::thread& thread : threads) {
        thread.join();
      }
    });
  }
}

// Either the process was confined before, and so is the program, or neither is
TEST(TsyncStorm, AProgramThatOneThreadExecutesIsConfinedIfItSaysSo) {
  const int last = rounds(20, 1000) - 1;
  for (int round = 0; round <= last; ++round) {
    const SharedFlag synced;
    const ChildEnd end = end_of_child([&] {
      const std::string program = helper("evf_probe");
      const Ruleset ruleset(kRule);
      set_no_new_privs();
      std::atomic<bool> started = false;
      std::thread syncing([&] {
        while (!started) {
        }
        if (ruleset.try_enforce(EVF_ENFORCE_TSYNC) == 0) synced.set();
      });
      // The last one: while one executes, none can be made
      std::thread executing([&] {
        started = true;
        // In one round it surely comes later
        while (round == last && !synced.is_set()) {
        }
        execl(program.c_str(), "evf_probe", "getppid", nullptr);
        syscall(SYS_exit_group, 1);
      });
      executing.join();
      syncing.join();
    });
    EXPECT_TRUE(end.status == EXDEV << 8 || (end.status == 0 && !synced.is_set()))
        << end.status << (synced.is_set() ? " confined" : "");
  }
}

TEST(TsyncStorm, AProcessThatEndsMeanwhile) {
  const int last = rounds(20, 1000) - 1;
  for (int round = 0; round <= last; ++round) {
    const ChildEnd end = end_of_child([&] {
      std::atomic<bool> synced = false;
      const Ruleset ruleset(kRule);
      set_no_new_privs();
      for (int i = 0; i < 8; ++i) {
        std::thread([] {
          for (;;) {
            syscall(SYS_getpid);
          }
        }).detach();
      }
      std::thread([&] {
        while (round == last && !synced) {
        }
        syscall(SYS_exit_group, 0);
      }).detach();
      if (ruleset.try_enforce(EVF_ENFORCE_TSYNC) != 0) syscall(SYS_exit_group, 1);
      if (syscall(SYS_getppid) == 0 || errno != EXDEV) syscall(SYS_exit_group, 2);
      synced = true;
      pause();
    });
    EXPECT_EQ(end.status, 0) << "it was let through, or had failed";
  }
}

}  // namespace
}  // namespace eventfilter::selftest
