// SPDX-License-Identifier: BSD-2-Clause
// 2011, the fifth defect: the terminator went one byte too far or too short, so that the last byte
// of the buffer was whatever had been there, or was lost.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "support/child.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

TEST(StrayLastByte, WhatFollowsTheTextInMemoryIsNotPartOfIt) {
  in_child([] {
    const std::string text = "sys_enter_lseek: offset != 12 else errno EDOM";
    for (const char* rest : {"3", "\n", "\ngarbage", "M", " quiet nonsense", ")"}) {
      const Ruleset ruleset;
      const std::string memory = text + rest;
      EXPECT_ALLOWED(ruleset.write(std::string_view(memory).substr(0, text.size())))
          << ruleset.error();
    }
  });
  in_child([] {
    const std::string digits = "sys_enter_getpriority: which != 1234";
    const Ruleset ruleset;
    EXPECT_ALLOWED(ruleset.write(std::string_view(digits).substr(0, digits.size() - 2)));
    ruleset.enforce();
    EXPECT_REFUSED(EPERM, syscall(SYS_getpriority, 12, 0)) << "12, not 1234";
    EXPECT_REFUSED(EINVAL, syscall(SYS_getpriority, 123, 0)) << "nor 123";
    EXPECT_REFUSED(EINVAL, syscall(SYS_getpriority, 1234, 0)) << "nor all of it";
  });
}

TEST(StrayLastByte, TheLastByteCounts) {
  in_child([] {
    enforce("sys_enter_getpriority: which != 127");
    EXPECT_REFUSED(EPERM, syscall(SYS_getpriority, 127, 0));
    EXPECT_REFUSED(EINVAL, syscall(SYS_getpriority, 12, 0));
  });
}

TEST(StrayLastByte, TextsThatFillWholePages) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  for (const size_t pages : {1UL, 2UL, 16UL}) {
    // At the very end of mapped memory: one byte more could not be read
    void* memory = mmap(nullptr, (pages + 1) * page, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    char* const text = static_cast<char*>(memory);
    require_call(munmap(text + pages * page, page), "munmap");
    std::memset(text, '\n', pages * page);
    const std::string rule = "sys_enter_getpriority: which != 127";
    std::memcpy(text + pages * page - rule.size(), rule.data(), rule.size());
    in_child([&] {
      const Ruleset ruleset;
      EXPECT_ALLOWED(ruleset.write({text, pages * page})) << ruleset.error();
      ruleset.enforce();
      EXPECT_REFUSED(EPERM, syscall(SYS_getpriority, 127, 0));
      EXPECT_REFUSED(EINVAL, syscall(SYS_getpriority, 12, 0));
    });
    munmap(memory, pages * page);
  }
}

TEST(StrayLastByte, ANullByteAtTheEndIsAnError) {
  const Ruleset ruleset;
  using namespace std::string_literals;
  EXPECT_REFUSED(EINVAL, ruleset.write("sys_enter_getppid: deny\0"s));
  EXPECT_EQ(ruleset.error().rfind("1:24:1: control_character: ", 0), 0U) << ruleset.error();
}

}  // namespace
}  // namespace eventfilter::selftest
