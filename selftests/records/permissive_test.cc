// SPDX-License-Identifier: BSD-2-Clause
// To learn what a program needs: under a permissive ruleset each thing that would have been refused
// is said once, however often it happens, so that what is learnt is complete.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <set>

#include "support/calls.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/records.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

Ruleset permissive(const std::string& text) {
  Ruleset ruleset = Ruleset::permissive();
  require_call(ruleset.write(text), "write");
  return ruleset;
}

TEST(Learning, RepeatedRecordsAreLeftOut) {
  const Tree tree;
  const std::string file = tree.make_file("file");
  const std::string other = tree.make_file("other");
  const Ruleset ruleset = permissive("file_open: deny\n");
  const Records records(ruleset);
  in_child([&] {
    ruleset.enforce();
    for (int i = 0; i < 5000; ++i) {
      EXPECT_ALLOWED(try_open(file, O_RDONLY));
    }
    EXPECT_ALLOWED(try_open(other, O_RDONLY));
    EXPECT_ALLOWED(try_open(file, O_RDWR));
  });
  std::multiset<std::string> seen;
  for (const Denied& record : records.take()) {
    ASSERT_FALSE(record.contains("lost"));
    EXPECT_EQ(record.at("action"), "log");
    seen.insert(record.at("path") + " " + record.at("access"));
  }
  EXPECT_EQ(seen, (std::multiset<std::string>{"/file 4", "/file 6", "/other 4"}));
}

TEST(Learning, NotOfAnEnforcingRuleset) {
  const Ruleset ruleset("sys_enter_getppid: deny else log");
  const Records records(ruleset);
  in_child([&] {
    ruleset.enforce();
    for (int i = 0; i < 10; ++i) {
      EXPECT_ALLOWED(syscall(SYS_getppid));
    }
  });
  EXPECT_EQ(records.take().size(), 10U);
}

TEST(Learning, ProcessesSayTheSameProgramsDont) {
  const Ruleset ruleset = permissive("sys_enter_getppid: deny");
  const Records records(ruleset);
  for (int i = 0; i < 3; ++i) {
    in_child([&] {
      ruleset.enforce();
      EXPECT_ALLOWED(syscall(SYS_getppid));
    });
  }
  EXPECT_EQ(records.take().size(), 1U);
  in_child([&] {
    ruleset.enforce();
    require_call(prctl(PR_SET_NAME, "another"), "PR_SET_NAME");
    EXPECT_ALLOWED(syscall(SYS_getppid));
  });
  in_child(Subject::kRoot, [&] {
    ruleset.enforce();
    EXPECT_ALLOWED(syscall(SYS_getppid));
  });
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].at("comm"), "another");
  EXPECT_EQ(taken[1].at("uid"), "0");
}

TEST(Learning, OfASystemCallWhatAProgramReads) {
  const Ruleset ruleset = permissive("sys_enter_lseek: whence == 2\nsys_enter_getpriority: deny");
  const Records records(ruleset);
  in_child([&] {
    ruleset.enforce();
    for (int i = 0; i < 100; ++i) {
      EXPECT_REFUSED(EBADF, syscall(SYS_lseek, 900 + i, 0L, 0)) << "by itself";
      EXPECT_REFUSED(EBADF, syscall(SYS_lseek, 900, i, 1));
      EXPECT_REFUSED(EINVAL, syscall(SYS_getpriority, 900 + i, 0));
    }
  });
  EXPECT_EQ(records.take().size(), 3U);
}

TEST(Learning, QuietDoesNotCount) {
  const Ruleset ruleset = permissive("sys_enter_getppid: deny quiet");
  const Records records(ruleset);
  in_child([&] {
    ruleset.enforce();
    EXPECT_ALLOWED(syscall(SYS_getppid));
  });
  EXPECT_EQ(records.take().size(), 1U);
}

TEST(Learning, WhatWasLostComesWithItsNextTime) {
  const Tree tree;
  const Ruleset ruleset = permissive("file_create: deny");
  const Records records(ruleset);
  constexpr int kFiles = 1000;
  const auto touch_all = [&] {
    in_child([&] {
      ruleset.enforce();
      for (int i = 0; i < kFiles; ++i) {
        const std::string path = tree.path(std::to_string(i));
        EXPECT_ALLOWED(try_open(path, O_RDWR | O_CREAT));
        EXPECT_ALLOWED(unlink(path.c_str()));
      }
    });
  };
  std::set<std::string> names;
  const auto learn = [&] {
    uint64_t lost = 0;
    for (const Denied& record : records.take()) {
      if (record.contains("lost")) {
        lost += std::stoull(record.at("lost"));
      } else {
        EXPECT_TRUE(names.insert(record.at("name")).second) << record.at("name") << " twice";
      }
    }
    return lost;
  };
  touch_all();
  uint64_t lost = learn();
  EXPECT_GT(lost, 0U) << "more than there is room for";
  EXPECT_EQ(names.size() + lost, static_cast<size_t>(kFiles));
  for (int rounds = 0; lost != 0 && rounds < 20; ++rounds) {
    const size_t before = names.size();
    touch_all();
    lost = learn();
    EXPECT_GT(names.size(), before);
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(kFiles));
}

TEST(Learning, MoreThanIsRememberedIsSaidAgainRatherThanNotAtAll) {
  const Ruleset ruleset = permissive("sys_enter_lseek: fd == 1");
  const Records records(ruleset);
  std::set<std::string> seen;
  in_child([&] {
    Child subject(Subject::kRoot, [&] {
      ruleset.enforce();
      for (int i = 0; i < 10'000; ++i) {
        syscall(SYS_lseek, 1000 + i, 0L, 0);
        if (i % 100 == 99) {
          usleep(1000);
        }
      }
    });
    while (seen.size() < 10'000) {
      char buffer[EVF_RECORDS_SIZE];
      const long got = require_call(read(records.fd(), buffer, sizeof(buffer)), "read");
      for (const Denied& record : parse_records({buffer, static_cast<size_t>(got)})) {
        if (record.contains("lost")) {
          return;  // a slow reader: the stream has said so
        }
        seen.insert(record.at("fd"));
      }
    }
    subject.wait();
    EXPECT_EQ(seen.size(), 10'000U);
  });
}

}  // namespace
}  // namespace eventfilter::selftest
