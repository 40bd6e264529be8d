// SPDX-License-Identifier: BSD-2-Clause
#include "apply/booleans.h"

#include <cerrno>

#include <gtest/gtest.h>

#include "apply/rulesets.h"

namespace eventfilter::apply {
namespace {

emit::CompiledPolicy policy_with_switches() {
  emit::CompiledPolicy policy;
  policy.labels = {"a_t", "b_t"};
  policy.booleans = {{"off", false}, {"on", true}};
  policy.groups = {{"all", {}, {"a_t", "b_t"}},
                   {"if.not.off", {{"off", false}}, {"a_t"}},
                   {"if.on.off", {{"on", true}, {"off", true}}, {"b_t"}}};
  policy.places = {{"a_t", "fs \"proc\"", {}}};
  policy.domains.resize(2);
  policy.domains[0].name = "d";
  policy.domains[0].fixed_booleans = {"on"};
  policy.domains[1].name = "e";
  return policy;
}

TEST(Booleans, ASpaceIsNamedAsTheyAre) {
  EXPECT_EQ(space_text(policy_with_switches()),
            "label a_t\nlabel b_t\ngroup all = a_t b_t\ngroup if.not.off = a_t\n"
            "group if.on.off =\nfs \"proc\" a_t\n");
}

TEST(Booleans, APlanSaysWhatIsSwitchedAndWhatComesLater) {
  const emit::CompiledPolicy policy = policy_with_switches();
  const auto off = plan_boolean(policy, "off", true);
  ASSERT_TRUE(off.ok());
  EXPECT_EQ(off.value().groups.size(), 2u);
  EXPECT_EQ(off.value().text(), "off is true now");
  const auto on = plan_boolean(policy, "on", false);
  ASSERT_TRUE(on.ok());
  EXPECT_EQ(on.value().groups.size(), 1u);
  EXPECT_EQ(on.value().text(), "on is false now; for later entries into d");
}

TEST(Booleans, WhatIsNotDeclaredCantBeSet) {
  emit::CompiledPolicy policy = policy_with_switches();
  const auto result = set_boolean(policy, -1, "of", true);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ENOENT);
  EXPECT_EQ(result.error().message, "the policy has no boolean \"of\"");
}

TEST(Booleans, AFailureChangesNothing) {
  emit::CompiledPolicy policy = policy_with_switches();
  const auto result = set_boolean(policy, -1, "off", true);
  ASSERT_FALSE(result.ok());
  EXPECT_FALSE(policy.booleans[0].value);
}

}  // namespace
}  // namespace eventfilter::apply
