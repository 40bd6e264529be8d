// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/state.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace eventfilter::labeld {
namespace {

SharedFd some_fd() { return std::make_shared<const base::Fd>(open("/", O_PATH | O_CLOEXEC)); }

State sample() {
  State state;
  state.policy = 7;
  state.booleans = {{"web", true}};
  state.users = {1000, 1001};
  state.by_hand = {{{8, 2, ""}, {some_fd(), Kind::Self, "disk_t"}},
                   {{8, 3, ""}, {some_fd(), Kind::Tree, "other_t"}}};
  state.rulesets = {{{"a_t", "a_t", true, "file: deny\n"}, {some_fd(), some_fd(), 4}}};
  return state;
}

Handed all() {
  Handed handed;
  for (const char* const name : {"object-8-2", "object-8-3", "ruleset-4", "records-4"})
    handed[name].emplace_back(open("/", O_PATH | O_CLOEXEC));
  return handed;
}

TEST(State, IsRecalledWithItsDescriptors) {
  Handed handed = all();
  const auto back = recall(describe(sample()), handed);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->policy, 7U);
  EXPECT_EQ(back->booleans, sample().booleans);
  EXPECT_EQ(back->users, sample().users);
  ASSERT_EQ(back->by_hand.size(), 2U);
  EXPECT_EQ(back->by_hand.at({8, 2, ""}).names, "disk_t");
  EXPECT_EQ(back->by_hand.at({8, 2, ""}).kind, Kind::Self);
  EXPECT_EQ(back->by_hand.at({8, 3, ""}).kind, Kind::Tree);
  ASSERT_EQ(back->rulesets.size(), 1U);
  EXPECT_EQ(back->rulesets.begin()->second.serial, 4U);
}

TEST(State, WhatHasNoDescriptorIsLeftOut) {
  Handed handed = all();
  handed.erase("object-8-3");
  handed.erase("records-4");
  const auto back = recall(describe(sample()), handed);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->by_hand.size(), 1U);
  EXPECT_TRUE(back->rulesets.empty());
}

TEST(State, WhatIsNoDescriptionIsNone) {
  Handed handed = all();
  const std::string bytes = describe(sample());
  EXPECT_FALSE(recall("", handed));
  EXPECT_FALSE(recall(bytes.substr(0, bytes.size() - 1), handed));
  EXPECT_FALSE(recall(bytes + "x", handed));
}

}  // namespace
}  // namespace eventfilter::labeld
