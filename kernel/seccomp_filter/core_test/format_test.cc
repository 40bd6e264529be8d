// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gtest/gtest.h>

#include "core_test/schema.hh"

namespace eventfilter::core_test {
namespace {

TEST(Format, MakesTheExampleExactly) {
  EXPECT_EQ(format("file_open:label&tmp_t||label&user_home_t"),
            "file_open: (label & tmp_t) || (label & user_home_t)\n");
}

TEST(Format, ReportsMistakes) {
  EXPECT_EQ(format("file_open: label == tmp_t"), "<label_operator>");
  EXPECT_EQ(format("file_open, file_exec: access == 1"), "<unknown_field>");
}

TEST(Format, KeepsTheSignOfAMaskForTypesOfEverySize) {
  EXPECT_EQ(format("test_types: s8 & -1 && s64 & -1 && s64 & 0xffffffffffffffff"),
            "test_types: (s8 & -1) && (s64 & -1) && (s64 & 18446744073709551615)\n");
}

// Every errno of the system has its name, and its name has it.
TEST(Format, KnowsEveryErrno) {
  int names = 0;
  for (const char* name :
       {"EPERM",     "ENOENT",     "ESRCH",        "EINTR",        "EIO",      "ENXIO",   "E2BIG",
        "EACCES",    "EBUSY",      "EEXIST",       "EXDEV",        "ENODEV",   "ENOTDIR", "EINVAL",
        "ENOTTY",    "ENOSPC",     "EROFS",        "EPIPE",        "ERANGE",   "ENOSYS",  "ELOOP",
        "EOVERFLOW", "EOPNOTSUPP", "ECONNREFUSED", "EKEYREJECTED", "EHWPOISON"}) {
    const std::string line = std::string("file: deny errno ") + name + "\n";
    EXPECT_EQ(format(line), line);
    Rules rules(line);
    ASSERT_EQ(rules->nr, 1U) << name;
    EXPECT_STREQ(strerrorname_np(rules[0].action.error), name);
    ++names;
  }
  EXPECT_EQ(names, 26);
  int known = 0;
  for (int number = 1; number < 134; ++number) {
    const char* name = strerrorname_np(number);
    if (name == nullptr) continue;
    Rules rules(std::string("file: deny errno ") + (number == EOPNOTSUPP ? "EOPNOTSUPP" : name));
    ASSERT_EQ(rules->nr, 1U) << name;
    EXPECT_EQ(rules[0].action.error, number);
    ++known;
  }
  EXPECT_GT(known, 125);
}

}  // namespace
}  // namespace eventfilter::core_test
