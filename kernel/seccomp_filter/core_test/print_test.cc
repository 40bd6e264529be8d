// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Rules as text from what is kept of them. That random ones mean the same is oracle_test's.
#include <gtest/gtest.h>

#include "core_test/schema.hh"

namespace eventfilter::core_test {
namespace {

std::string print(std::string_view text) {
  Rules rules(text);
  char* out = nullptr;
  if (rules.error().code != 0) return "<" + rules.code() + ">";
  if (evf_rules_print(rules.operator->(), &evf_vector_schema, &out) != 0) return "<no memory>";
  std::string result = out;
  evf_free(out);
  return result;
}

TEST(PrintedRules, AreTheCanonicalFormOfWhatDepends) {
  for (const char* line : {
           "file_open: label & tmp_t\n",
           "file_open: (label & tmp_t) || (label & user_home_t)\n",
           "file_open: access == 1 && (flags == 2 || mode == 3) else errno EXDEV\n",
           "file_open: (access == 1 && flags == 2) || (mode == 3 && ino == 4)\n",
           "file_open: access == 1 && (flags == 2 || (mode == 3 && (ino == 4 || ino == 6)))\n",
           "file_open: !(access == 1) || flags else kill\n",
           "file_open: name ~ \"a*\" && access in { 1, 3 .. 5 } else log quiet\n",
           "file_open: name == \"a\\\"b\\\\c\\x0a\"\n",
           "file_open: deny errno EXDEV\nfile_exec: allow\nfile: deny quiet\n",
           "compat: allow\nfile_open: access == 1\nfile_open: access == 2\n",
       }) {
    EXPECT_EQ(print(line), line);
  }
}

TEST(PrintedRules, NegationIsAtThePredicates) {
  EXPECT_EQ(print("file_open: !(access == 1 || (flags == 2 && mode == 3))"),
            "file_open: !(access == 1) && (!(flags == 2) || !(mode == 3))\n");
}

TEST(PrintedRules, WhatIsConstantIsLeftOut) {
  EXPECT_EQ(print("file_open: access == 1 || (mode < 0 && flags == 2)"), "file_open: access == 1\n");
  EXPECT_EQ(print("file_open: mode >= 0"), "file_open: allow\n");
  EXPECT_EQ(print("file_open: mode < 0 else errno EXDEV"), "file_open: deny errno EXDEV\n");
}

TEST(PrintedRules, EachNameHasItsLine) {
  EXPECT_EQ(print("file_open, file_exec: owner == 7 # comment"),
            "file_open: owner == 7\nfile_exec: owner == 7\n");
}

TEST(PrintedRules, TheDeepestFit) {
  std::string text = "file_open: access == 0";
  for (int i = 1; i <= EVF_MAX_DEPTH; ++i) {
    text += i % 2 != 0 ? " || (access == 1 && mode == " : " && (access == 1 || mode == ";
    text += std::to_string(i);
  }
  text += repeat(")", EVF_MAX_DEPTH) + "\n";
  const std::string once = print(text);
  EXPECT_NE(once[0], '<') << once;
  EXPECT_EQ(print(once), once);
}

TEST(PrintedRules, NothingIsNothing) { EXPECT_EQ(print("# nothing"), ""); }

}  // namespace
}  // namespace eventfilter::core_test
