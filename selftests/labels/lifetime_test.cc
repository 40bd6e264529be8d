// SPDX-License-Identifier: BSD-2-Clause
// Labels stay while they can matter, and not longer.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
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

// The assignments of a space, as it counts them
std::string assignments(const LabelSpace& space) {
  char text[4096];
  evf_question question{};
  question.size = sizeof(question);
  question.text = reinterpret_cast<uintptr_t>(text);
  question.text_len = sizeof(text);
  const long length = require_call(ioctl(space.fd(), EVF_LIST, &question), "EVF_LIST");
  return {text, static_cast<size_t>(length)};
}

class Unmounting : public testing::Test {
 protected:
  // Waits for the news that a file system has gone, for which nothing else may hold it
  void expect_gone() const {
    pollfd poller{space_.fd(), POLLIN, 0};
    std::string news;
    while (news.find("unmount ") == std::string::npos) {
      ASSERT_EQ(poll(&poller, 1, 60'000), 1) << "its labels hold it";
      news = space_.error();
    }
    EXPECT_EQ(assignments(space_), "");
  }

  const Tree tree_;
  const LabelSpace space_{kProbeNames};
};

TEST_F(Unmounting, LazilyTheLabelHoldsUntilTheLastUseEnds) {
  const std::string root = tree_.make_dir("mounted");
  require_call(mount("evf-test", root.c_str(), "tmpfs", 0, nullptr), "mount");
  write_file(root + "/file", "content");
  space_.label_file(root, "a_t");
  space_.label_file(root + "/file", "b_t");
  Fd file(open((root + "/file").c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_ALLOWED(umount2(root.c_str(), MNT_DETACH));
  in_child([&] {
    enforce(space_, "file_read: label & b_t else errno EDOM");
    char byte;
    EXPECT_EQ(read(file.get(), &byte, 1), 1) << "it still has its label";
  });
  EXPECT_NE(assignments(space_), "");
  file.reset();
  expect_gone();
}

TEST_F(Unmounting, WithTheMountNamespace) {
  Child inside(Subject::kRoot, [&] {
    require_call(unshare(CLONE_NEWNS), "unshare");
    require_call(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "private mounts");
    const std::string root = tree_.make_dir("inside");
    require_call(mount("evf-test", root.c_str(), "tmpfs", 0, nullptr), "mount");
    write_file(root + "/file", "content");
    space_.label_file(root, "a_t");
    space_.label_name(root, "x", "b_t");
    space_.label_file(root + "/file", "b_t");
    EXPECT_NE(assignments(space_), "");
  });
  inside.wait();
  expect_gone();
}

TEST_F(Unmounting, WithTheNamespaceOfAConfinedTask) {
  Child inside(Subject::kRoot, [&] {
    require_call(unshare(CLONE_NEWNS), "unshare");
    require_call(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "private mounts");
    const std::string root = tree_.make_dir("inside");
    require_call(mount("evf-test", root.c_str(), "tmpfs", 0, nullptr), "mount");
    write_file(root + "/file", "content");
    space_.label_file(root + "/file", "b_t");
    enforce(space_, "file_open: label & b_t else errno EDOM");
    EXPECT_ALLOWED(try_open(root + "/file", O_RDONLY));
    raise(SIGKILL);
  });
  EXPECT_EQ(inside.wait().killed_by(), SIGKILL);
  expect_gone();
}

TEST_F(Unmounting, ByForceAndExpiry) {
  const std::string root = tree_.make_dir("mounted");
  for (const int flags : {MNT_FORCE, MNT_EXPIRE}) {
    require_call(mount("evf-test", root.c_str(), "tmpfs", 0, nullptr), "mount");
    space_.label_file(root, "a_t");
    if (flags == MNT_EXPIRE) {
      EXPECT_REFUSED(EAGAIN, umount2(root.c_str(), flags)) << "the first time only marks it";
    }
    EXPECT_ALLOWED(umount2(root.c_str(), flags)) << "labels are no use of it";
    expect_gone();
  }
}

TEST_F(Unmounting, TheInodesAreLetGoAndCountedAgain) {
  // As many as the user's limit allows, twice: what an unmount let go can be pinned again
  const std::string root = tree_.make_dir("mounted");
  for (int round = 0; round < 2; ++round) {
    require_call(mount("evf-test", root.c_str(), "tmpfs", 0, nullptr), "mount");
    for (int i = 0; i < 500; ++i) {
      const std::string file = root + "/file" + std::to_string(i);
      write_file(file, "");
      require_call(space_.stage(EVF_LABEL_SELF, file, "a_t"), "staging");
    }
    space_.commit();
    ASSERT_ALLOWED(umount2(root.c_str(), 0));
    expect_gone();
  }
}

TEST_F(Unmounting, AnotherMountOfTheSameFileSystemKeepsThem) {
  const std::string root = tree_.make_dir("mounted");
  const std::string second = tree_.make_dir("second");
  require_call(mount("evf-test", root.c_str(), "tmpfs", 0, nullptr), "mount");
  write_file(root + "/file", "content");
  space_.label_file(root + "/file", "a_t");
  require_call(mount(root.c_str(), second.c_str(), nullptr, MS_BIND, nullptr), "bind mount");
  ASSERT_ALLOWED(umount2(root.c_str(), 0));
  EXPECT_EQ(LabelProbe(space_).of(second + "/file"), "a_t");
  ASSERT_ALLOWED(umount2(second.c_str(), 0));
  expect_gone();
}

}  // namespace
}  // namespace eventfilter::selftest
