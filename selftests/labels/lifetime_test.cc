// SPDX-License-Identifier: BSD-2-Clause
// Labels stay while they can matter, and not longer.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include "labels/on_every_fs.h"
#include "support/calls.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

void evict_inodes() {
  sync();
  for (int round = 0; round < 3; ++round) {
    write_file("/proc/sys/vm/drop_caches", "2\n");
  }
}

class Lifetime : public OnEveryFs {};

TEST_P(Lifetime, LabelsSurviveEviction) {
  const std::string file = tree_.make_file("d/e/file");
  space_.label_file(tree_.path("d"), "a_t");
  space_.label_file(file, "b_t");
  space_.label_name(tree_.path("d/e"), "other", "c_t");
  for (int round = 0; round < 3; ++round) {
    evict_inodes();
    EXPECT_EQ(label_of(file), "b_t");
    EXPECT_EQ(label_of(tree_.path("d/e")), "a_t");
    EXPECT_EQ(label_of(tree_.make_file("d/e/other")), "c_t");
  }
}

TEST_P(Lifetime, LabelsSurviveThatTheSpacesDescriptorIsClosed) {
  const std::string labelled = tree_.make_file("labelled");
  const std::string other = tree_.make_file("other");
  const Channel channel;
  std::optional<LabelSpace> space(std::in_place, "a_t");
  space->label_file(labelled, "a_t");
  Child confined([&] {
    enforce(*space, "file_open: label & a_t");
    space.reset();
    EXPECT_EQ(channel.child().receive(), 0);
    EXPECT_ALLOWED(try_open(labelled, O_RDONLY));
    EXPECT_REFUSED(EACCES, try_open(other, O_RDONLY));
  });
  space.reset();
  evict_inodes();
  channel.parent().send(0);
  EXPECT_TRUE(confined.wait().exited_normally());
}

TEST_P(Lifetime, AReusedInodeNumberIsAnotherInode) {
  // File systems hand the numbers of deleted inodes out again
  for (int round = 0; round < 50; ++round) {
    const std::string file = tree_.make_file("file");
    space_.label_file(file, "a_t");
    ASSERT_ALLOWED(unlink(file.c_str()));
    tree_.make_file("file");
    ASSERT_EQ(label_of(file), "") << "round " << round;
    ASSERT_ALLOWED(unlink(file.c_str()));
  }
}

TEST_P(Lifetime, AFileSystemCanBeUnmountedWhileAConfinedTaskLives) {
  // Tree's destructor checks that it can be
  auto tree = std::make_optional<Tree>(GetParam());
  const std::string file = tree->make_file("d/file");
  space_.label_file(file, "a_t");
  space_.label_name(tree->path("d"), "x", "b_t");
  space_.label_file(tree->root(), "a_t");
  const Channel channel;
  Child confined([&] {
    enforce(space_, "file_open: label & a_t");
    channel.child().send(0);
    EXPECT_EQ(channel.child().receive(), 0);
    EXPECT_REFUSED(ENOENT, try_open(file, O_RDONLY));
  });
  EXPECT_EQ(channel.parent().receive(), 0);
  tree.reset();
  channel.parent().send(0);
  EXPECT_TRUE(confined.wait().exited_normally());
  // The space is as good as before
  const std::string other = tree_.make_file("other");
  space_.label_file(other, "c_t");
  EXPECT_EQ(label_of(other), "c_t");
}

TEST_P(Lifetime, UnmountWithStagedChanges) {
  auto tree = std::make_optional<Tree>(GetParam());
  EXPECT_ALLOWED(space_.stage(EVF_LABEL_FILE, tree->make_file("file"), "a_t"));
  EXPECT_ALLOWED(space_.stage(EVF_LABEL_NAME, tree->root(), "a_t", "x"));
  tree.reset();
  EXPECT_ALLOWED(space_.try_commit());
}

TEST_P(Lifetime, ASpaceThatEndsWithStagedChanges) {
  LabelSpace space("a_t");
  EXPECT_ALLOWED(space.stage(EVF_LABEL_FILE, tree_.make_file("file"), "a_t"));
  EXPECT_ALLOWED(space.write("label b_t\n"));
}

TEST_P(Lifetime, TheSpaceOfAKilledOwner) {
  const std::string file = tree_.make_file("file");
  Child owner(Subject::kRoot, [&] {
    const LabelSpace space("a_t");
    space.label_file(file, "a_t");
    enforce(space, "file_open: label & a_t");
    raise(SIGKILL);
  });
  EXPECT_EQ(owner.wait().killed_by(), SIGKILL);
}

INSTANTIATE_ON_EVERY_FS(Lifetime);

TEST(LifetimeOfMounts, ADiskThatIsMountedAgainHasNoLabels) {
  LoopMount disk("ext4");
  write_file(disk.path("file"), "content");
  const LabelSpace space(kProbeNames);
  const LabelProbe probe(space);
  space.label_file(disk.root(), "a_t");
  space.label_file(disk.path("file"), "b_t");
  EXPECT_EQ(probe.of(disk.path("file")), "b_t");
  ASSERT_ALLOWED(disk.unmount());
  disk.mount_again();
  EXPECT_EQ(probe.of(disk.path("file")), "") << "it could be another disk";
  space.label_file(disk.root(), "c_t");
  EXPECT_EQ(probe.of(disk.path("file")), "c_t");
}

}  // namespace
}  // namespace eventfilter::selftest
