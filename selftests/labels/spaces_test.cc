// SPDX-License-Identifier: BSD-2-Clause
// A label space is private to whoever holds it: what others label is nothing to it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "labels/on_every_fs.h"
#include "support/calls.h"
#include "support/child.h"
#include "support/long_run.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class Spaces : public OnEveryFs {};

TEST_P(Spaces, DoNotSeeEachOthersLabels) {
  const std::string file = tree_.make_file("d/file");
  const LabelSpace other(kProbeNames);
  const LabelProbe other_probe(other);
  space_.label_file(file, "a_t");
  other.label_file(tree_.path("d"), "b_t");
  EXPECT_EQ(label_of(file), "a_t");
  EXPECT_EQ(label_of(tree_.path("d")), "");
  EXPECT_EQ(other_probe.of(file), "b_t");
  other.unlabel(tree_.path("d"));
  EXPECT_EQ(other_probe.of(file), "");
  EXPECT_EQ(label_of(file), "a_t") << "the other's unlabelling is nothing to this one";
}

TEST_P(Spaces, ABarrierOfAnotherSpaceIsNone) {
  const std::string file = tree_.make_file("d/file");
  const LabelSpace other(kProbeNames);
  space_.label_file(tree_.root(), "a_t");
  other.label_file(tree_.path("d"), "");
  other.label_file(file, "");
  EXPECT_EQ(label_of(file), "a_t");
}

TEST_P(Spaces, EndingOneLeavesTheOthersLabels) {
  const std::string file = tree_.make_file("d/file");
  space_.label_file(file, "a_t");
  for (int i = 0; i < 5; ++i) {
    const LabelSpace other("a_t b_t");
    other.label_file(file, "b_t");
    other.label_file(tree_.path("d"), "b_t");
  }
  EXPECT_EQ(label_of(file), "a_t");
}

TEST_P(Spaces, ManyOnOneInode) {
  const std::string file = tree_.make_file("d/file");
  std::vector<LabelSpace> spaces;
  for (int i = 0; i < 100; ++i) {
    spaces.emplace_back(kProbeNames);
    spaces.back().label_file(file, i % 2 != 0 ? "a_t" : "b_t");
  }
  EXPECT_EQ(LabelProbe(spaces[50]).of(file), "b_t");
  EXPECT_EQ(LabelProbe(spaces[99]).of(file), "a_t");
  EXPECT_EQ(label_of(file), "");
}

// Spaces come and go while others are used
TEST_P(Spaces, ComeAndGoWhileFilesAreOpened) {
  const std::string file = tree_.make_file("d/file");
  space_.label_file(file, "a_t");
  in_child([&] {
    enforce(space_, "file_open: label & a_t");
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < rounds(200, 20000); ++i) {
          EXPECT_ALLOWED(try_open(file, O_RDONLY));
        }
      });
      threads.emplace_back([&] {
        for (int i = 0; i < rounds(50, 5000); ++i) {
          const LabelSpace other("b_t");
          const Fd object(open(file.c_str(), O_PATH | O_CLOEXEC));
          EXPECT_ALLOWED(other.stage(EVF_LABEL_FILE, object.get(), "b_t"));
          EXPECT_ALLOWED(other.try_commit());
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  });
}

INSTANTIATE_ON_EVERY_FS(Spaces);

}  // namespace
}  // namespace eventfilter::selftest
