// SPDX-License-Identifier: BSD-2-Clause
// A layer is a thread's: version 1 has no call for all threads of a process at once.
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <barrier>
#include <thread>

#include "support/child.h"
#include "support/program.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRule = "sys_enter_getppid: deny else errno EXDEV";

TEST(Threads, EnforceConfinesTheCallingThreadOnly) {
  in_child([] {
    const Ruleset ruleset(kRule);
    std::barrier enforced(2);
    std::thread sibling([&] {
      enforced.arrive_and_wait();
      EXPECT_ALLOWED(syscall(SYS_getppid));
    });
    std::thread confined([&] {
      ruleset.enforce();
      EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
      enforced.arrive_and_wait();
    });
    sibling.join();
    confined.join();
    EXPECT_ALLOWED(syscall(SYS_getppid)) << "the main thread is another";
  });
}

TEST(Threads, NoNewPrivsOfAnotherThreadDoesNotCount) {
  in_child([] {
    const Ruleset ruleset(kRule);
    std::thread([] { set_no_new_privs(); }).join();
    EXPECT_REFUSED(EPERM, ruleset.try_enforce());
  });
}

TEST(Threads, EachCanHaveItsOwn) {
  in_child([] {
    std::thread first([] {
      enforce(kRule);
      EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
      EXPECT_ALLOWED(syscall(SYS_getpgrp));
    });
    std::thread second([] {
      enforce("sys_enter_getpgrp: deny else errno ENOTTY");
      EXPECT_ALLOWED(syscall(SYS_getppid));
      EXPECT_REFUSED(ENOTTY, syscall(SYS_getpgrp));
    });
    first.join();
    second.join();
  });
}

TEST(Threads, WhatAThreadExecutesIsConfinedAsThatThread) {
  // The process that execve makes of them all has the credentials of the one that called
  const std::string probe = helper("evf_probe");
  const ChildEnd confined = end_of_child([&] {
    std::thread([&] {
      enforce(kRule);
      execl(probe.c_str(), "evf_probe", "getppid", nullptr);
    }).join();
  });
  EXPECT_EQ(confined.status, EXDEV << 8);
  const ChildEnd free = end_of_child([&] {
    std::thread([] { enforce(kRule); }).join();
    execl(probe.c_str(), "evf_probe", "getppid", nullptr);
  });
  EXPECT_EQ(free.status, 0);
}

TEST(Threads, ManyAtOnceShareOneRuleset) {
  in_child([] {
    const Ruleset ruleset(kRule);
    std::barrier together(8);
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        together.arrive_and_wait();
        ruleset.enforce();
        for (int round = 0; round < 100; ++round) {
          EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    EXPECT_ALLOWED(syscall(SYS_getppid));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
