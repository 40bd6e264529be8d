// SPDX-License-Identifier: BSD-2-Clause
#include "ipc/policy_view.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace eventfilter::ipc {
namespace {

PolicyView sample() {
  PolicyView view;
  view.domains = {{"a_t", "", {"web"}, {{"disk", "d_t", {1, 2, 4}}},
                   {{"file_open", true, false, {"x_t"}, "uid == 0", "a.policy:1:2", "allow file open;"}},
                   "a.policy:1:1"}};
  view.booleans = {{"web", true}};
  view.classes = {{"disk", {"read", "write"}}};
  view.roles = {{"staff_r", {"a_t"}}};
  view.users = {{"alice", {"staff_r"}}};
  view.labels = {"d_t"};
  view.handles = {{"disk_h", "", {"web"}, {}, {}, "a.policy:2:1"}};
  return view;
}

TEST(PolicyView, ComesBackAsItWas) {
  const auto memory = seal(sample());
  ASSERT_TRUE(memory);
  const auto back = unseal(memory.value());
  ASSERT_TRUE(back);
  EXPECT_EQ(back.value(), sample());
  EXPECT_NE(back.value().find_domain("a_t"), nullptr);
  EXPECT_EQ(back.value().find_domain("b_t"), nullptr);
  EXPECT_NE(back.value().find_handle("disk_h"), nullptr);
  EXPECT_EQ(back.value().find_handle("a_t"), nullptr);
}

TEST(PolicyView, MayBeLargerThanAMessage) {
  PolicyView view;
  view.labels.assign(100'000, "label_t");
  EXPECT_EQ(unseal(seal(view).value()).value().labels.size(), 100'000U);
}

TEST(PolicyView, NobodyCanChangeIt) {
  const auto memory = seal(sample());
  ASSERT_TRUE(memory);
  EXPECT_LT(write(memory.value().get(), "x", 1), 0);
  EXPECT_NE(ftruncate(memory.value().get(), 0), 0);
}

TEST(PolicyView, WhatIsNotSealedOrNotOneIsRefused) {
  const base::Fd open_memory(memfd_create("x", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  EXPECT_EQ(unseal(open_memory).error().message, "what labeld sent is no sealed policy");
  ASSERT_EQ(write(open_memory.get(), "nonsense", 8), 8);
  ASSERT_EQ(fcntl(open_memory.get(), F_ADD_SEALS,
                  F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE), 0);
  EXPECT_EQ(unseal(open_memory).error().message, "what labeld sent is no sealed policy");
}

}  // namespace
}  // namespace eventfilter::ipc
