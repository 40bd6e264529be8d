// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Every limit of the language below, at and above it.
#include "core/limits.h"

#include <gtest/gtest.h>

#include "core_test/schema.hh"

namespace eventfilter::core_test {
namespace {

constexpr char kWrite[] = "sys_enter_write: ";

// Takes the text of size limit - 1 and limit, and refuses limit + 1 with the code and the place.
template <class Text>
void expect_limit(unsigned limit, const char* code, const Text& text, unsigned offset,
                  unsigned length) {
  for (const unsigned size : {limit - 1, limit}) {
    Rules rules;
    EXPECT_EQ(rules.parse(text(size)), 0) << code << " with " << size << ": " << rules.code();
  }
  Rules rules;
  EXPECT_EQ(rules.parse(text(limit + 1)), -EINVAL) << code;
  EXPECT_EQ(rules.code(), code);
  EXPECT_EQ(rules.error().offset, offset);
  EXPECT_EQ(rules.error().length, length);
  EXPECT_EQ(rules->nr, 0U);
}

TEST(Limits, Depth) {
  expect_limit(
      EVF_MAX_DEPTH, "too_deep",
      [](unsigned n) { return kWrite + repeat("(", n) + "fd" + repeat(")", n); },
      17 + EVF_MAX_DEPTH, 1);
  expect_limit(
      EVF_MAX_DEPTH, "too_deep",
      [](unsigned n) { return kWrite + repeat("!(fd||count&&", n) + "fd" + repeat(")", n); },
      17 + 13 * EVF_MAX_DEPTH + 1, 1);
}

TEST(Limits, DepthIsThatOfOnePlace) {
  Rules rules(kWrite + repeat("(fd)&&", 1000) + "fd");
  EXPECT_EQ(rules->nr, 1U);
}

TEST(Limits, Predicates) {
  expect_limit(
      EVF_MAX_PREDICATES, "too_many_predicates",
      [](unsigned n) { return kWrite + repeat("fd||", n - 1) + "fd"; }, 17 + 4 * EVF_MAX_PREDICATES,
      2);
}

TEST(Limits, PredicatesThatStayApart) {
  Rules rules(kWrite + repeat("fd&&!count||", EVF_MAX_PREDICATES / 2 - 1) + "fd&&!count");
  ASSERT_EQ(rules->nr, 1U);
  evf_record record{};
  record.v[2].num = 1;
  EXPECT_EQ(evf_program_run(rules[0].program, &record), EVF_MAX_PREDICATES - 2);
  record.v[0].num = 1;
  EXPECT_EQ(evf_program_run(rules[0].program, &record), EVF_MAX_PREDICATES - 1);
  record.v[2].num = 0;
  EXPECT_EQ(evf_program_run(rules[0].program, &record), EVF_PASS);
}

TEST(Limits, Items) {
  expect_limit(
      EVF_MAX_SET, "too_many_items",
      [](unsigned n) { return kWrite + ("fd in {" + repeat("1,", n - 1)) + "1}"; },
      17 + 7 + 2 * EVF_MAX_SET, 1);
}

TEST(Limits, String) {
  expect_limit(
      EVF_MAX_STRING, "string_too_long",
      [](unsigned n) { return "file_open: name == \"" + repeat("a", n) + "\""; }, 19,
      EVF_MAX_STRING + 3);
  // Its bytes are counted after decoding
  expect_limit(
      EVF_MAX_STRING, "string_too_long",
      [](unsigned n) { return "file_open: name == \"" + repeat("\\x61", n) + "\""; }, 19,
      4 * (EVF_MAX_STRING + 1) + 2);
}

TEST(Limits, Word) {
  for (const unsigned size : {EVF_MAX_WORD - 1U, EVF_MAX_WORD + 0U}) {
    Rules rules;
    EXPECT_EQ(rules.parse(repeat("e", size) + ": deny"), -EINVAL);
    EXPECT_EQ(rules.code(), "unknown_event");
  }
  Rules rules;
  EXPECT_EQ(rules.parse(repeat("e", EVF_MAX_WORD + 1) + ": deny"), -EINVAL);
  EXPECT_EQ(rules.code(), "word_too_long");
  EXPECT_EQ(rules.error().length, EVF_MAX_WORD + 1U);
}

TEST(Limits, Names) {
  expect_limit(
      EVF_MAX_NAMES, "too_many_names",
      [](unsigned n) { return repeat("file_open,", n - 1) + "file_open: deny"; },
      10 * EVF_MAX_NAMES, 9);
}

TEST(Limits, Line) {
  expect_limit(
      EVF_MAX_LINE, "line_too_long",
      [](unsigned n) { return "file: deny" + repeat(" ", n - 10) + "\nmeta: deny\n"; },
      EVF_MAX_LINE, 1);
  // A comment is a line as well, and the limit is that of a line, not of what came before
  Rules rules;
  EXPECT_EQ(rules.parse("#\n#" + repeat("x", EVF_MAX_LINE)), -EINVAL);
  EXPECT_EQ(rules.error().offset, 2U + EVF_MAX_LINE);
}

TEST(Limits, Rules) {
  const std::string line = repeat("file_open,", 511) + "file_open:deny\n";
  Rules rules;
  for (int i = 0; i < EVF_MAX_RULES / 512 - 1; ++i) ASSERT_EQ(rules.parse(line), 0);
  ASSERT_EQ(rules.parse(repeat("file_open,", 510) + "file_open:deny\n"), 0);
  EXPECT_EQ(rules->nr, EVF_MAX_RULES - 1U);
  EXPECT_EQ(rules.parse("file_open, file_exec: deny"), -EINVAL);
  EXPECT_EQ(rules.code(), "too_many_rules");
  EXPECT_EQ(rules.error().offset, 11U);
  EXPECT_EQ(rules->nr, EVF_MAX_RULES - 1U);
  EXPECT_EQ(rules.parse("file_open: deny"), 0);
  EXPECT_EQ(rules.parse("compat: allow"), 0);
  EXPECT_EQ(rules.parse("file_open: deny"), -EINVAL);
}

TEST(Limits, Text) {
  const std::string line = repeat("#", 1023) + "\n";
  for (const unsigned size : {EVF_MAX_TEXT - 1, EVF_MAX_TEXT}) {
    Rules rules;
    EXPECT_EQ(rules.parse(repeat(line, 1024).substr(0, size)), 0);
    EXPECT_EQ(rules->text_len, size);
  }
  Rules rules;
  EXPECT_EQ(rules.parse(repeat(line, 1024) + "#"), -E2BIG);
  EXPECT_EQ(rules->text_len, 0U);
  EXPECT_EQ(rules.parse(repeat(line, 1023)), 0);
  EXPECT_EQ(rules.parse(line + "#"), -E2BIG);
  EXPECT_EQ(rules.parse(line), 0);
  EXPECT_EQ(rules.parse("#"), -E2BIG);
  EXPECT_EQ(rules.parse(""), 0);
  EXPECT_EQ(format(repeat(line, 1024) + "#"), "<7>");
}

TEST(Limits, CanonicalFormsKeepThem) {
  // Each level gains a pair of parentheses
  const auto nested = [](unsigned n) {
    return kWrite + repeat("!(fd||count&&", n) + "fd" + repeat(")", n) + "\n";
  };
  EXPECT_NE(format(nested(EVF_MAX_DEPTH / 2)).front(), '<');
  EXPECT_EQ(format(nested(EVF_MAX_DEPTH / 2 + 1)), "<7>");
}

TEST(Limits, ACanonicalLineThatIsTooLongIsRefused) {
  // Spaces and parentheses take room
  EXPECT_EQ(format(kWrite + repeat("count&1&&!fd||", 2047) + "count&1&&!fd").front(), 's');
  const std::string longer =
      kWrite + repeat("count&11111&&!(fd<11111)||", 2047) + "count&11111&&!fd";
  EXPECT_LE(longer.size(), static_cast<std::size_t>(EVF_MAX_LINE));
  EXPECT_EQ(Rules(longer)->nr, 1U);
  EXPECT_EQ(format(longer), "<7>");
}

}  // namespace
}  // namespace eventfilter::core_test
