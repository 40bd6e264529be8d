// SPDX-License-Identifier: BSD-2-Clause
#include <cerrno>
#include <map>

#include <gtest/gtest.h>

#include "syntax/load.h"
#include "syntax/parse.h"

namespace eventfilter::syntax {
namespace {

struct Parsed {
  diag::Diagnostics diagnostics;
  ast::File file;
};

std::unique_ptr<Parsed> parsed(const std::string& text) {
  auto result = std::make_unique<Parsed>();
  result->file = parse(result->diagnostics.add_source("f", text), result->diagnostics);
  return result;
}

// The first rule's condition, written with its structure.
std::string shape(const ast::Condition& condition) {
  std::string inner;
  for (const ast::ConditionPtr& operand : condition.operands) inner += " " + shape(*operand);
  switch (condition.kind) {
    case ast::Condition::Kind::And: return "(and" + inner + ")";
    case ast::Condition::Kind::Or: return "(or" + inner + ")";
    case ast::Condition::Kind::Not: return "(not" + inner + ")";
    case ast::Condition::Kind::Truth: return condition.field.text;
    case ast::Condition::Kind::Comparison: return condition.field.text + "?";
    case ast::Condition::Kind::Mask: return condition.field.text + "&";
    case ast::Condition::Kind::In: return condition.field.text + "{" + std::to_string(condition.items.size()) + "}";
    case ast::Condition::Kind::Masked: return "(masked" + inner + ")";
  }
  return "?";
}

std::string condition_shape(const std::string& condition) {
  const auto result = parsed("domain d { allow file open when " + condition + "; }");
  EXPECT_EQ(result->diagnostics.render(), "");
  const auto& domain = std::get<ast::Domain>(result->file.declarations.at(0));
  return shape(*std::get<ast::Rule>(domain.statements.at(0)).when);
}

TEST(Parse, EveryDeclaration) {
  const auto result = parsed(
      "policy 1;\n"
      "include <base>, \"x\";\n"
      "label a_t = \"/a\", \"/b/**\";\n"
      "attribute x = a_t, b_t;\n"
      "macro m { allow file read; }\n"
      "permissive domain d from e { default * allow; use m, n; deny file * on { a_t, b_t }; }\n");
  EXPECT_EQ(result->diagnostics.render(), "");
  const auto& all = result->file.declarations;
  ASSERT_EQ(all.size(), 7U);
  EXPECT_EQ(std::get<ast::Version>(all[0]).number.text, "1");
  EXPECT_TRUE(std::get<ast::Include>(all[1]).standard);
  EXPECT_EQ(std::get<ast::Include>(all[1]).target.text, "base");
  EXPECT_FALSE(std::get<ast::Include>(all[2]).standard);
  EXPECT_EQ(std::get<ast::Label>(all[3]).patterns.at(1).text, "/b/**");
  EXPECT_EQ(std::get<ast::Attribute>(all[4]).members.size(), 2U);
  EXPECT_EQ(std::get<ast::Macro>(all[5]).statements.size(), 1U);
  const auto& domain = std::get<ast::Domain>(all[6]);
  EXPECT_TRUE(domain.permissive);
  EXPECT_EQ(domain.from->text, "e");
  ASSERT_EQ(domain.statements.size(), 3U);
  EXPECT_TRUE(std::get<ast::Default>(domain.statements[0]).classes.all);
  EXPECT_EQ(std::get<ast::Use>(domain.statements[1]).macros.size(), 2U);
  const auto& rule = std::get<ast::Rule>(domain.statements[2]);
  EXPECT_EQ(rule.effect, ast::Effect::Deny);
  EXPECT_TRUE(rule.permissions.all);
  EXPECT_EQ(rule.objects->list.size(), 2U);
}

TEST(Parse, RangesAreExact) {
  const std::string text = "label a_t =\n  \"/a\";\n";
  const auto result = parsed(text);
  const auto& label = std::get<ast::Label>(result->file.declarations.at(0));
  const diag::Place place = result->diagnostics.place(label.patterns.at(0).range);
  EXPECT_EQ(diag::to_string(place), "f:2:3-6");
  EXPECT_EQ(diag::to_string(result->diagnostics.place(label.name.range)), "f:1:7-9");
}

TEST(Parse, Actions) {
  const auto result = parsed(
      "macro m { deny file open errno ENOENT quiet; deny file open kill; deny file open log; "
      "deny file open quiet; deny syscall kill kill; }");
  EXPECT_EQ(result->diagnostics.render(), "");
  const auto& statements = std::get<ast::Macro>(result->file.declarations.at(0)).statements;
  const auto action = [&](std::size_t i) { return std::get<ast::Rule>(statements.at(i)).action; };
  EXPECT_EQ(action(0).error.text, "ENOENT");
  EXPECT_TRUE(action(0).quiet);
  EXPECT_EQ(action(1).kind, ast::Action::Kind::Kill);
  EXPECT_EQ(action(2).kind, ast::Action::Kind::Log);
  EXPECT_EQ(action(3).kind, ast::Action::Kind::Default);
  EXPECT_TRUE(action(3).quiet);
  EXPECT_EQ(std::get<ast::Rule>(statements.at(4)).permissions.list.at(0).text, "kill");
}

TEST(Parse, Precedence) {
  EXPECT_EQ(condition_shape("a == 1 && b || c"), "(or (and a? b) c)");
  EXPECT_EQ(condition_shape("a || b && !c & 1"), "(or a (and b (not c&)))");
  EXPECT_EQ(condition_shape("(a || b) && c"), "(and (or a b) c)");
  EXPECT_EQ(condition_shape("a && b && c"), "(and a b c)");
  EXPECT_EQ(condition_shape("!!!a"), "(not a)");
  EXPECT_EQ(condition_shape("!(a & 1) && (b & 3) == 2"), "(and (not a&) (masked b&))");
  EXPECT_EQ(condition_shape("a in { 1, 2..3, X | Y }"), "a{3}");
  EXPECT_EQ(condition_shape("(a) == 1"), "a?");
}

TEST(Parse, DepthBelowAtAndAboveTheLimit) {
  for (const unsigned depth : {kMaxDepth - 1, kMaxDepth, kMaxDepth + 1}) {
    const auto result = parsed("macro m { allow file open when " + std::string(depth, '(') + "a" +
                               std::string(depth, ')') + "; }");
    EXPECT_EQ(result->diagnostics.has_errors(), depth > kMaxDepth) << depth;
  }
}

TEST(Parse, DeepTextsEndInAMessage) {
  EXPECT_TRUE(parsed("macro m { allow file open when " + std::string(100000, '('))->diagnostics.has_errors());
  EXPECT_TRUE(parsed("macro m { allow file open when a & " + std::string(100000, '('))->diagnostics.has_errors());
  EXPECT_TRUE(parsed("macro m { allow file open when " + std::string(100000, '!'))->diagnostics.has_errors());
  EXPECT_TRUE(parsed(std::string(100000, '{'))->diagnostics.has_errors());
}

TEST(Parse, AnyBytesEndInAMessage) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_TRUE(parsed(all)->diagnostics.has_errors());
  EXPECT_TRUE(parsed(std::string("policy 1;\0label", 15))->diagnostics.has_errors());
}

TEST(Parse, ReportsManyMistakesInOneRun) {
  const auto result = parsed("label ;\nlabel a_t = \"/a\";\ndomain d { allow ; deny file; }\nattribute = x;\n");
  EXPECT_EQ(result->diagnostics.errors(), 4U);
}

// Files by name.
Sources sources_of(const std::map<std::string, std::string>& files) {
  Sources sources;
  sources.include_path = {"first", "second"};
  sources.read_file = [files](const std::string& path) -> base::Result<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return base::system_error(ENOENT, path);
    if (found->second == "unreadable") return base::system_error(EACCES, path);
    return found->second;
  };
  sources.standard = [](std::string_view name) -> std::optional<std::string_view> {
    if (name != "known") return std::nullopt;
    return "label standard_t = \"/s\";";
  };
  return sources;
}

std::vector<std::string> loaded(const std::string& text,
                                const std::map<std::string, std::string>& files) {
  diag::Diagnostics diagnostics;
  const ast::Policy policy = load("dir/main.policy", "policy 1;" + text, sources_of(files), diagnostics);
  std::vector<std::string> names;
  for (const ast::File& file : policy.files) names.push_back(diagnostics.source_name(file.source));
  if (diagnostics.has_errors()) names.push_back(diagnostics.all().front().text);
  return names;
}

using NameList = std::vector<std::string>;

TEST(Load, SearchesFoldersInOrderThenTheStandardIncludes) {
  const std::map<std::string, std::string> both = {{"first/x.policy", ""}, {"second/x.policy", ""}};
  EXPECT_EQ(loaded("include <x>;", both), (NameList{"first/x.policy", "dir/main.policy"}));
  EXPECT_EQ(loaded("include <x>;", {{"second/x.policy", ""}}),
            (NameList{"second/x.policy", "dir/main.policy"}));
  EXPECT_EQ(loaded("include <known>;", {}), (NameList{"<known>", "dir/main.policy"}));
  EXPECT_EQ(loaded("include <known>;", {{"first/known.policy", ""}}),
            (NameList{"first/known.policy", "dir/main.policy"}));
}

TEST(Load, LooksUpFilesBesideTheirIncluder) {
  EXPECT_EQ(loaded("include \"a\";", {{"dir/a", "include \"sub/b\";"}, {"dir/sub/b", "include \"c\";"},
                                      {"dir/sub/c", ""}}),
            (NameList{"dir/sub/c", "dir/sub/b", "dir/a", "dir/main.policy"}));
  EXPECT_EQ(loaded("include \"/a\";", {{"/a", ""}}), (NameList{"/a", "dir/main.policy"}));
}

TEST(Load, ReadsEachFileOnce) {
  EXPECT_EQ(loaded("include \"a\", \"b\";", {{"dir/a", "include \"b\";"}, {"dir/b", "include \"a\", \"main.policy\";"},
                    {"dir/main.policy", "never read"}}),
            (NameList{"dir/b", "dir/a", "dir/main.policy"}));
}

TEST(Load, StopsAtAFileThatCannotBeRead) {
  EXPECT_EQ(loaded("include <x>;", {{"first/x.policy", "unreadable"}, {"second/x.policy", ""}}),
            (NameList{"dir/main.policy", "can't read first/x.policy: Permission denied"}));
  EXPECT_EQ(loaded("include <x>;", {}), (NameList{"dir/main.policy", "there is no file for this include"}));
}

TEST(Load, FilesBelowAtAndAboveTheLimit) {
  for (const std::size_t count : {kMaxIncludes - 1, kMaxIncludes, kMaxIncludes + 1}) {
    std::map<std::string, std::string> files;
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
      files["dir/" + std::to_string(i)] = "";
      text += "include \"" + std::to_string(i) + "\";";
    }
    const NameList names = loaded(text, files);
    EXPECT_EQ(names.back() == "more than 1024 files are included", count > kMaxIncludes) << count;
  }
}

// Each includes the next
TEST(Load, FilesAsDeepAsTheLimit) {
  for (const std::size_t count : {kMaxIncludes, kMaxIncludes + 1}) {
    std::map<std::string, std::string> files;
    for (std::size_t i = 0; i < count; ++i) {
      files["dir/" + std::to_string(i)] = i + 1 < count ? "include \"" + std::to_string(i + 1) + "\";" : "";
    }
    const NameList names = loaded("include \"0\";", files);
    EXPECT_EQ(names.back() == "more than 1024 files are included", count > kMaxIncludes) << count;
  }
}

}  // namespace
}  // namespace eventfilter::syntax
