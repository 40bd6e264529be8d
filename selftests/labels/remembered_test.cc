// SPDX-License-Identifier: BSD-2-Clause
// The kernel remembers what it let pass: see docs/design/0045. Whatever changes a label makes that
// void at once, by each door. So everything here is asked several times, and only then changed.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <vector>

#include "labels/confined.h"
#include "labels/on_every_fs.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

std::function<long()> opening(const std::string& path) {
  return [path] {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    return static_cast<long>(fd < 0 ? -1 : close(fd));
  };
}

class Remembered : public OnEveryFs {
 protected:
  Remembered() {
    space_.label_file(good_, "a_t");
    space_.label_file(bad_, "b_t");
  }
  void move(const std::string& from, const std::string& to) const {
    require_call(rename(tree_.path(from).c_str(), tree_.path(to).c_str()), from);
  }

  const std::string good_ = tree_.make_dir("good");
  const std::string bad_ = tree_.make_dir("bad");
  const std::string file_ = tree_.make_file("good/d/e/file");
};

TEST_P(Remembered, ACommitCountsAtOnce) {
  const Confined task(space_, "file_open", {opening(file_)});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(task.often(), 0);
    space_.label_file(good_, "b_t");
    EXPECT_EQ(task.often(), EXDEV);
    space_.label_file(good_, "a_t");
    EXPECT_EQ(task.often(), 0);
    space_.label_file(tree_.path("good/d"), "");
    EXPECT_EQ(task.often(), EXDEV) << "a barrier in between";
    space_.unlabel(tree_.path("good/d"));
  }
}

TEST_P(Remembered, AFileGetsALabelOfItsOwn) {
  const std::string other = tree_.make_file("good/d/e/other");
  const Confined task(space_, "file_open", {opening(file_), opening(other)});
  EXPECT_EQ(task.often(), 0);
  EXPECT_EQ(task.often(1), 0);
  space_.label_file(file_, "c_t");
  EXPECT_EQ(task.often(1), 0);
  EXPECT_EQ(task.often(), EXDEV);
  EXPECT_EQ(task.often(1), 0);
}

TEST_P(Remembered, ANameGetsALabel) {
  const std::string other = tree_.make_file("good/d/e/other");
  const Confined task(space_, "file_open", {opening(file_), opening(other)});
  EXPECT_EQ(task.often(1), 0);
  space_.label_name(tree_.path("good/d/e"), "f*", "c_t");
  EXPECT_EQ(task.often(1), 0);
  EXPECT_EQ(task.often(), EXDEV);
  space_.unlabel_name(tree_.path("good/d/e"), "f*");
  EXPECT_EQ(task.often(), 0);
  space_.label_name(tree_.path("good"), "*/e/file", "c_t");
  EXPECT_EQ(task.often(1), 0);
  EXPECT_EQ(task.often(), EXDEV);
}

TEST_P(Remembered, ADirectoryAboveMoves) {
  const std::string moved = tree_.path("bad/d/e/file");
  const Confined task(space_, "file_open", {opening(file_), opening(moved)});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(task.often(), 0);
    move("good/d", "bad/d");
    EXPECT_EQ(task.often(1), EXDEV);
    EXPECT_EQ(task.often(), ENOENT);
    move("bad/d", "good/d");
  }
}

TEST_P(Remembered, TheFileMoves) {
  tree_.make_file("good/d/e/stays");
  const Confined task(
      space_, "file_open",
      {opening(file_), opening(tree_.path("bad/file")), opening(tree_.path("good/d/e/stays"))});
  EXPECT_EQ(task.often(), 0);
  move("good/d/e/file", "bad/file");
  EXPECT_EQ(task.often(2), 0);
  EXPECT_EQ(task.often(1), EXDEV);
}

TEST_P(Remembered, DirectoriesAreExchanged) {
  tree_.make_file("bad/d/e/file");
  const Confined task(space_, "file_open", {opening(file_), opening(tree_.path("bad/d/e/file"))});
  EXPECT_EQ(task.often(), 0);
  EXPECT_EQ(task.often(1), EXDEV);
  ASSERT_ALLOWED(renameat2(AT_FDCWD, good_.c_str(), AT_FDCWD, bad_.c_str(), RENAME_EXCHANGE));
  EXPECT_EQ(task.often(), EXDEV) << "labels go with their directories";
  EXPECT_EQ(task.often(1), 0);
}

TEST_P(Remembered, TwoNamesOfOneFile) {
  require_call(link(file_.c_str(), tree_.path("bad/link").c_str()), "link");
  const Confined task(space_, "file_open", {opening(file_), opening(tree_.path("bad/link"))});
  for (int i = 0; i < kTimes; ++i) {
    EXPECT_EQ(task.once(0), 0);
    EXPECT_EQ(task.once(1), EXDEV);
  }
}

// Another mount shows the same tree: what was remembered through one holds through the other
TEST_P(Remembered, SeenThroughABindMount) {
  const std::string other = tree_.make_dir("other");
  require_call(mount(tree_.path("good/d").c_str(), other.c_str(), nullptr, MS_BIND, nullptr),
               "bind mount");
  {
    const Confined task(space_, "file_open", {opening(file_), opening(other + "/e/file")});
    EXPECT_EQ(task.often(), 0);
    EXPECT_EQ(task.often(1), 0);
    space_.label_file(good_, "b_t");
    EXPECT_EQ(task.often(1), EXDEV);
    EXPECT_EQ(task.often(), EXDEV);
  }
  require_call(umount(other.c_str()), "umount");
}

// Memory of a directory that is gone is used for the next one
TEST_P(Remembered, DirectoriesComeAndGo) {
  const std::string in_good = tree_.path("good/x/file");
  const std::string in_bad = tree_.path("bad/x/file");
  const Confined task(space_, "file_open", {opening(in_good), opening(in_bad)});
  for (int i = 0; i < 50; ++i) {
    for (const auto& [where, path, expected] :
         {std::tuple{"good/x", in_good, 0}, std::tuple{"bad/x", in_bad, EXDEV}}) {
      tree_.make_file(std::string(where) + "/file");
      EXPECT_EQ(task.once(expected == 0 ? 0 : 1), expected);
      EXPECT_EQ(task.once(expected == 0 ? 0 : 1), expected);
      require_call(unlink(path.c_str()), "unlink");
      require_call(rmdir(tree_.path(where).c_str()), "rmdir");
    }
  }
}

// What the kernel had in memory is read from the disk again
TEST_P(Remembered, ForgottenByTheFileSystem) {
  const Confined task(space_, "file_open", {opening(file_)});
  EXPECT_EQ(task.often(), 0);
  for (int i = 0; i < 3; ++i) {
    write_file("/proc/sys/vm/drop_caches", "3");
    EXPECT_EQ(task.often(), 0);
    space_.label_file(good_, i % 2 == 0 ? "b_t" : "a_t");
    write_file("/proc/sys/vm/drop_caches", "3");
    EXPECT_EQ(task.often(), i % 2 == 0 ? EXDEV : 0);
    space_.label_file(good_, "a_t");
  }
}

TEST_P(Remembered, EveryEventForItself) {
  const std::string fresh = tree_.path("good/d/fresh");
  const auto create = [fresh] {
    const int fd = open(fresh.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    return static_cast<long>(fd < 0 ? -1 : close(fd));
  };
  const auto remove = [fresh] { return static_cast<long>(unlink(fresh.c_str())); };
  const auto look = [this] {
    struct stat out;
    return static_cast<long>(stat(file_.c_str(), &out));
  };
  const auto cut = [this] { return static_cast<long>(truncate(file_.c_str(), 0)); };
  const Confined task(space_, "file_create, file_unlink, file_stat, file_truncate",
                      {create, remove, look, cut, opening(file_)});
  for (int i = 0; i < kTimes; ++i) {
    EXPECT_EQ(task.once(0), 0);
    EXPECT_EQ(task.once(1), 0);
  }
  EXPECT_EQ(task.often(2), 0);
  EXPECT_EQ(task.often(3), 0);
  space_.label_file(good_, "b_t");
  EXPECT_EQ(task.often(0), EXDEV);
  EXPECT_EQ(task.often(2), EXDEV);
  EXPECT_EQ(task.often(3), EXDEV);
  EXPECT_EQ(task.often(4), 0) << "opening is not judged";
  write_file(fresh, "");
  EXPECT_EQ(task.often(1), EXDEV);
}

// What one task may says nothing about another's filters, in the same label space
TEST_P(Remembered, EveryFilterForItself) {
  const Confined may(space_, "file_open", {opening(file_)});
  EXPECT_EQ(may.often(), 0);
  in_child(Subject::kRoot, [&] {
    enforce(space_, "file_open: !(label & a_t) else errno EDOM\n");
    for (int i = 0; i < kTimes; ++i) {
      EXPECT_REFUSED(EDOM, opening(file_)());
    }
  });
  in_child(Subject::kRoot, [&] {
    for (int i = 0; i < kTimes; ++i) ASSERT_ALLOWED(opening(file_)());
    enforce(space_, "file_open: label & a_t else errno EXDEV\n");
    for (int i = 0; i < kTimes; ++i) ASSERT_ALLOWED(opening(file_)());
    enforce(space_, "file_open: label & b_t else errno EDOM\n");
    for (int i = 0; i < kTimes; ++i) {
      EXPECT_REFUSED(EDOM, opening(file_)()) << "a layer more";
    }
  });
  EXPECT_EQ(may.often(), 0);
}

INSTANTIATE_ON_EVERY_FS(Remembered);

}  // namespace
}  // namespace eventfilter::selftest
