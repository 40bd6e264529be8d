// SPDX-License-Identifier: BSD-2-Clause
#include "cli/domain.h"

#include <gtest/gtest.h>

namespace eventfilter::cli {
namespace {

emit::CompiledPolicy with(const std::vector<std::string>& names) {
  emit::CompiledPolicy policy;
  for (const std::string& name : names) {
    policy.domains.emplace_back();
    policy.domains.back().name = name;
    policy.domains.back().ruleset = "file: deny\n";
  }
  return policy;
}

std::string refused(const emit::CompiledPolicy& policy, const std::string& name) {
  const auto domain = choose_domain(policy, name);
  return domain.ok() ? "" : domain.error().message;
}

TEST(ChooseDomain, ByNameOrTheOnlyOne) {
  const auto one = with({"a_t"});
  EXPECT_EQ(choose_domain(one, "").value()->name, "a_t");
  EXPECT_EQ(choose_domain(one, "a_t").value()->name, "a_t");
  const auto two = with({"a_t", "b_t"});
  EXPECT_EQ(choose_domain(two, "b_t").value()->name, "b_t");
}

TEST(ChooseDomain, SaysWhichThereAre) {
  EXPECT_EQ(refused(with({}), ""), "the rule file has no domain");
  EXPECT_EQ(refused(with({"a_t", "b_t"}), ""), "which domain? --domain takes one of a_t, b_t");
  EXPECT_EQ(refused(with({"browser_t", "mail_t"}), "browsr_t"),
            "the rule file has no domain \"browsr_t\"; did you mean \"browser_t\"?");
  EXPECT_EQ(refused(with({"browser_t", "mail_t"}), "x"),
            "the rule file has no domain \"x\"; it has browser_t, mail_t");
}

TEST(ChooseHandle, ByNameOrSaysWhichThereAre) {
  const auto refused_handle = [](const emit::CompiledPolicy& policy, const std::string& name) {
    return choose_handle(policy, name).error().message;
  };
  emit::CompiledPolicy policy = with({"a_t"});
  EXPECT_EQ(refused_handle(policy, "a_t"), "the rule file has no handle");
  policy.handles = with({"disk_h", "net_h"}).domains;
  EXPECT_EQ(choose_handle(policy, "net_h").value()->name, "net_h");
  EXPECT_EQ(refused_handle(policy, "dsk_h"), "the rule file has no handle \"dsk_h\"; did you mean \"disk_h\"?");
  EXPECT_EQ(refused_handle(policy, "something"), "the rule file has no handle \"something\"; it has disk_h, net_h");
}

}  // namespace
}  // namespace eventfilter::cli
