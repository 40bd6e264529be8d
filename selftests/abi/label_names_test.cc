// SPDX-License-Identifier: BSD-2-Clause
// write(2) on a label space: "label NAME" lines.
#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "support/label_probe.h"
#include "support/label_space.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

TEST(LabelNames, CanBeUsedInRulesetsOnceCommitted) {
  const LabelSpace space("a_t b_t");
  const Ruleset ruleset(space, "file_open: label & a_t || label & b_t");
}

TEST(LabelNames, AreUnknownToOtherSpaces) {
  const LabelSpace space("a_t");
  const LabelSpace other("b_t");
  EXPECT_REFUSED(EINVAL, Ruleset(other).write("file_open: label & a_t"));
}

TEST(LabelNames, AreUnknownToARulesetWithoutASpace) {
  EXPECT_REFUSED(EINVAL, Ruleset().write("file_open: label & a_t"));
}

TEST(LabelNames, CanLabelInTheSameBatch) {
  const Tree tree;
  const std::string file = tree.make_file("f");
  const LabelSpace space;
  ASSERT_ALLOWED(space.write("label a_t\nlabel b_t\nlabel c_t\nlabel never_t\n"));
  ASSERT_ALLOWED(space.stage(EVF_LABEL_FILE, file, "b_t"));
  ASSERT_ALLOWED(space.try_commit());
  EXPECT_EQ(LabelProbe(space).of(file), "b_t");
}

TEST(LabelNames, TheSameNameAgainIsNoError) {
  const LabelSpace space("a_t");
  EXPECT_ALLOWED(space.write("label a_t\nlabel a_t\n"));
  EXPECT_ALLOWED(space.try_commit());
}

TEST(LabelNames, CommentsAndBlankLinesAreIgnored) {
  const LabelSpace space;
  EXPECT_ALLOWED(space.write("# names\n\n  label a_t  # the first\n\tlabel\tb_t\n"));
  EXPECT_ALLOWED(space.try_commit());
  const Ruleset ruleset(space, "file_open: label & a_t || label & b_t");
}

TEST(LabelNames, WhatIsNoLineIsRefusedWithItsPlace) {
  const struct {
    const char* text;
    const char* place;
  } cases[] = {
      {"lable a_t\n", "1:1:5"},
      {"label\n", "1:6:0"},
      {"label a_t b_t\n", "1:11:3"},
      {"label a_t\nlabel 1a\n", "2:7:"},
      {"label a=b\n", "1:8:"},
      {"label \"a\"\n", "1:7:"},
      {"label a_t\n# c\nlabel =\n", "3:7:"},
  };
  for (const auto& [text, place] : cases) {
    const LabelSpace space;
    EXPECT_REFUSED(EINVAL, space.write(text)) << text;
    const std::string error = space.error();
    EXPECT_EQ(error.rfind(place, 0), 0U) << text << error;
    EXPECT_TRUE(std::regex_match(error, std::regex("\\d+:\\d+:\\d+: [a-z_]+: [^\n]+\n"))) << error;
  }
}

TEST(LabelNames, MayHaveDashesAndDotsInside) {
  const LabelSpace space("org.example.files user-home_t");
  EXPECT_ALLOWED(
      Ruleset(space).write("file_open: label & org.example.files || label & user-home_t"));
}

TEST(LabelNames, AWriteIsAllOrNothing) {
  const LabelSpace space;
  EXPECT_REFUSED(EINVAL, space.write("label a_t\nnonsense\n"));
  EXPECT_ALLOWED(space.try_commit());
  EXPECT_REFUSED(EINVAL, Ruleset(space).write("file_open: label & a_t"));
}

TEST(LabelNames, CommitCountsGenerations) {
  const LabelSpace space;
  const long first = space.try_commit();
  ASSERT_GE(first, 0);
  ASSERT_ALLOWED(space.write("label a_t\n"));
  EXPECT_EQ(space.try_commit(), first + 1);
}

}  // namespace
}  // namespace eventfilter::selftest
