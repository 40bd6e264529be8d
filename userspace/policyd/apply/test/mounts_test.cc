// SPDX-License-Identifier: BSD-2-Clause
#include "apply/mounts.h"

#include <gtest/gtest.h>

namespace eventfilter::apply {
namespace {

TEST(Mountinfo, ReadsTheFieldsThatCount) {
  const auto mounts = parse_mountinfo(
      "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
      "36 21 98:0 /mnt1 /mnt2 rw,noatime master:1 propagate_from:2 - ext3 /dev/root rw\n"
      "40 21 0:22 / /proc rw - proc proc rw\n");
  ASSERT_EQ(mounts.size(), 3u);
  EXPECT_EQ(mounts[0], (Mount{21, "8:1", "/", "/", "ext4"}));
  EXPECT_EQ(mounts[1], (Mount{36, "98:0", "/mnt1", "/mnt2", "ext3"}));
  EXPECT_EQ(mounts[2], (Mount{40, "0:22", "/", "/proc", "proc"}));
}

TEST(Mountinfo, UndoesTheKernelsEscapes) {
  const auto mounts = parse_mountinfo("1 1 0:1 /a\\134b /with\\040space\\011tab rw - tmpfs t rw\n");
  ASSERT_EQ(mounts.size(), 1u);
  EXPECT_EQ(mounts[0].root, "/a\\b");
  EXPECT_EQ(mounts[0].point, "/with space\ttab");
}

TEST(Mountinfo, LeavesOutOtherLines) {
  EXPECT_TRUE(parse_mountinfo("").empty());
  EXPECT_TRUE(parse_mountinfo("\n\n").empty());
  EXPECT_TRUE(parse_mountinfo("x 1 0:1 / / rw - tmpfs t rw\n").empty());
  EXPECT_TRUE(parse_mountinfo("1 1 0:1 / / rw\n").empty());
  EXPECT_TRUE(parse_mountinfo("1 1 0:1 / / rw -\n").empty());
}

TEST(Mountinfo, OfThisProcessHasARoot) {
  const auto mounts = read_mounts();
  ASSERT_TRUE(mounts.ok());
  bool root = false;
  for (const Mount& mount : mounts.value()) root = root || mount.point == "/";
  EXPECT_TRUE(root);
}

TEST(ShownElsewhere, IsABindMountBeneathAnotherMount) {
  const std::vector<Mount> mounts = {{1, "8:1", "/", "/", "ext4"},
                                     {2, "8:1", "/home/a", "/mnt", "ext4"},
                                     {3, "8:2", "/@home", "/home", "btrfs"},
                                     {4, "8:3", "/", "/x", "ext4"},
                                     {5, "8:3", "/", "/y", "ext4"}};
  EXPECT_EQ(shown_elsewhere(mounts[0], mounts), nullptr);
  EXPECT_EQ(shown_elsewhere(mounts[1], mounts), &mounts[0]);
  EXPECT_EQ(shown_elsewhere(mounts[2], mounts), nullptr) << "a subvolume seen here only";
  EXPECT_EQ(shown_elsewhere(mounts[3], mounts), nullptr) << "the same directory isn't above";
}

}  // namespace
}  // namespace eventfilter::apply
