// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include "analysis/assertions.h"
#include "analysis/compile.h"
#include "analysis/label_of.h"
#include "analysis/solve.h"

namespace eventfilter::analysis {
namespace {

const events::Event& event(const char* name) { return *events::builtin_target().find(name); }

Answer solved(const char* filter, const char* name = "file_open") {
  Universe universe;
  universe.event = &event(name);
  universe.others = {{}, {"a_t", {"a_t", "g"}}, {"b_t", {"b_t"}}};
  return solve(read_filter(filter), universe);
}

bool possible(const char* filter, const char* name = "file_open") {
  return solved(filter, name).kind == Answer::Kind::Possible;
}

TEST(Filter, ReadsWhatTheCoreWrites) {
  for (const char* const text :
       {"fd == 1 || fd == 2", "label & a_t && (mode & 4 || owner != uid)", "label in { a, if.b }",
        "mode in { -3..5, 7 }", "name ~ \"*.log\"", "!(name == \"x\")"}) {
    EXPECT_EQ(text_of(read_filter(text)), text);
  }
  EXPECT_EQ(text_of(read_filter("abstract")), "abstract != 0");
  EXPECT_EQ(text_of(read_filter("!(a == 1 || b == 2)")), "!(a == 1) && !(b == 2)");
  EXPECT_EQ(text_of(read_filter("name == \"a\\x0a\\\"b\"")), "name == \"a\n\"b\"");
}

TEST(Filter, ReadsRulesets) {
  const Ruleset ruleset = read_ruleset(
      "file: deny\nfile_open, file_exec: label & a_t else errno ENOENT\nfile_open: mode == 1 else log\n"
      "sys_enter_ptrace: deny kill\n");
  EXPECT_EQ(text_of(passes(ruleset, "file_open", "file")), "label & a_t");
  EXPECT_EQ(ruleset.at("file_exec").front().action, "errno ENOENT");
  EXPECT_EQ(text_of(passes(ruleset, "file_unlink", "file")), "never");
  EXPECT_EQ(text_of(passes(ruleset, "sys_enter_ptrace", "syscalls")), "never");
  EXPECT_EQ(text_of(passes(ruleset, "sys_enter_read", "syscalls")), "always");
}

TEST(Solve, LabelsAlone) {
  EXPECT_TRUE(possible("label & a_t"));
  EXPECT_TRUE(possible("label & g"));
  EXPECT_FALSE(possible("label & g && label & b_t"));
  EXPECT_FALSE(possible("label & none_t"));
  EXPECT_EQ(solved("!(label & a_t)").witness.text(), "no label");
  EXPECT_EQ(solved("label & b_t").witness.text(), "label b_t");
}

TEST(Solve, ConditionsThatMeet) {
  EXPECT_FALSE(possible("mode & 4 && mode == 2"));
  EXPECT_TRUE(possible("mode & 4 && mode == 6"));
  EXPECT_FALSE(possible("owner == uid && owner == 5 && uid == 6"));
  EXPECT_FALSE(possible("label & a_t && new_label & a_t && !(new_label & g)", "file_rename"));
  EXPECT_TRUE(possible("label & a_t && new_label & b_t", "file_rename"));
  EXPECT_FALSE(possible("name ~ \"*.c\" && name ~ \"*.h\""));
  EXPECT_EQ(solved("name ~ \"[a-c]?\" && !(name ~ \"a*\") && !(name ~ \"b*\") && name ~ \"*x\"")
                .witness.text(),
            "no label, name \"cx\"");
}

TEST(Solve, IntegersHaveTheirTypes) {
  EXPECT_TRUE(possible("dfd < 0 && dfd == -100", "sys_enter_openat"));
  EXPECT_FALSE(possible("mode > 65534 && mode < 65535"));
  EXPECT_TRUE(possible("ino > 18446744073709551613 && ino != 18446744073709551614"));
}

// An id without a mapping makes a test false, and its negation.
TEST(Solve, UndefinedIds) {
  EXPECT_TRUE(possible("!(owner == 5) || owner == 5"));
  EXPECT_FALSE(possible("!(owner == 5) && !(owner != 5)"));
}

TEST(Solve, SaysWhenItDoesNotKnow) {
  Universe universe;
  universe.event = &event("file_open");
  universe.others = {{}};
  universe.milliseconds = 1;
  std::string hard = "name ~ \"*a*b*c*d*e*f*g*h*\"";
  for (const char* const more : {"*h*g*f*e*", "*e*x*y*z*", "*q*r*a*a*", "*b*a*b*a*"}) {
    hard += std::string(" && name ~ \"") + more + "\" && !(name ~ \"*x" + more + "y*\")";
  }
  EXPECT_EQ(solve(read_filter(hard), universe).kind, Answer::Kind::Undecided);
}

std::optional<emit::CompiledPolicy> compiled(const std::string& text, diag::Diagnostics& diagnostics) {
  return compile({"f", text}, {}, diagnostics);
}

TEST(Decide, WhatIsUndecidedIsViolated) {
  diag::Diagnostics diagnostics;
  const auto policy = compiled(
      "policy 1;\nlabel a_t = \"/a/**\";\n"
      "domain d { allow file read on a_t when name ~ \"*a*b*c*d*e*\" && name ~ \"*e*d*c*b*\" && "
      "name ~ \"*q*w*e*r*t*\"; }\n"
      "never d file read on a_t when name == \"a\" && name ~ \"*x*y*z*\";\n", diagnostics);
  ASSERT_TRUE(policy.has_value()) << diagnostics.render();
  emit::CompiledAssertion hard = policy->assertions.front();
  hard.events.front().when = "!(name ~ \"*x*y*z*a*b*\") && name ~ \"*z*y*x*\" && !(name ~ \"*q*b*w*\")";
  EXPECT_FALSE(decide(*policy, hard, events::builtin_target(), diagnostics, 1));
  ASSERT_EQ(diagnostics.all().size(), 1U);
  EXPECT_EQ(diagnostics.all().front().text,
            "whether d can do this isn't decided, which counts as a violation: file_open");
}

TEST(LabelOf, TheNearestPatternDecides) {
  diag::Diagnostics diagnostics;
  const auto policy = compiled(
      "policy 1;\nlabel a_t = \"/a/**\";\nlabel b_t = \"/a/b\", \"/a/*.log\";\n"
      "label c_t = \"/a/x.log\", \"/a/d/**\";\n", diagnostics);
  ASSERT_TRUE(policy.has_value()) << diagnostics.render();
  EXPECT_EQ(label_of(*policy, "/a"), "a_t");
  EXPECT_EQ(label_of(*policy, "/a/b"), "b_t");
  EXPECT_EQ(label_of(*policy, "/a/b/c"), "a_t") << "\"/a/b\" is it alone";
  EXPECT_EQ(label_of(*policy, "/a/y.log/z"), "b_t") << "a name covers what is beneath it";
  EXPECT_EQ(label_of(*policy, "/a/x.log"), "c_t") << "a literal name wins over a glob";
  EXPECT_EQ(label_of(*policy, "/a/d/e/f"), "c_t");
  EXPECT_EQ(label_of(*policy, "/"), "");
  EXPECT_EQ(deciding(*policy, "/b"), nullptr);
}

}  // namespace
}  // namespace eventfilter::analysis
