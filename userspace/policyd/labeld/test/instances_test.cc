// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/instances.h"

#include <gtest/gtest.h>

namespace eventfilter::labeld {
namespace {

const std::set<std::string> kLabels = {"home_t", "ssh-key_t"};

std::string of_user(std::string_view text) { return instantiate(text, kLabels, 7); }

TEST(Instances, ATestOfALabelIsTrueOfTheUsersOwn) {
  EXPECT_EQ(of_user("file_open: (label & home_t) || (label & tmp_t)\n"),
            "file_open: (label in { home_t, home_t.u7 }) || (label & tmp_t)\n");
  EXPECT_EQ(of_user("file_open: label in { a_t, home_t, ssh-key_t }\n"),
            "file_open: label in { a_t, home_t, home_t.u7, ssh-key_t, ssh-key_t.u7 }\n");
  EXPECT_EQ(of_user("file_rename: label & home_t && new_parent_label & home_t\n"),
            "file_rename: label in { home_t, home_t.u7 } && new_parent_label in { home_t, home_t.u7 }\n");
}

TEST(Instances, WhatOnlyLooksLikeALabelIsLeftAlone) {
  for (const char* const text : {"file_open: name ~ \"home_t & home_t\"\n",
                                 "file_open: label & home_tt\n",
                                 "file_open: label & my_home_t && uid in { 1, 2 }\n",
                                 "file_open: name == \"\\\"label & home_t\"\n",
                                 "sys_enter_write: fd == 1 && label && home_t\n",
                                 "file_ioctl: label & disk_t && cmd in { 0x1260, 1..3 }\n"}) {
    EXPECT_EQ(of_user(text), text);
  }
}

TEST(Instances, WithoutLabelsOfHomesTextsAreShared) {
  EXPECT_EQ(instantiate("file_open: label & home_t\n", {}, 7), "file_open: label & home_t\n");
}

TEST(Instances, AssignmentsAreThoseOfAllOrOfAHome) {
  emit::CompiledPolicy policy;
  policy.assignments = {{"tmp_t", emit::Cover::Tree, "/tmp", "/", "tmp", {}},
                        {"home_t", emit::Cover::Tree, "/@HOME@", "/", "@HOME@", {}},
                        {"ssh-key_t", emit::Cover::Name, "", "/@HOME@/.ssh", "id_*", {}},
                        {"odd_t", emit::Cover::Tree, "/@HOME@x", "/", "@HOME@x", {}}};
  const Split parts = split(policy);
  EXPECT_EQ(parts.common.size(), 2U);
  EXPECT_EQ(parts.labels, kLabels);
  const auto mine = instantiate(parts, "/home/alice", 1000);
  ASSERT_EQ(mine.size(), 2U);
  EXPECT_EQ(mine[0].label, "home_t.u1000");
  EXPECT_EQ(mine[0].path, "/home/alice");
  EXPECT_EQ(mine[1].label, "ssh-key_t.u1000");
  EXPECT_EQ(mine[1].directory, "/home/alice/.ssh");
  EXPECT_EQ(mine[1].component, "id_*");
}

TEST(Instances, AHomeIsADirectoryOfOnesOwn) {
  EXPECT_EQ(home_of(0), "/root");
  EXPECT_EQ(home_of(1), "");       // daemon's is /usr/sbin, which is root's
  EXPECT_EQ(home_of(65533), "");  // nobody
}

}  // namespace
}  // namespace eventfilter::labeld
