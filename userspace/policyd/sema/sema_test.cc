// SPDX-License-Identifier: BSD-2-Clause
//
// From a syntax tree built by hand: this layer needs no parser.
#include <gtest/gtest.h>

#include <linux/eventfilter.h>

#include "sema/check.h"
#include "sema/glob.h"
#include "sema/overlap.h"
#include "sema/names.h"
#include "sema/patterns.h"

namespace eventfilter::sema {
namespace {

// Checks declarations; ranges are of a text that says nothing.
class Checked {
 public:
  Checked() { file_.source = diagnostics_.add_source("f", std::string(1 << 20, ' ')); }

  ast::Name name(std::string text) { return {std::move(text), {file_.source, next_++, next_}}; }

  void label(std::string label_name, std::vector<std::string> patterns) {
    ast::Label label{name(std::move(label_name)), {}, {}};
    for (std::string& pattern : patterns) label.patterns.push_back({ast::Pattern::Kind::Path, std::move(pattern), {}, {}, {}, {}, {}});
    file_.declarations.push_back(std::move(label));
  }

  void domain(ast::Rule rule) {
    ast::Domain domain;
    domain.name = name("d");
    domain.statements.emplace_back(std::in_place_type<ast::Rule>, std::move(rule));
    file_.declarations.push_back(std::move(domain));
  }

  ast::Rule rule(const char* object_class, const char* permission) {
    ast::Rule made;
    made.object_class = name(object_class);
    made.permissions.list.push_back(name(permission));
    return made;
  }

  policy::Policy check(const Variables& variables = {}) {
    ast::Policy policy;
    policy.files.push_back(std::move(file_));
    return sema::check(policy, events::builtin_target(), {variables, {}, {}}, diagnostics_);
  }

  std::vector<std::string> findings() const {
    std::vector<std::string> ids;
    for (const diag::Diagnostic& one : diagnostics_.all()) ids.emplace_back(one.id);
    return ids;
  }

 private:
  diag::Diagnostics diagnostics_;
  ast::File file_;
  std::uint32_t next_ = 0;
};

using Ids = std::vector<std::string>;

TEST(Check, SortsLabelsAndTakesPatternsApart) {
  Checked checked;
  checked.label("b_t", {"/b/**", "/b/*.log"});
  checked.label("a_t", {"/a"});
  const policy::Policy policy = checked.check();
  EXPECT_EQ(checked.findings(), Ids{});
  ASSERT_EQ(policy.labels.size(), 3U);
  EXPECT_EQ(policy.labels[0].name, "a_t");
  EXPECT_EQ(policy.labels[1].name, "anonymous") << "every label space has it";
  ASSERT_EQ(policy.assignments.size(), 3U);
  EXPECT_EQ(policy.assignments[0].path, "/a");
  EXPECT_EQ(policy.assignments[0].cover, policy::Cover::Self);
  EXPECT_EQ(policy.assignments[1].path, "/b");
  EXPECT_EQ(policy.assignments[1].cover, policy::Cover::Tree);
  EXPECT_EQ(policy.assignments[1].label, 2U);
  EXPECT_EQ(policy.assignments[2].directory, "/b");
  EXPECT_EQ(policy.assignments[2].component, "*.log");
  EXPECT_EQ(policy.assignments[2].cover, policy::Cover::Name);
}

TEST(Check, ResolvesRulesIntoGrants) {
  Checked checked;
  checked.label("a_t", {"/a"});
  ast::Rule rule = checked.rule("file", "open");
  rule.permissions.list.push_back(checked.name("unlink"));
  rule.objects = ast::Names{false, {checked.name("a_t")}, {}};
  checked.domain(std::move(rule));
  const policy::Policy policy = checked.check();
  EXPECT_EQ(checked.findings(), Ids{});
  const std::vector<policy::Grant>& grants = policy.domains.at(0).grants;
  ASSERT_EQ(grants.size(), 2U);
  EXPECT_EQ(grants[0].event->name, "file_open");
  EXPECT_EQ(grants[0].needs, policy::kReadWrite);
  EXPECT_EQ(grants[0].on.labels, Labels{0});
  EXPECT_EQ(grants[1].event->name, "file_unlink");
}

TEST(Check, ReportsUnknownNames) {
  Checked checked;
  checked.domain(checked.rule("file", "reed"));
  checked.check();
  EXPECT_EQ(checked.findings(), Ids{"unknown_permission"});
}

TEST(Check, LiteralNamesAreEscaped) {
  Checked checked;
  checked.label("h_t", {"@{HOME}"});
  const policy::Policy policy = checked.check({{"HOME", "/h/[x]*?"}});
  ASSERT_EQ(policy.assignments.size(), 1U);
  EXPECT_EQ(policy.assignments[0].path, "/h/[x]*?");
  EXPECT_EQ(policy.assignments[0].component, "[[]x][*][?]");
}

TEST(Check, GlobsOfADirectoryBelowAtAndAboveTheLimit) {
  for (const std::size_t count : {kMaxGlobs - 1, kMaxGlobs, kMaxGlobs + 1}) {
    Checked checked;
    std::vector<std::string> patterns;
    for (std::size_t i = 0; i < count; ++i) patterns.push_back("/x/" + std::to_string(i) + "*");
    checked.label("a_t", patterns);
    checked.check();
    EXPECT_EQ(checked.findings(), count > kMaxGlobs ? Ids{"too_many_globs"} : Ids{}) << count;
  }
}

class PatternLimit : public testing::TestWithParam<unsigned> {};

TEST_P(PatternLimit, IsKept) {
  Checked checked;
  std::vector<std::string> patterns;
  for (unsigned i = 0; i < GetParam(); ++i) patterns.push_back("/" + std::to_string(i));
  checked.label("a_t", std::move(patterns));
  checked.check();
  const bool is_over = GetParam() > EVF_MAX_SPACE_ASSIGNMENTS;
  EXPECT_EQ(checked.findings(), is_over ? Ids{"too_many_patterns"} : Ids{});
}

INSTANTIATE_TEST_SUITE_P(BelowAtAndAbove, PatternLimit,
                         testing::Values(EVF_MAX_SPACE_ASSIGNMENTS - 1U,
                                         EVF_MAX_SPACE_ASSIGNMENTS + 0U,
                                         EVF_MAX_SPACE_ASSIGNMENTS + 1U));

bool meet(const char* a, const char* b) {
  const bool there = intersects(*parse_glob(a), *parse_glob(b));
  EXPECT_EQ(there, intersects(*parse_glob(b), *parse_glob(a))) << a << " " << b;
  return there;
}

TEST(Glob, Intersections) {
  EXPECT_TRUE(meet("*", "x"));
  EXPECT_TRUE(meet("*.log", "a*"));
  EXPECT_TRUE(meet("a*b*c", "*b*"));
  EXPECT_TRUE(meet("?x", "[a-c]*"));
  EXPECT_TRUE(meet("*", "*"));
  EXPECT_TRUE(meet("a**", "a"));
  EXPECT_TRUE(meet("[!a]*", "b"));
  EXPECT_TRUE(meet("[]]", "]"));
  EXPECT_TRUE(meet("[a-]", "-"));
  EXPECT_FALSE(meet("a*", "b*"));
  EXPECT_FALSE(meet("*.log", "*.txt"));
  EXPECT_FALSE(meet("?", "??"));
  EXPECT_FALSE(meet("[!a]", "a"));
  EXPECT_FALSE(meet("a?c", "ac"));
}

TEST(Glob, Mistakes) {
  for (const char* const glob : {"[", "[a", "[]", "[!]", "[z-a]", "x[a-"}) {
    EXPECT_FALSE(parse_glob(glob).has_value()) << glob;
  }
}

TEST(Glob, EscapedMatchesItselfOnly) {
  const std::string name = "a[b]*?";
  EXPECT_EQ(escape_glob(name), "a[[]b][*][?]");
  EXPECT_FALSE(intersects(*parse_glob(escape_glob(name)), *parse_glob("ab*")));
}

bool decided(const char* a, const char* b, const std::vector<std::string_view>& others) {
  const bool is = is_overlap_decided(a, b, others);
  EXPECT_EQ(is, is_overlap_decided(b, a, others)) << a << " " << b;
  return is;
}

TEST(Overlap, IsDecidedByPatternsOfItsOwn) {
  EXPECT_TRUE(decided("a*", "*b", {"a*", "*b", "a*b"}));
  EXPECT_TRUE(decided("a*", "*a", {"a*a", "a"}));
  EXPECT_TRUE(decided("*/a*", "*/*b", {"*/a*b"}));
  EXPECT_TRUE(decided("x*/a*", "*y/*b", {"x*y/a*b"}));
  EXPECT_TRUE(decided("a*", "*[bc]", {"a*b", "a*c"}));
}

TEST(Overlap, IsNotDecidedByLess) {
  EXPECT_FALSE(decided("a*", "*b", {}));
  EXPECT_FALSE(decided("a*", "*b", {"a*", "*b"}));
  EXPECT_FALSE(decided("a*", "*a", {"a*a"})) << "a itself";
  EXPECT_FALSE(decided("a*", "*b", {"ab*"})) << "more than the overlap";
  EXPECT_FALSE(decided("a*", "*b", {"ac*b"})) << "less than the overlap";
  EXPECT_FALSE(decided("[ab]*", "*x", {"[ab]*x"})) << "as many characters that stand for themselves";
  EXPECT_FALSE(decided("*/a*", "*/*b", {"a*b"})) << "of another depth";
}

TEST(Overlap, WithVeryManyCasesIsNotDecided) {
  const auto decided_at = [](std::size_t length) {
    const std::string text(length, 'a');
    const std::string left = text + "*";
    const std::string right = "*" + text + "b";
    const std::string both = text + "*" + text + "b";
    std::vector<std::string> names = {both};
    // Those in which the two share some
    for (std::size_t i = 0; i < length; ++i) names.push_back(std::string(length + i, 'a') + "b");
    const std::vector<std::string_view> others(names.begin(), names.end());
    return is_overlap_decided(left, right, others);
  };
  EXPECT_TRUE(decided_at(4));
  EXPECT_FALSE(decided_at(250));
}

}  // namespace
}  // namespace eventfilter::sema
