// SPDX-License-Identifier: BSD-2-Clause
// The label of a file is the assignment at the nearest node that has one.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "labels/on_every_fs.h"
#include "support/calls.h"
#include "support/child.h"
#include "support/program.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class Nearest : public OnEveryFs {
 protected:
  const std::string deep_ = tree_.make_file("one/two/three/file");
};

TEST_P(Nearest, WithoutAnAssignmentTheSetIsEmpty) { EXPECT_EQ(label_of(deep_), ""); }

TEST_P(Nearest, AFilesOwn) {
  space_.label_file(deep_, "a_t");
  EXPECT_EQ(label_of(deep_), "a_t");
  EXPECT_EQ(label_of(tree_.path("one/two/three")), "");
  EXPECT_EQ(label_of(tree_.make_file("one/two/three/beside")), "");
}

TEST_P(Nearest, ADirectorysHoldsForItselfAndEverythingBeneath) {
  space_.label_file(tree_.path("one"), "a_t");
  EXPECT_EQ(label_of(tree_.path("one")), "a_t");
  EXPECT_EQ(label_of(tree_.path("one/two")), "a_t");
  EXPECT_EQ(label_of(deep_), "a_t");
  EXPECT_EQ(label_of(tree_.make_file("beside/file")), "");
  EXPECT_EQ(label_of(tree_.root()), "");
}

TEST_P(Nearest, TheRootOfAFileSystemHoldsForAllOfIt) {
  space_.label_file(tree_.root(), "a_t");
  EXPECT_EQ(label_of(tree_.root()), "a_t");
  EXPECT_EQ(label_of(deep_), "a_t");
  EXPECT_EQ(label_of("/etc/passwd"), "") << "and for no other";
}

TEST_P(Nearest, ANearerOneReplacesAFartherOne) {
  space_.label_file(tree_.path("one"), "a_t");
  space_.label_file(tree_.path("one/two"), "b_t");
  EXPECT_EQ(label_of(tree_.path("one")), "a_t");
  EXPECT_EQ(label_of(tree_.path("one/two")), "b_t");
  EXPECT_EQ(label_of(deep_), "b_t") << "nothing is inherited through it";
}

TEST_P(Nearest, ACarveOutInACarveOut) {
  space_.label_file(tree_.path("one"), "a_t");
  space_.label_file(tree_.path("one/two"), "b_t");
  space_.label_file(tree_.path("one/two/three"), "a_t");
  space_.label_file(deep_, "c_t");
  EXPECT_EQ(label_of(tree_.path("one/two")), "b_t");
  EXPECT_EQ(label_of(tree_.path("one/two/three")), "a_t");
  EXPECT_EQ(label_of(deep_), "c_t");
}

TEST_P(Nearest, AnAssignmentOfNoNamesIsABarrier) {
  space_.label_file(tree_.path("one"), "a_t");
  space_.label_file(tree_.path("one/two"), "");
  EXPECT_EQ(label_of(tree_.path("one")), "a_t");
  EXPECT_EQ(label_of(tree_.path("one/two")), "");
  EXPECT_EQ(label_of(deep_), "");
}

TEST_P(Nearest, SelfIsForTheObjectAlone) {
  space_.label_file(tree_.path("one"), "a_t");
  space_.label_self(tree_.path("one/two"), "b_t");
  EXPECT_EQ(label_of(tree_.path("one")), "a_t");
  EXPECT_EQ(label_of(tree_.path("one/two")), "b_t");
  EXPECT_EQ(label_of(tree_.path("one/two/three")), "a_t") << "what is beneath looks past it";
  EXPECT_EQ(label_of(deep_), "a_t");
}

TEST_P(Nearest, SelfOfNoNamesIsABarrierForTheObjectAlone) {
  space_.label_file(tree_.path("one"), "a_t");
  space_.label_self(tree_.path("one/two"), "");
  EXPECT_EQ(label_of(tree_.path("one/two")), "");
  EXPECT_EQ(label_of(deep_), "a_t");
}

TEST_P(Nearest, SelfOnAFileIsAnAssignmentLikeAnyOther) {
  space_.label_self(deep_, "a_t b_t");
  EXPECT_EQ(label_of(deep_), "a_t b_t");
}

TEST_P(Nearest, SelfOnTheRoot) {
  space_.label_self(tree_.root(), "a_t");
  EXPECT_EQ(label_of(tree_.root()), "a_t");
  EXPECT_EQ(label_of(deep_), "");
}

TEST_P(Nearest, SeveralNamesAreASet) {
  space_.label_file(deep_, "b_t a_t");
  EXPECT_EQ(label_of(deep_), "a_t b_t");
  space_.label_file(deep_, " c_t  a_t b_t a_t ");
  EXPECT_EQ(label_of(deep_), "a_t b_t c_t");
}

TEST_P(Nearest, ANewAssignmentReplacesTheOldOne) {
  space_.label_file(deep_, "a_t b_t");
  space_.label_file(deep_, "c_t");
  EXPECT_EQ(label_of(deep_), "c_t");
  space_.label_self(deep_, "b_t");
  EXPECT_EQ(label_of(deep_), "b_t");
  space_.label_file(deep_, "");
  EXPECT_EQ(label_of(deep_), "");
}

TEST_P(Nearest, UnlabellingUncoversWhatWasBeneathIt) {
  space_.label_file(tree_.path("one"), "a_t");
  space_.label_file(tree_.path("one/two"), "b_t");
  space_.unlabel(tree_.path("one/two"));
  EXPECT_EQ(label_of(deep_), "a_t");
  space_.unlabel(tree_.path("one"));
  EXPECT_EQ(label_of(deep_), "");
}

TEST_P(Nearest, FilesCreatedLaterInheritToo) {
  space_.label_file(tree_.path("one"), "a_t");
  EXPECT_EQ(label_of(tree_.make_file("one/new/file")), "a_t");
}

TEST_P(Nearest, AFileOfTheSameNameAfterwardsIsAnotherFile) {
  space_.label_file(deep_, "a_t");
  ASSERT_ALLOWED(unlink(deep_.c_str()));
  tree_.make_file("one/two/three/file");
  EXPECT_EQ(label_of(deep_), "");
}

TEST_P(Nearest, ASymlinkIsWhatItPointsTo) {
  space_.label_file(deep_, "a_t");
  const std::string link = tree_.path("link");
  ASSERT_ALLOWED(symlink(deep_.c_str(), link.c_str()));
  EXPECT_EQ(label_of(link), "a_t");
}

TEST_P(Nearest, SpecialFilesHaveLabels) {
  tree_.make_dir("d");
  ASSERT_ALLOWED(mkfifo(tree_.path("d/fifo").c_str(), 0666));
  space_.label_file(tree_.path("d/fifo"), "b_t");
  EXPECT_EQ(label_of(tree_.path("d/fifo")), "b_t");
}

TEST_P(Nearest, TheSameThroughEveryPathToIt) {
  space_.label_file(tree_.path("one/two"), "a_t");
  EXPECT_EQ(label_of(tree_.path("one/../one/./two//three/file")), "a_t");
  EXPECT_EQ(probe_.of([&]() -> long {
    const int dir = open(tree_.path("one").c_str(), O_PATH);
    return openat(dir, "two/three/file", O_RDONLY);
  }),
            "a_t");
  EXPECT_EQ(probe_.of([&]() -> long {
    const int file = open(deep_.c_str(), O_PATH);
    return open(("/proc/self/fd/" + std::to_string(file)).c_str(), O_RDONLY);
  }),
            "a_t");
}

TEST_P(Nearest, DebiansProgramsSeeIt) {
  space_.label_file("/", "a_t");
  space_.label_file(tree_.path("one"), "a_t");
  space_.label_file(tree_.path("one/two"), "b_t");
  const std::string open_file = tree_.make_file("one/open", "readable\n");
  in_child([&] {
    enforce(space_, "file_open, file_exec: label & a_t");
    EXPECT_EQ(run({"cat", open_file}).text, "readable\n");
    const Output refused = run({"cat", deep_});
    EXPECT_TRUE(refused.says("Permission denied")) << refused.text;
    const Output python = run({"python3", "-c", "open('" + deep_ + "')"});
    EXPECT_TRUE(python.says("PermissionError: [Errno 13]")) << python.text;
    const Output list = run({"ls", tree_.path("one")});
    EXPECT_EQ(list.text, "open\ntwo\n");
    EXPECT_NE(run({"ls", tree_.path("one/two")}).exit_code(), 0);
  });
}

INSTANTIATE_ON_EVERY_FS(Nearest);

}  // namespace
}  // namespace eventfilter::selftest
