// SPDX-License-Identifier: BSD-2-Clause
#include <cerrno>
#include <map>

#include <gtest/gtest.h>

#include "cil/import.h"
#include "cil/tree.h"

namespace eventfilter::cil {
namespace {

struct Imported {
  Report report;
  std::map<std::string, std::string> rulesets;
  std::vector<std::string> phases;
};

Imported imported(const std::string& text) {
  const std::vector<File> files = {{"test.cil", text}};
  Imported ret;
  auto report = import(
      files, [&](std::string_view phase) { ret.phases.emplace_back(phase); },
      [&](std::string_view name, const std::string& ruleset) {
        ret.rulesets[std::string(name)] = ruleset;
      });
  EXPECT_TRUE(report.ok()) << report.error().message;
  if (report) ret.report = std::move(report).value();
  return ret;
}

std::string error_of(const std::string& text) {
  const std::vector<File> files = {{"test.cil", text}};
  const auto report = import(files, [](std::string_view) {}, [](std::string_view, const std::string&) {});
  return report.ok() ? "" : report.error().message;
}

constexpr const char* kHead = R"(
(type a_t) (type b_t) (type etc_t) (type tmp_t) (type var_t)
(typeattribute domain) (typeattributeset domain (a_t b_t))
(typeattribute files) (typeattributeset files (etc_t tmp_t var_t))
)";

std::string ruleset_of(const std::string& rules, const std::string& domain = "a_t") {
  return imported(kHead + rules).rulesets[domain];
}

TEST(CilTree, NamesListsStringsAndComments) {
  Symbols symbols;
  Tree tree;
  const File file{"f", "; comment\n(a (b \"c d\") ()) ; another\n(e)"};
  ASSERT_TRUE(parse(file, symbols, tree).ok());
  ASSERT_EQ(tree.statements.size(), 2u);
  const NodeId first = tree.statements[0];
  EXPECT_EQ(symbols.text(tree[tree.at(first, 0)].name), "a");
  EXPECT_EQ(symbols.text(tree[tree.at(tree.at(first, 1), 1)].name), "\"c d\"");
  EXPECT_EQ(tree[tree.at(first, 2)].first, 0u);
  EXPECT_EQ(tree.at(first, 3), 0u);
}

TEST(CilTree, SaysWhereATextIsWrong) {
  EXPECT_EQ(error_of("(a)\n(b"), "test.cil:2: a \"(\" without a \")\"");
  EXPECT_EQ(error_of("(a))"), "test.cil:1: a \")\" without a \"(\"");
  EXPECT_EQ(error_of("\n\na"), "test.cil:3: a statement begins with \"(\"");
  EXPECT_EQ(error_of("(a \"b)"), "test.cil:1: a string without its end");
  EXPECT_EQ(error_of(std::string(kMaxDepth + 1, '(')), "test.cil:1: lists are nested too deeply");
  EXPECT_EQ(error_of(std::string(kMaxDepth, '(')), "test.cil:1: a \"(\" without a \")\"");
}

TEST(CilImport, ReadAndWriteOfAClass) {
  EXPECT_EQ(ruleset_of("(allow a_t etc_t (file (read open getattr)))"),
            "file: deny\nsocket: deny\ntask: deny\nsystem: deny\n"
            "file_open: mode in { 32768 .. 36863 } && (label & etc_t) && !(access & 10)\n");
  EXPECT_EQ(ruleset_of("(allow a_t etc_t (dir (read write)))"),
            "file: deny\nsocket: deny\ntask: deny\nsystem: deny\n"
            "file_open: mode in { 16384 .. 20479 } && (label & etc_t)\n");
  EXPECT_NE(ruleset_of("(allow a_t etc_t (dir (read))) (allow a_t tmp_t (dir (read write)))")
                .find("file_open: mode in { 16384 .. 20479 } && ((((label & etc_t) || (label & tmp_t)) && "
                      "!(access & 10)) || (label & tmp_t))\n"),
            std::string::npos)
      << ruleset_of("(allow a_t etc_t (dir (read))) (allow a_t tmp_t (dir (read write)))");
}

TEST(CilImport, AttributesAreGroupsAndCoverTheirTypes) {
  EXPECT_EQ(ruleset_of("(allow domain files (file (unlink))) (allow a_t etc_t (file (unlink)))"
                       "(allow a_t b_t (file (unlink)))"),
            "file: deny\nsocket: deny\ntask: deny\nsystem: deny\n"
            "file_unlink: ((label & b_t) || (label & files)) && mode in { 32768 .. 36863 }\n");
}

TEST(CilImport, SelfIsTheDomain) {
  const Imported all = imported(std::string(kHead) + "(allow domain self (process (sigkill)))");
  EXPECT_NE(all.rulesets.at("a_t").find("task_signal: (label & a_t) && sig == 9\n"), std::string::npos);
  EXPECT_NE(all.rulesets.at("b_t").find("task_signal: (label & b_t) && sig == 9\n"), std::string::npos);
}

TEST(CilImport, CapabilitiesHaveTheirNumbers) {
  const std::string rules =
      ruleset_of("(allow a_t self (capability (chown))) (allow a_t self (capability2 (bpf)))");
  EXPECT_NE(rules.find("system_capable: cap == 0 || cap == 39\n"), std::string::npos) << rules;
}

TEST(CilImport, CountsWhatFits) {
  const Report report = imported(std::string(kHead) +
                                 "(allow a_t etc_t (file (read)))"
                                 "(allow a_t etc_t (dir (search)))"
                                 "(allow a_t etc_t (file (read append)))"
                                 "(dontaudit a_t etc_t (file (read))) (filecon \"/x\" file ())")
                            .report;
  EXPECT_EQ(report.types, 5u);
  EXPECT_EQ(report.groups, 2u);
  EXPECT_EQ(report.domains, 2u);
  EXPECT_EQ(report.allow_rules, 3u);
  EXPECT_EQ(report.counts.at("allow").exact, 1u);
  EXPECT_EQ(report.counts.at("allow").no_op, 1u);
  EXPECT_EQ(report.counts.at("allow").unsupported, 1u);
  EXPECT_EQ(report.counts.at("dontaudit").no_op, 1u);
  EXPECT_EQ(report.counts.at("filecon").unsupported, 1u);
  EXPECT_EQ(report.unsupported, (std::map<std::string, std::size_t>{{"file append", 1}}));
}

TEST(CilImport, ExpressionsOfAttributes) {
  const std::string all = std::string(kHead) +
                          "(typeattribute rest) (typeattributeset rest (and (not (domain)) (not (etc_t))))"
                          "(neverallow a_t rest (file (write)))";
  EXPECT_TRUE(imported(all + "(allow a_t etc_t (file (write)))").report.violations.empty());
  const Report broken = imported(all + "(allow a_t files (file (read write)))").report;
  ASSERT_EQ(broken.violations.size(), 1u);
  EXPECT_EQ(broken.violations[0].never, "a_t rest (file (write))");
  EXPECT_EQ(broken.violations[0].allow, "a_t files (file (read write))");
}

TEST(CilImport, NeverallowOfSelf) {
  const std::string never = std::string(kHead) + "(neverallow domain self (process (ptrace)))";
  EXPECT_TRUE(imported(never + "(allow a_t b_t (process (ptrace)))").report.violations.empty());
  EXPECT_EQ(imported(never + "(allow a_t domain (process (ptrace)))").report.violations.size(), 1u);
  EXPECT_EQ(imported(never + "(allow a_t self (process (ptrace)))").report.violations.size(), 1u);
}

TEST(CilImport, OptionalsNeedWhatTheyName) {
  const Imported all = imported(std::string(kHead) +
                                "(optional o1 (typeattributeset cil_gen_require gone_t)"
                                "  (allow a_t etc_t (file (read))))"
                                "(optional o2 (typeattributeset cil_gen_require etc_t)"
                                "  (allow a_t etc_t (file (setattr))))");
  EXPECT_EQ(all.report.optionals_left_out, 1u);
  EXPECT_EQ(all.rulesets.at("a_t").find("file_open"), std::string::npos);
  EXPECT_NE(all.rulesets.at("a_t").find("file_setattr"), std::string::npos);
}

TEST(CilImport, BooleansAreAsTheyAreDeclared) {
  const std::string branch =
      "(booleanif (b) (true (allow a_t etc_t (file (read)))) (false (allow a_t etc_t (file (unlink)))))";
  EXPECT_NE(ruleset_of("(boolean b true)" + branch).find("file_open"), std::string::npos);
  EXPECT_NE(ruleset_of("(boolean b false)" + branch).find("file_unlink"), std::string::npos);
  const std::string other =
      "(boolean b true) (booleanif (not (b)) (true (allow a_t etc_t (file (read)))))";
  EXPECT_EQ(ruleset_of(other).find("file_open"), std::string::npos);
}

TEST(CilImport, AliasesAreTheirTypes) {
  EXPECT_NE(ruleset_of("(typealias old_t) (typealiasactual old_t etc_t) (allow a_t old_t (file (unlink)))")
                .find("file_unlink: (label & etc_t) &&"),
            std::string::npos);
}

TEST(CilImport, RefusesUnknownNames) {
  EXPECT_EQ(error_of(std::string(kHead) + "(allow a_t gone_t (file (read)))"),
            "a rule about \"a_t\" and \"gone_t\": unknown names, or no permissions");
  EXPECT_EQ(error_of(std::string(kHead) + "(typeattributeset files (gone_t))"),
            "\"gone_t\" is neither a type nor an attribute");
  EXPECT_EQ(error_of("(type a_t)"), "no type has the attribute \"domain\"");
}

TEST(CilImport, TellsOfEachPhase) {
  EXPECT_EQ(imported(kHead).phases,
            (std::vector<std::string>{"parse", "resolve", "vectors", "assertions", "emit"}));
}

}  // namespace
}  // namespace eventfilter::cil
