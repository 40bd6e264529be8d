// SPDX-License-Identifier: BSD-2-Clause
#include <cerrno>
#include <string>

#include <gtest/gtest.h>

#include "eventfilter.h"

namespace {

int parse(const std::string& line, eventfilter_text_error& error) {
  return eventfilter_parse_text_error(line.data(), line.size(), &error);
}

TEST(TextError, ReadsEveryPart) {
  eventfilter_text_error error;
  ASSERT_EQ(parse("3:14:5: unknown_label: there is no label with this name\n", error), 0);
  EXPECT_EQ(error.line, 3u);
  EXPECT_EQ(error.column, 14u);
  EXPECT_EQ(error.length, 5u);
  EXPECT_STREQ(error.code, "unknown_label");
  EXPECT_STREQ(error.sentence, "there is no label with this name");
}

TEST(TextError, SentenceMayHoldColons) {
  eventfilter_text_error error;
  ASSERT_EQ(parse("1:1:0: pointer: use another event: file_open", error), 0);
  EXPECT_STREQ(error.sentence, "use another event: file_open");
  EXPECT_EQ(error.length, 0u);
}

TEST(TextError, CutsALongSentenceAndKeepsThePlace) {
  eventfilter_text_error error;
  ASSERT_EQ(parse("7:1:2: code: " + std::string(1000, 'x') + "\n", error), 0);
  EXPECT_EQ(error.line, 7u);
  EXPECT_EQ(std::string(error.sentence), std::string(sizeof(error.sentence) - 1, 'x'));
}

TEST(TextError, TakesALongestCodeAndRefusesALonger) {
  eventfilter_text_error error;
  const std::string longest(sizeof(error.code) - 1, 'c');
  ASSERT_EQ(parse("1:1:1: " + longest + ": s", error), 0);
  EXPECT_EQ(error.code, longest);
  EXPECT_EQ(parse("1:1:1: " + longest + "c: s", error), -EINVAL);
}

TEST(TextError, LargestNumberAndOneAbove) {
  eventfilter_text_error error;
  ASSERT_EQ(parse("4294967295:1:1: c: s", error), 0);
  EXPECT_EQ(error.line, 4294967295u);
  EXPECT_EQ(parse("4294967296:1:1: c: s", error), -EINVAL);
}

TEST(TextError, RefusesOtherFormsAndZeroes) {
  for (const char* line : {"", "\n", "1", "1:", "1:2:", "1:2:3", "1:2:3:", "1:2:3: ", "1:2:3: c",
                           "1:2:3: c:", "1:2:3: c: ", "1:2:3: c: \n", "1:2:3: : s", "0:1:1: c: s",
                           "1:0:1: c: s", "-1:1:1: c: s", "a:1:1: c: s", " 1:1:1: c: s",
                           "1:1:1: C: s", "1;1;1: c: s"}) {
    eventfilter_text_error error;
    EXPECT_EQ(parse(line, error), -EINVAL) << '"' << line << '"';
    EXPECT_EQ(error.line, 0u) << line;
    EXPECT_STREQ(error.code, "") << line;
    EXPECT_STREQ(error.sentence, "") << line;
  }
}

TEST(TextError, NeedsNoTerminator) {
  eventfilter_text_error error;
  const char line[] = {'1', ':', '2', ':', '3', ':', ' ', 'c', ':', ' ', 's'};
  ASSERT_EQ(eventfilter_parse_text_error(line, sizeof(line), &error), 0);
  EXPECT_STREQ(error.sentence, "s");
}

}  // namespace
