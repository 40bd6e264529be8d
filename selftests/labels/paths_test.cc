// SPDX-License-Identifier: BSD-2-Clause
// Name patterns of several components.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "labels/on_every_fs.h"
#include "support/calls.h"
#include "support/child.h"
#include "support/long_run.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class Paths : public OnEveryFs {
 protected:
  const std::string home_ = tree_.make_dir("home");
};

TEST_P(Paths, NameWhatIsThereAndWhatComes) {
  space_.label_file(home_, "a_t");
  const std::string there = tree_.make_file("home/.config/x/cache/file");
  space_.label_name(home_, ".config/*/cache", "b_t");
  EXPECT_EQ(label_of(there), "b_t");
  EXPECT_EQ(label_of(tree_.path("home/.config/x/cache")), "b_t");
  EXPECT_EQ(label_of(tree_.make_file("home/.config/y/cache")), "b_t");
  EXPECT_EQ(label_of(tree_.make_file("home/.config/y/cached")), "a_t");
  EXPECT_EQ(label_of(tree_.make_file("home/.config/cache")), "a_t") << "one component less";
  EXPECT_EQ(label_of(tree_.make_file("home/.config/x/y/cache")), "a_t") << "one more";
  EXPECT_EQ(label_of(tree_.path("home/.config/x")), "a_t");
  EXPECT_EQ(label_of(tree_.path("home/.config")), "a_t");
  EXPECT_EQ(label_of(tree_.make_file("home/.local/x/cache/file")), "a_t");
  EXPECT_EQ(label_of(tree_.make_file(".config/x/cache/file")), "") << "from that directory only";
}

TEST_P(Paths, OfEveryLength) {
  std::string pattern;
  std::string path = "home";
  for (unsigned components = 1; components <= EVF_MAX_COMPONENTS; ++components) {
    pattern += (components == 1 ? "" : "/") + ("n" + std::to_string(components));
    path += "/n" + std::to_string(components);
    tree_.make_dir(path);
    space_.label_name(home_, pattern, components % 2 != 0 ? "a_t" : "b_t");
  }
  path = "home";
  for (unsigned components = 1; components <= EVF_MAX_COMPONENTS; ++components) {
    path += "/n" + std::to_string(components);
    const std::string label = components % 2 != 0 ? "a_t" : "b_t";
    EXPECT_EQ(label_of(tree_.path(path)), label) << components;
    EXPECT_EQ(label_of(tree_.make_file(path + "/file")), label) << components;
  }
  EXPECT_EQ(label_of(tree_.make_file(path + "/n9/n10/n11/file")), "b_t") << "far beneath";
}

TEST_P(Paths, ASingleLongOneAloneIsFound) {
  space_.label_name(home_, "1/2/3/4/5/6/7/8", "a_t");
  EXPECT_EQ(label_of(tree_.make_file("home/1/2/3/4/5/6/7/8/9/10/11")), "a_t");
  EXPECT_EQ(label_of(tree_.path("home/1/2/3/4/5/6/7/8")), "a_t");
  EXPECT_EQ(label_of(tree_.path("home/1/2/3/4/5/6/7")), "");
}

TEST_P(Paths, TheNearestNodeDecidesWhoeverNamesIt) {
  const std::string file = tree_.make_file("home/d/e/f");
  space_.label_file(tree_.path("home/d"), "a_t");
  space_.label_name(home_, "d/e", "b_t");
  EXPECT_EQ(label_of(file), "b_t") << "e is nearer than d, though home is farther";
  space_.label_name(tree_.path("home/d"), "e", "c_t");
  EXPECT_EQ(label_of(file), "c_t") << "the nearer directory names the same node";
  space_.label_file(tree_.path("home/d/e"), "a_t c_t");
  EXPECT_EQ(label_of(file), "a_t c_t") << "the node's own counts more";
  space_.label_name(home_, "*/*/f", "b_t");
  EXPECT_EQ(label_of(file), "b_t") << "f is nearer than all of them";
  space_.label_self(file, "a_t");
  EXPECT_EQ(label_of(file), "a_t");
}

TEST_P(Paths, ABarrierMayBeAPath) {
  space_.label_file(home_, "a_t");
  space_.label_name(home_, "*/closed", "");
  EXPECT_EQ(label_of(tree_.make_file("home/x/closed/file")), "");
  EXPECT_EQ(label_of(tree_.make_file("home/x/open/file")), "a_t");
}

TEST_P(Paths, LiteralsCountMoreThanGlobsFromTheEnd) {
  const std::string file = tree_.make_file("home/ab/cd");
  space_.label_name(home_, "*/*", "a_t");
  EXPECT_EQ(label_of(file), "a_t");
  space_.label_name(home_, "ab/*", "b_t");
  EXPECT_EQ(label_of(file), "b_t") << "the last is equal, the one before is a literal";
  space_.label_name(home_, "*/c*", "c_t");
  EXPECT_EQ(label_of(file), "c_t") << "the last has more characters";
  space_.label_name(home_, "a?/c*", "a_t b_t");
  EXPECT_EQ(label_of(file), "a_t b_t") << "the last is equal, the one before has more characters";
  space_.label_name(home_, "*/cd", "b_t c_t");
  EXPECT_EQ(label_of(file), "b_t c_t") << "the last is a literal";
  space_.label_name(home_, "ab/cd", "a_t c_t");
  EXPECT_EQ(label_of(file), "a_t c_t");
  space_.unlabel_name(home_, "ab/cd");
  EXPECT_EQ(label_of(file), "b_t c_t");
}

TEST_P(Paths, AreTakenBack) {
  const std::string file = tree_.make_file("home/x/y");
  space_.label_name(home_, "x/y", "a_t");
  space_.label_name(home_, "*/y", "b_t");
  EXPECT_EQ(label_of(file), "a_t");
  EXPECT_REFUSED(ENOENT, space_.stage(EVF_UNLABEL, home_, "", "x/z"));
  space_.unlabel_name(home_, "x/y");
  EXPECT_EQ(label_of(file), "b_t");
  space_.unlabel_name(home_, "*/y");
  EXPECT_EQ(label_of(file), "");
}

TEST_P(Paths, AreStaged) {
  const std::string file = tree_.make_file("home/x/y");
  ASSERT_ALLOWED(space_.stage(EVF_LABEL_NAME, home_, "a_t", "x/y"));
  EXPECT_EQ(label_of(file), "");
  space_.commit();
  EXPECT_EQ(label_of(file), "a_t");
}

TEST_P(Paths, CreationIsAskedWithThem) {
  space_.label_name(home_, ".config/*/cache", "b_t");
  const std::string dir = tree_.make_dir("home/.config/x");
  const LabelProbe probe(space_, "file_create");
  const auto create = [&](const char* name) {
    return probe.of([&]() -> long {
      return open((dir + "/" + name).c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    });
  };
  EXPECT_EQ(create("cache"), "b_t");
  EXPECT_EQ(create("other"), "");
}

TEST_P(Paths, MovesThatWouldChangeALabelAreRefused) {
  space_.label_name(home_, "*/.ssh", "b_t");
  const std::string one = tree_.make_dir("home/one");
  const std::string two = tree_.make_dir("home/two");
  const std::string other = tree_.make_dir("other");
  tree_.make_file("home/one/file");
  tree_.make_file("home/one/.ssh/id");
  tree_.make_file("home/one/dir/.ssh");
  tree_.make_file("other/dir/.ssh");
  in_child([&] {
    enforce(space_, "file_open: label & a_t");
    const auto move = [](const std::string& from, const std::string& to) {
      return rename(from.c_str(), to.c_str());
    };
    EXPECT_REFUSED(EXDEV, move(one + "/file", two + "/.ssh")) << "takes the name on";
    EXPECT_REFUSED(EXDEV, move(one + "/.ssh", one + "/ssh")) << "gives it up";
    EXPECT_REFUSED(EXDEV, move(one + "/.ssh", home_ + "/.ssh")) << "another level";
    EXPECT_ALLOWED(move(one + "/.ssh", two + "/.ssh")) << "the same under both";
    EXPECT_ALLOWED(move(one + "/file", one + "/file2"));
    EXPECT_ALLOWED(move(one, home_ + "/three")) << "the pattern goes on as before";
    EXPECT_REFUSED(EXDEV, move(home_ + "/three/dir", home_ + "/dir")) << "it would be home/*/.ssh";
    EXPECT_REFUSED(EXDEV, move(other + "/dir", home_ + "/dir"));
    EXPECT_REFUSED(EXDEV, move(two, other + "/two")) << "its .ssh would lose the label";
    EXPECT_ALLOWED(move(other + "/dir", home_ + "/two/dir")) << "too deep for the pattern";
  });
}

TEST_P(Paths, ADirectoryThatALiteralPathGoesThroughKeepsItsName) {
  space_.label_name(home_, "a/b/secret", "b_t");
  tree_.make_dir("home/a/b");
  tree_.make_dir("home/a/c");
  in_child([&] {
    enforce(space_, "file_open: label & a_t");
    EXPECT_REFUSED(EXDEV, rename(tree_.path("home/a/b").c_str(), tree_.path("home/a/x").c_str()));
    EXPECT_REFUSED(EXDEV, rename(tree_.path("home/a").c_str(), tree_.path("home/x").c_str()));
    EXPECT_ALLOWED(rename(tree_.path("home/a/c").c_str(), tree_.path("home/a/x").c_str()));
    EXPECT_REFUSED(EXDEV, rename(tree_.path("home/a/x").c_str(), tree_.path("home/a/b").c_str()))
        << "nor may another take it";
  });
}

INSTANTIATE_ON_EVERY_FS(Paths);

TEST(PathsElsewhere, ADisconnectedDentryIsUnknownIfAPathMightNameIt) {
  const LoopMount disk("ext4");
  run_or_fail({"mkdir", "-p", disk.path("d/e")});
  write_file(disk.path("d/e/own"), "content");
  const LabelSpace space(kProbeNames);
  const LabelProbe probe(space);
  space.label_file(disk.path("d/e/own"), "b_t");
  space.label_name(disk.root(), "d/*/x", "a_t");
  const Handle handle = handle_of(disk.path("d/e/own"));
  const Fd mount(open(disk.root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  sync();
  for (int round = 0; round < 3; ++round) {
    write_file("/proc/sys/vm/drop_caches", "2\n");
  }
  EXPECT_EQ(probe.of([&] { return open_handle(mount.get(), handle, O_RDONLY); }), "b_t")
      << "nothing is nearer than its own";
}

// A directory goes to and fro between two names; a file in it always has the label of one of them
TEST(PathsElsewhere, AreReadWholeWhileDirectoriesAreRenamed) {
  const Tree tree;
  const std::string home = tree.make_dir("home");
  const std::string file = tree.make_file("home/one/sub/file");
  const LabelSpace space(kProbeNames);
  space.label_name(home, "one/sub/file", "a_t");
  space.label_name(home, "a-much-longer-name-for-the-directory-than-fits-inline/sub/file", "a_t");
  const std::string other =
      tree.path("home/a-much-longer-name-for-the-directory-than-fits-inline");
  const Fd sub(open(tree.path("home/one/sub").c_str(), O_PATH | O_CLOEXEC));
  std::atomic<bool> stop{false};
  std::thread mover([&] {
    while (!stop) {
      rename(tree.path("home/one").c_str(), other.c_str());
      rename(other.c_str(), tree.path("home/one").c_str());
    }
  });
  const int opens = rounds(40000, 2000000);
  in_child(Subject::kRoot, [&] {
    enforce(space, "file_open: label & a_t else errno EXDEV");
    unsigned refused = 0;
    for (int i = 0; i < opens; ++i) {
      const int fd = openat(sub.get(), "file", O_RDONLY | O_CLOEXEC);
      refused += fd < 0 ? 1 : 0;
      close(fd);
    }
    EXPECT_EQ(refused, 0U);
  });
  stop = true;
  mover.join();
}

}  // namespace
}  // namespace eventfilter::selftest
