// SPDX-License-Identifier: BSD-2-Clause
// What becomes of labels when objects move, get further names, or are seen through other mounts.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include "labels/on_every_fs.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class Moves : public OnEveryFs {
 protected:
  const std::string from_ = tree_.make_dir("from");
  const std::string to_ = tree_.make_dir("to");
};

TEST_P(Moves, ALabelledDirectoryKeepsItsLabel) {
  const std::string file = tree_.make_file("from/d/file");
  space_.label_file(tree_.path("from/d"), "a_t");
  space_.label_file(to_, "b_t");
  ASSERT_ALLOWED(rename(tree_.path("from/d").c_str(), tree_.path("to/d").c_str()));
  EXPECT_EQ(label_of(tree_.path("to/d")), "a_t");
  EXPECT_EQ(label_of(tree_.path("to/d/file")), "a_t");
}

TEST_P(Moves, AnUnlabelledDirectoryTakesTheLabelOfItsNewPlace) {
  tree_.make_file("from/d/file");
  space_.label_file(from_, "a_t");
  space_.label_file(to_, "b_t");
  EXPECT_EQ(label_of(tree_.path("from/d/file")), "a_t");
  ASSERT_ALLOWED(rename(tree_.path("from/d").c_str(), tree_.path("to/d").c_str()));
  EXPECT_EQ(label_of(tree_.path("to/d/file")), "b_t");
}

TEST_P(Moves, ALabelBeneathAMovedDirectoryStays) {
  const std::string file = tree_.make_file("from/d/e/file");
  space_.label_file(tree_.path("from/d/e"), "c_t");
  space_.label_file(to_, "b_t");
  ASSERT_ALLOWED(rename(tree_.path("from/d").c_str(), tree_.path("to/d").c_str()));
  EXPECT_EQ(label_of(tree_.path("to/d")), "b_t");
  EXPECT_EQ(label_of(tree_.path("to/d/e/file")), "c_t");
}

TEST_P(Moves, ExchangedObjectsKeepTheirOwn) {
  const std::string one = tree_.make_file("from/one");
  const std::string two = tree_.make_file("to/two");
  space_.label_file(one, "a_t");
  space_.label_file(two, "b_t");
  ASSERT_ALLOWED(renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, two.c_str(), RENAME_EXCHANGE));
  EXPECT_EQ(label_of(two), "a_t");
  EXPECT_EQ(label_of(one), "b_t");
}

TEST_P(Moves, AHardLinkToALabelledFileIsLabelled) {
  const std::string file = tree_.make_file("from/file");
  space_.label_file(file, "a_t");
  space_.label_file(to_, "b_t");
  ASSERT_ALLOWED(link(file.c_str(), tree_.path("to/file").c_str()));
  EXPECT_EQ(label_of(tree_.path("to/file")), "a_t");
}

TEST_P(Moves, AHardLinkToAnUnlabelledFileIsJudgedByTheNameThatIsUsed) {
  const std::string file = tree_.make_file("from/file");
  space_.label_file(from_, "a_t");
  space_.label_file(to_, "b_t");
  ASSERT_ALLOWED(link(file.c_str(), tree_.path("to/file").c_str()));
  EXPECT_EQ(label_of(file), "a_t");
  EXPECT_EQ(label_of(tree_.path("to/file")), "b_t");
}

TEST_P(Moves, ABindMountDoesNotChangeALabel) {
  const std::string file = tree_.make_file("from/d/file");
  space_.label_file(from_, "a_t");
  space_.label_file(to_, "b_t");
  // Beneath the labelled directory: the walk leaves the mount's root behind
  ASSERT_ALLOWED(mount(tree_.path("from/d").c_str(), to_.c_str(), nullptr, MS_BIND, nullptr));
  EXPECT_EQ(label_of(to_), "a_t");
  EXPECT_EQ(label_of(tree_.path("to/file")), "a_t");
  ASSERT_ALLOWED(umount2(to_.c_str(), 0));
  EXPECT_EQ(label_of(to_), "b_t");
}

TEST_P(Moves, ABindMountOfAFileDoesNotEither) {
  const std::string file = tree_.make_file("from/file");
  const std::string over = tree_.make_file("to/file");
  space_.label_file(from_, "a_t");
  space_.label_file(to_, "b_t");
  ASSERT_ALLOWED(mount(file.c_str(), over.c_str(), nullptr, MS_BIND, nullptr));
  EXPECT_EQ(label_of(over), "a_t");
  ASSERT_ALLOWED(umount2(over.c_str(), 0));
}

TEST_P(Moves, TheWalkNeverCrossesAMount) {
  space_.label_file(to_, "b_t");
  ASSERT_ALLOWED(mount("evf-test", to_.c_str(), "tmpfs", 0, nullptr));
  EXPECT_EQ(label_of(to_), "") << "another file system is mounted there";
  const std::string file = tree_.make_file("to/file");
  EXPECT_EQ(label_of(file), "");
  ASSERT_ALLOWED(umount2(to_.c_str(), 0));
  EXPECT_EQ(label_of(to_), "b_t");
}

TEST_P(Moves, AnOpenDescriptorOfADeletedFileIsUnderItsDirectory) {
  // Re-opened through /proc/self/fd: its name is gone, where it was isn't
  const std::string file = tree_.make_file("from/file");
  space_.label_file(from_, "a_t");
  const Fd opened(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_ALLOWED(unlink(file.c_str()));
  const std::string again = "/proc/self/fd/" + std::to_string(opened.get());
  EXPECT_THAT(label_of(again), testing::AnyOf("a_t", "unknown")) << "but never another set";
}

TEST_P(Moves, OwnLabelsOfADeletedFileStayWithIt) {
  const std::string file = tree_.make_file("from/file");
  space_.label_file(file, "a_t");
  const Fd opened(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_ALLOWED(unlink(file.c_str()));
  EXPECT_EQ(label_of("/proc/self/fd/" + std::to_string(opened.get())), "a_t");
}

TEST_P(Moves, ADirectoryThatWasRemovedGivesNothing) {
  // Remove the current directory's parents: the walk still ends at a root
  const std::string inner = tree_.make_dir("from/gone");
  space_.label_file(from_, "a_t");
  const Fd opened(open(inner.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_ALLOWED(rmdir(inner.c_str()));
  EXPECT_THAT(label_of("/proc/self/fd/" + std::to_string(opened.get())),
              testing::AnyOf("a_t", "unknown"));
}

INSTANTIATE_ON_EVERY_FS(Moves);

}  // namespace
}  // namespace eventfilter::selftest
