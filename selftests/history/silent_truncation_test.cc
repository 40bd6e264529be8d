// SPDX-License-Identifier: BSD-2-Clause
// 2011, the third defect: a text longer than the buffer was cut off without a word, and what was
// left of it could mean the opposite.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "support/calls.h"
#include "support/child.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

TEST(SilentTruncation, WhatComesLateInALineCounts) {
  // The part that refuses moves across every size that a buffer might have
  for (const size_t before : {200UL, 255UL, 256UL, 1000UL, 1023UL, 1024UL, 4000UL, 4095UL, 4096UL,
                              8192UL, 32768UL, 65000UL}) {
    in_child([&] {
      enforce("sys_enter_lseek: fd != 1" + std::string(before, ' ') +
              "&& fd != 1001 else errno EDOM\n");
      EXPECT_REFUSED(EDOM, syscall(SYS_lseek, 1001, 0, 0)) << before;
      EXPECT_REFUSED(EBADF, syscall(SYS_lseek, 1002, 0, 0)) << before;
    });
  }
}

TEST(SilentTruncation, WhatComesLateInATextCounts) {
  for (const size_t before : {4096UL, 65536UL, 131072UL, 1000000UL}) {
    in_child([&] {
      std::string text;
      while (text.size() < before) {
        text += "#" + std::string(1000, 'x') + "\n";
      }
      enforce(text + "sys_enter_getppid: deny else errno EDOM\n");
      EXPECT_REFUSED(EDOM, syscall(SYS_getppid)) << before;
    });
  }
}

TEST(SilentTruncation, ALongStringIsWholeOrRefused) {
  const Tree tree;
  const std::string longest(255, 'n');
  const std::string file = tree.make_file(longest);
  in_child([&] {
    enforce("file_open: name != \"" + longest + "\"");
    EXPECT_REFUSED(EACCES, try_open(file, O_RDONLY));
  });
  in_child([&] {
    enforce("file_open: name != \"" + longest.substr(1) + "\"");
    EXPECT_ALLOWED(try_open(file, O_RDONLY)) << "one byte less is another name";
  });
  EXPECT_REFUSED(EINVAL, Ruleset().write("file_open: name != \"" + longest + "n\""));
}

TEST(SilentTruncation, ALongNumberIsWholeOrRefused) {
  in_child([] {
    enforce(
        "sys_enter_lseek: offset != "
        "00000000000000000000000000000000000000000000000000000000000000007 else errno EDOM");
    EXPECT_REFUSED(EDOM, syscall(SYS_lseek, -1, 7L, 0));
  });
  EXPECT_REFUSED(EINVAL, Ruleset().write("sys_enter_lseek: offset == 18446744073709551616"));
  EXPECT_REFUSED(EINVAL, Ruleset().write("sys_enter_lseek: offset == 0x10000000000000000"));
  EXPECT_REFUSED(EINVAL, Ruleset().write("sys_enter_lseek: fd == 4294967296"))
      << "more than the field can hold";
}

TEST(SilentTruncation, TheErrorOfALongLineNamesItsPlace) {
  const Ruleset ruleset;
  EXPECT_REFUSED(EINVAL, ruleset.write("sys_enter_lseek: fd != 1" + std::string(5000, ' ') +
                                       "&& nonesuch == 1\n"));
  EXPECT_EQ(ruleset.error().rfind("1:5028:8: unknown_field: ", 0), 0U) << ruleset.error();
}

}  // namespace
}  // namespace eventfilter::selftest
