// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include "diag/diagnostics.h"
#include "diag/messages.h"

namespace eventfilter::diag {
namespace {

Diagnostic finding(const Range& range, std::string text) {
  Diagnostic made;
  made.id = "test";
  made.range = range;
  made.text = std::move(text);
  return made;
}

std::string rendered(const std::string& text, std::uint32_t begin, std::uint32_t end) {
  Diagnostics diagnostics;
  const SourceId source = diagnostics.add_source("f", text);
  diagnostics.add(finding({source, begin, end}, "wrong"));
  return diagnostics.render();
}

TEST(Render, UnderlinesARange) {
  EXPECT_EQ(rendered("one\ntwo three\nfour\n", 8, 13),
            "f:2:5-9: error: wrong\n  two three\n      ~~~~~\n");
}

TEST(Render, PointsAtOneColumn) {
  EXPECT_EQ(rendered("one two\n", 4, 5), "f:1:5: error: wrong\n  one two\n      ^\n");
}

TEST(Render, EndOfText) {
  EXPECT_EQ(rendered("one\n", 4, 4), "f:2:1: error: wrong\n  \n  ^\n");
  EXPECT_EQ(rendered("one", 3, 3), "f:1:4: error: wrong\n  one\n     ^\n");
  EXPECT_EQ(rendered("", 0, 0), "f:1:1: error: wrong\n  \n  ^\n");
}

TEST(Render, RangeOverSeveralLinesShowsTheFirst) {
  EXPECT_EQ(rendered("ab cd\nef\n", 3, 8), "f:1:4-5: error: wrong\n  ab cd\n     ~~\n");
}

TEST(Render, KeepsTabs) {
  EXPECT_EQ(rendered("\tab\tcd", 4, 6), "f:1:5-6: error: wrong\n  \tab\tcd\n  \t  \t~~\n");
}

TEST(Render, CutsLongLines) {
  const std::string text = std::string(100, 'a') + "XYZ" + std::string(100, 'b');
  const std::string line = "  ..." + std::string(60, 'a') + "XYZ" + std::string(60, 'b') + "...\n";
  EXPECT_EQ(rendered(text, 100, 103),
            "f:1:101-103: error: wrong\n" + line + "  " + std::string(63, ' ') + "~~~\n");
}

TEST(Render, DoesNotDriveTheTerminal) {
  EXPECT_EQ(rendered("a\033[31mb\x7f", 0, 1), "f:1:1: error: wrong\n  a?[31mb?\n  ^\n");
}

TEST(Render, SortsByPlaceAndShowsNotesAndHints) {
  Diagnostics diagnostics;
  const SourceId source = diagnostics.add_source("f", "one two");
  diagnostics.add(finding({source, 4, 7}, "second"));
  Diagnostic first = finding({source, 0, 3}, "first");
  first.severity = Severity::Warning;
  first.notes.push_back({{source, 4, 7}, "see here"});
  first.hint = "do this";
  diagnostics.add(first);
  EXPECT_EQ(diagnostics.render(),
            "f:1:1-3: warning: first\n  one two\n  ~~~\n"
            "f:1:5-7: note: see here\n  one two\n      ~~~\n"
            "hint: do this\n"
            "f:1:5-7: error: second\n  one two\n      ~~~\n");
  EXPECT_EQ(diagnostics.errors(), 1U);
  EXPECT_EQ(diagnostics.warnings(), 1U);
}

TEST(Diagnostics, KeepsTheSameFindingOnce) {
  Diagnostics diagnostics;
  const SourceId source = diagnostics.add_source("f", "x");
  diagnostics.add(finding({source, 0, 1}, "a"));
  diagnostics.add(finding({source, 0, 1}, "a"));
  diagnostics.add(finding({source, 0, 1}, "b"));
  EXPECT_EQ(diagnostics.all().size(), 2U);
}

TEST(Diagnostics, ShowsALimitedNumberAndCountsTheRest) {
  for (const std::size_t count : {kMaxShown - 1, kMaxShown, kMaxShown + 1}) {
    Diagnostics diagnostics;
    const SourceId source = diagnostics.add_source("f", std::string(count, 'x'));
    for (std::uint32_t i = 0; i < count; ++i) diagnostics.add(finding({source, i, i + 1}, "a"));
    const bool is_cut =
        diagnostics.render().ends_with("\n1 more findings are not shown\n");
    EXPECT_EQ(is_cut, count > kMaxShown);
  }
}

TEST(Messages, FillInArguments) {
  Diagnostics diagnostics;
  const SourceId source = diagnostics.add_source("f", "x");
  const Diagnostic made = make(Message::unexpected_wanted, {source, 0, 1}, {"\"x\"", "\"y\""});
  EXPECT_EQ(made.text, "unexpected \"x\"; expected \"y\"");
  EXPECT_EQ(made.id, "unexpected_wanted");
  EXPECT_EQ(made.severity, Severity::Error);
}

TEST(Messages, HaveDistinctNames) {
  std::set<std::string_view> names(message_ids().begin(), message_ids().end());
  EXPECT_EQ(names.size(), message_ids().size());
}

TEST(Nearest, FindsMisspellingsOnly) {
  const std::vector<std::string> known = {"read", "write", "unlink"};
  EXPECT_EQ(nearest("raed", known), "read");
  EXPECT_EQ(nearest("wrte", known), "write");
  EXPECT_EQ(nearest("unlnik", known), "unlink");
  EXPECT_EQ(nearest("banana", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest_hint("wrte", known), "did you mean \"write\"?");
  EXPECT_EQ(nearest_hint("banana", known), "");
}

}  // namespace
}  // namespace eventfilter::diag
