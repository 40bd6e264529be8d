// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include "cli/json.h"

namespace eventfilter::cli {
namespace {

TEST(Json, QuotesStrings) {
  EXPECT_EQ(json_string(""), "\"\"");
  EXPECT_EQ(json_string("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(json_string("a\n\x1f"), "\"a\\u000a\\u001f\"");
  EXPECT_EQ(json_string("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

TEST(Json, ReplacesWhatIsNoText) {
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(json_string("\xff"), '"' + bad + '"');
  EXPECT_EQ(json_string("\xc3"), '"' + bad + '"');
  EXPECT_EQ(json_string("\xc0\x80"), '"' + bad + bad + '"') << "overlong";
  EXPECT_EQ(json_string("\xed\xa0\x80"), '"' + bad + bad + bad + '"') << "a surrogate";
  EXPECT_EQ(json_string("\xf4\x90\x80\x80"), '"' + bad + bad + bad + bad + '"') << "beyond Unicode";
}

TEST(Json, MakesObjects) {
  EXPECT_EQ(json_object({{"a", "1"}, {"b", "\""}}), "{\"a\": \"1\", \"b\": \"\\\"\"}");
}

}  // namespace
}  // namespace eventfilter::cli
