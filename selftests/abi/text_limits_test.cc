// SPDX-License-Identifier: BSD-2-Clause
// Every limit of the filter language, below, at and above, through the ABI.
#include <core/limits.h>
#include <gtest/gtest.h>

#include <string>

#include "support/label_space.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

std::string repeat(const std::string& text, size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) {
    all += text;
  }
  return all;
}

std::string joined(const std::string& text, const std::string& separator, size_t times) {
  return text + repeat(separator + text, times - 1);
}

void expect_taken(const std::string& text) {
  const Ruleset ruleset;
  EXPECT_ALLOWED(ruleset.write(text)) << ruleset.error();
}

void expect_wrong(const std::string& text) {
  const Ruleset ruleset;
  EXPECT_REFUSED(EINVAL, ruleset.write(text));
  EXPECT_NE(ruleset.error(), "");
}

TEST(TextLimits, BytesOfOneWrite) {
  const std::string rule = "sys_enter_getppid: deny\n";
  const auto text_of = [&](size_t bytes) {
    std::string text = rule;
    while (bytes - text.size() > 32768) {
      text += "#" + std::string(32766, 'x') + "\n";
    }
    return text + "#" + std::string(bytes - text.size() - 2, 'x') + "\n";
  };
  expect_taken(text_of(EVF_MAX_TEXT - 1));
  expect_taken(text_of(EVF_MAX_TEXT));
  const Ruleset ruleset;
  EXPECT_REFUSED(E2BIG, ruleset.write(text_of(EVF_MAX_TEXT + 1)));
  EXPECT_ALLOWED(ruleset.write(rule)) << "a write that was refused uses nothing up";
}

TEST(TextLimits, BytesOfAllWrites) {
  const Ruleset ruleset;
  const std::string quarter = repeat("#" + std::string(1022, 'x') + "\n", EVF_MAX_TEXT / 4 / 1024);
  ASSERT_EQ(quarter.size(), EVF_MAX_TEXT / 4);
  for (int i = 0; i < 3; ++i) {
    ASSERT_ALLOWED(ruleset.write(quarter));
  }
  const std::string rest = quarter.substr(0, quarter.size() - 24);
  ASSERT_ALLOWED(ruleset.write(rest));
  EXPECT_REFUSED(E2BIG, ruleset.write("sys_enter_getppid : deny\n"));
  EXPECT_ALLOWED(ruleset.write("sys_enter_getppid: deny\n")) << "exactly what is left";
  EXPECT_REFUSED(E2BIG, ruleset.write("\n"));
}

TEST(TextLimits, Line) {
  const std::string rule = "sys_enter_getppid: deny #";
  expect_taken(rule + std::string(EVF_MAX_LINE - rule.size() - 1, 'x') + "\n");
  expect_taken(rule + std::string(EVF_MAX_LINE - rule.size(), 'x') + "\n");
  expect_wrong(rule + std::string(EVF_MAX_LINE - rule.size() + 1, 'x') + "\n");
}

TEST(TextLimits, Depth) {
  const auto nested = [](size_t depth) {
    return "sys_enter_personality: " + std::string(depth, '(') + "personality == 1" +
           std::string(depth, ')') + "\n";
  };
  expect_taken(nested(EVF_MAX_DEPTH - 1));
  expect_taken(nested(EVF_MAX_DEPTH));
  expect_wrong(nested(EVF_MAX_DEPTH + 1));
  // Deep, but never more than two open at once
  expect_taken("sys_enter_personality: " + joined("((personality == 1))", "&&", EVF_MAX_DEPTH * 4) +
               "\n");
}

TEST(TextLimits, DepthOfNegations) {
  // Not a limit of its own: it must neither overflow a stack nor take long
  expect_taken("sys_enter_personality: " + repeat("!", 1000) + "(personality == 1)\n");
}

TEST(TextLimits, Predicates) {
  const auto of = [](size_t predicates) {
    return "sys_enter_lseek: " + joined("fd==1", "||offset==2&&", predicates / 2) +
           (predicates % 2 != 0 ? "||fd==7\n" : "\n");
  };
  // joined() makes 2 * n - 1 of them
  expect_taken(of(2 * ((EVF_MAX_PREDICATES + 1) / 2)));
  expect_taken("sys_enter_lseek: " + joined("fd==1", "&&", EVF_MAX_PREDICATES) + "\n");
  expect_wrong("sys_enter_lseek: " + joined("fd==1", "&&", EVF_MAX_PREDICATES + 1) + "\n");
}

TEST(TextLimits, ItemsOfASet) {
  const auto of = [](size_t items) {
    std::string text = "sys_enter_lseek: fd in {0";
    for (size_t i = 1; i < items; ++i) {
      text += "," + std::to_string(2 * i);
    }
    return text + "}\n";
  };
  expect_taken(of(EVF_MAX_SET - 1));
  expect_taken(of(EVF_MAX_SET));
  expect_wrong(of(EVF_MAX_SET + 1));
}

TEST(TextLimits, StringsAndWords) {
  const auto name_is = [](size_t bytes) {
    return "file_open: name == \"" + std::string(bytes, 'x') + "\"\n";
  };
  expect_taken(name_is(EVF_MAX_STRING - 1));
  expect_taken(name_is(EVF_MAX_STRING));
  expect_wrong(name_is(EVF_MAX_STRING + 1));
  // No event has a name of 64 bytes, so a label shows that words of that length are whole
  const std::string longest(EVF_MAX_LABEL_NAME, 'x');
  static_assert(EVF_MAX_WORD == EVF_MAX_LABEL_NAME);
  const LabelSpace space(longest + " " + longest.substr(1));
  EXPECT_ALLOWED(Ruleset(space).write("file_open: label & " + longest + "\n"));
  EXPECT_ALLOWED(Ruleset(space).write("file_open: label & " + longest.substr(1) + "\n"));
  EXPECT_REFUSED(EINVAL, Ruleset(space).write("file_open: label & " + longest + "x\n"))
      << "nothing is cut off";
}

TEST(TextLimits, NamesOfOneLine) {
  const auto of = [](size_t names) { return joined("file_open", ",", names) + ": allow\n"; };
  expect_taken(of(EVF_MAX_NAMES - 1));
  expect_taken(of(EVF_MAX_NAMES));
  expect_wrong(of(EVF_MAX_NAMES + 1));
}

TEST(TextLimits, Rules) {
  const Ruleset ruleset;
  const std::string thousand = joined("file_open", ",", EVF_MAX_NAMES) + ":allow\n";
  for (size_t rules = 0; rules < EVF_MAX_RULES - EVF_MAX_NAMES; rules += EVF_MAX_NAMES) {
    ASSERT_ALLOWED(ruleset.write(thousand));
  }
  ASSERT_ALLOWED(ruleset.write(joined("file_open", ",", EVF_MAX_NAMES - 1) + ":allow\n"));
  EXPECT_REFUSED(EINVAL, ruleset.write("file_open,file_exec:allow\n"));
  EXPECT_ALLOWED(ruleset.write("file_open:allow\n"));
  EXPECT_REFUSED(EINVAL, ruleset.write("file_open:allow\n"));
  EXPECT_NE(ruleset.error(), "");
}

}  // namespace
}  // namespace eventfilter::selftest
