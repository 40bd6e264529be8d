// SPDX-License-Identifier: BSD-2-Clause
//
// With real mounts, in a mount namespace of the test's own; skipped where there may be none.
#include "apply/mount_labels.h"

#include <cerrno>

#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>

#include "apply/label_objects.h"
#include "apply/test/scratch.h"

namespace eventfilter::apply {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MountLabels : public Scratch {
 protected:
  void SetUp() override {
    if (unshare(CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER)) != 0)
      GTEST_SKIP() << "no mount namespace";
    ASSERT_EQ(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
  }
  void TearDown() override {
    for (auto at = mounted_.rbegin(); at != mounted_.rend(); ++at) umount2(at->c_str(), MNT_DETACH);
  }

  std::string mount_tmpfs(const std::string& below) {
    EXPECT_EQ(mount("none", directory(below).c_str(), "tmpfs", 0, nullptr), 0);
    mounted_.push_back(path(below));
    return path(below);
  }
  std::string bind(const std::string& from, const std::string& below) {
    EXPECT_EQ(mount(from.c_str(), directory(below).c_str(), nullptr, MS_BIND, nullptr), 0);
    mounted_.push_back(path(below));
    return path(below);
  }
  // What was handed out after the policy's own assignments
  std::vector<std::string> label(std::vector<emit::LabelAssignment> assignments) {
    emit::CompiledPolicy policy;
    policy.assignments = std::move(assignments);
    label_objects(policy, {}, notebook_);
    const std::size_t own = notebook_.lines.size();
    remarks_ = label_objects(policy, read_mounts().value(), notebook_).remarks;
    return {notebook_.lines.begin() + static_cast<std::ptrdiff_t>(2 * own), notebook_.lines.end()};
  }

  Notebook notebook_;
  std::vector<Remark> remarks_;
  std::vector<std::string> mounted_;
};

TEST_F(MountLabels, ATreeCoversWhatIsMountedBeneathIt) {
  directory("a");
  const std::string inner = mount_tmpfs("a/b");
  EXPECT_THAT(label({tree("a_t", path("a"))}), ElementsAre("tree " + inner + " = a_t"));
}

TEST_F(MountLabels, WhatIsMountedInOneServedByAProgramStaysClosed) {
  const std::string outer = mount_tmpfs("a/b");
  mount_tmpfs("a/b/c");
  emit::CompiledPolicy policy;
  policy.assignments = {tree("a_t", path("a"))};
  std::vector<Mount> mounts = read_mounts().value();
  for (Mount& one : mounts) {
    if (one.point == outer) one.type = "fuse.sshfs";
  }
  remarks_ = label_objects(policy, mounts, notebook_).remarks;
  EXPECT_EQ(notebook_.lines.back(), "tree " + outer + " = a_t") << "its root's own inode is always there";
  ASSERT_FALSE(remarks_.empty());
  EXPECT_EQ(remarks_.back().text, '"' + outer + "/c\" (tmpfs) stays closed: it's mounted in \"" + outer +
                                      "\" (fuse.sshfs), whose program might not answer");
}

TEST_F(MountLabels, TheNearestAssignmentCounts) {
  const std::string inner = mount_tmpfs("a/b/c");
  EXPECT_THAT(label({tree("a_t", path("a")), tree("b_t", path("a/b"))}),
              ElementsAre("tree " + inner + " = b_t"));
}

TEST_F(MountLabels, AMountWithItsOwnPatternKeepsIt) {
  mount_tmpfs("a/b");
  EXPECT_THAT(label({tree("a_t", path("a")), tree("b_t", path("a/b"))}), IsEmpty());
}

TEST_F(MountLabels, ABindMountChangesNoLabel) {
  directory("secret");
  directory("a");
  bind(path("secret"), "a/b");
  EXPECT_THAT(label({tree("a_t", path("a"))}), IsEmpty());
}

TEST_F(MountLabels, AMountThatIsHiddenIsLeftAlone) {
  mount_tmpfs("a/b");
  const std::string top = mount_tmpfs("a/b");
  EXPECT_THAT(label({tree("a_t", path("a"))}), ElementsAre("tree " + top + " = a_t"));
}

TEST_F(MountLabels, OneFileSystemAtTwoPlacesWithTwoLabelsStaysClosed) {
  const std::string first = mount_tmpfs("a/x");
  bind(first, "b/y");
  EXPECT_THAT(label({tree("a_t", path("a")), tree("b_t", path("b"))}), IsEmpty());
  ASSERT_EQ(remarks_.size(), 2u);
  EXPECT_EQ(remarks_[0].text, '"' + first + "\" (tmpfs) stays closed: the same directory is " +
                                  "mounted on \"" + path("b/y") + "\", with another label");
}

TEST_F(MountLabels, AFileSystemWithoutLabelsIsReported) {
  const std::string inner = mount_tmpfs("a/b");
  notebook_.refuse = "tree " + inner;
  EXPECT_THAT(label({tree("a_t", path("a"))}), IsEmpty());
  ASSERT_EQ(remarks_.size(), 1u);
  EXPECT_EQ(remarks_[0].text,
            '"' + inner + "\" (tmpfs) stays closed: labels don't hold on this file system");
}

}  // namespace
}  // namespace eventfilter::apply
