// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include "emit/compile.h"
#include "events/target.h"

namespace eventfilter::emit {
namespace {

constexpr const char* kObvious = R"(policy 1;
label tmp_t       = "/tmp/**", "/var/tmp/**";
label user_home_t = "@{HOME}/**";
domain app_t {
  default * allow;
  allow file open on { tmp_t user_home_t };
}
)";

std::optional<CompiledPolicy> compiled(const std::string& text) {
  diag::Diagnostics diagnostics;
  Options options;
  options.variables["HOME"] = "/home/alice";
  return compile({"f", text}, options, diagnostics);
}

TEST(Compile, ObviousRuleFileGivesExactlyThisLine) {
  const auto policy = compiled(kObvious);
  ASSERT_TRUE(policy.has_value());
  EXPECT_EQ(print_rulesets(*policy), "file_open: (label & tmp_t) || (label & user_home_t)\n");
}

TEST(Compile, GivesLabelsAndAssignments) {
  const CompiledPolicy policy = compiled(kObvious).value();
  EXPECT_EQ(policy.labels, (std::vector<std::string>{"anonymous", "tmp_t", "user_home_t"}));
  const std::vector<LabelAssignment> expected = {
      {"tmp_t", Cover::Tree, "/tmp", "/", "tmp", {"f", 2, 21, 29}},
      {"user_home_t", Cover::Tree, "/home/alice", "/home", "alice", {"f", 3, 21, 32}},
      {"tmp_t", Cover::Tree, "/var/tmp", "/var", "tmp", {"f", 2, 32, 44}},
  };
  EXPECT_EQ(policy.assignments, expected);
  EXPECT_EQ(print_labels(policy),
            "tmp_t        /tmp/**\nuser_home_t  /home/alice/**\ntmp_t        /var/tmp/**\n");
}

TEST(Compile, FindsDomains) {
  const CompiledPolicy policy = compiled(kObvious).value();
  ASSERT_NE(policy.find_domain("app_t"), nullptr);
  EXPECT_FALSE(policy.find_domain("app_t")->permissive);
  EXPECT_EQ(policy.find_domain("app_t")->where, (diag::Place{"f", 4, 8, 12}));
  EXPECT_EQ(policy.find_domain("other"), nullptr);
}

TEST(Compile, NothingComesBackWithAnError) {
  EXPECT_FALSE(compiled("policy 1;\nlabel a_t = \"a\";\n").has_value());
  EXPECT_FALSE(compiled("policy 1\n").has_value());
  EXPECT_TRUE(compiled("policy 1;\n").has_value());
}

TEST(Compile, StandardIncludesCompileWithoutAFinding) {
  for (const char* const name : {"base", "nameservice", "tls", "python"}) {
    diag::Diagnostics diagnostics;
    const std::string text = std::string("policy 1;\ninclude <") + name + ">;\ndomain d { use " +
                             name + "; }\n";
    const auto policy = compile({"f", text}, {}, diagnostics);
    EXPECT_TRUE(policy.has_value()) << name;
    EXPECT_EQ(diagnostics.render(), "") << name;
  }
}

TEST(Compile, StandardIncludesGoTogether) {
  diag::Diagnostics diagnostics;
  const std::string text =
      "policy 1;\ninclude <base>, <nameservice>, <tls>, <python>;\n"
      "domain d { use base, nameservice, tls, python; }\n";
  EXPECT_TRUE(compile({"f", text}, {}, diagnostics).has_value());
  EXPECT_EQ(diagnostics.render(), "");
}

}  // namespace
}  // namespace eventfilter::emit
