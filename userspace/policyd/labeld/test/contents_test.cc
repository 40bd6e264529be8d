// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/contents.h"

#include <gtest/gtest.h>

namespace eventfilter::labeld {
namespace {

// What isn't among them is let go with the next reload, and isn't tried before a policy is in force
TEST(AllKeys, HaveWhatIsHandedOutToNobodyInParticularAndToEachUser) {
  emit::CompiledPolicy policy;
  policy.domains.emplace_back().name = "same";
  policy.domains[0].ruleset = "file_open: label & home_t\n";
  policy.handles.emplace_back().name = "same";
  policy.handles[0].ruleset = "file_truncate: label & home_t\n";
  policy.roles.push_back({"staff_r", {"same"}, {}, "file_open: label & home_t\n"});
  Split split;
  split.labels = {"home_t"};
  const auto keys = all_keys(policy, split, {1000});
  for (const auto& [labels, uid] : {std::pair<Split, uid_t>{{}, 0}, {split, 1000}}) {
    EXPECT_TRUE(keys.contains(key_of_domain(policy.domains[0], labels, uid, true)));
    EXPECT_TRUE(keys.contains(key_of_handle(policy.handles[0], labels, uid)));
    EXPECT_TRUE(keys.contains(key_of_session(policy.roles[0], labels, uid)));
  }
  EXPECT_FALSE(keys.contains(key_of_handle(policy.handles[0], split, 1001)));
}

TEST(AllKeys, AHandleIsNoDomainOfItsName) {
  emit::CompiledDomain one;
  one.name = "same";
  one.ruleset = "file_truncate: label & home_t\n";
  Split split;
  split.labels = {"home_t"};
  const RulesetKey key = key_of_handle(one, split, 1000);
  EXPECT_EQ(key.domain, "handle same");
  EXPECT_EQ(key.text, "file_truncate: label in { home_t, home_t.u1000 }\n");
  EXPECT_EQ(key.label, "");
  EXPECT_NE(key, key_of_domain(one, split, 1000, true));
}

}  // namespace
}  // namespace eventfilter::labeld
