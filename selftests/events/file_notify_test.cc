// SPDX-License-Identifier: BSD-2-Clause
// file_notify: field by field, and every door to being told what happens to a file.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/event.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

long watch(const std::string& path, uint32_t mask) {
  const Fd listener(inotify_init1(IN_CLOEXEC));
  require(listener.is_open(), "inotify_init1");
  return inotify_add_watch(listener.get(), path.c_str(), mask);
}

long mark(const std::string& path, unsigned flags, uint64_t mask) {
  const Fd listener(fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_FID, O_RDONLY));
  require(listener.is_open(), "fanotify_init");
  return fanotify_mark(listener.get(), FAN_MARK_ADD | flags, mask, AT_FDCWD, path.c_str());
}

class FileNotify : public testing::TestWithParam<Fs> {
 protected:
  [[nodiscard]] Raised watching(uint32_t mask, Subject subject = Subject::kUser) const {
    return {subject, "file_notify", [this, mask] { return watch(file_, mask); }, &space_};
  }

  const Tree tree_{GetParam()};
  const std::string dir_ = tree_.make_dir("d");
  const std::string file_ = tree_.make_file("d/file");
  const std::string other_ = tree_.make_file("d/other");
  const LabelSpace space_{"a_t b_t"};
};

TEST_P(FileNotify, AllowedAndRefused) {
  space_.label_file(other_, "a_t");
  in_child([&] {
    enforce(space_, "file_notify: label & a_t");
    EXPECT_REFUSED(EACCES, watch(file_, IN_MODIFY));
    EXPECT_ALLOWED(watch(other_, IN_MODIFY));
  });
}

TEST_P(FileNotify, Label) {
  space_.label_file(file_, "a_t");
  expect_label(watching(IN_MODIFY), "label", "a_t", "b_t");
}

TEST_P(FileNotify, Mask) {
  expect_number(watching(IN_MODIFY), "mask", IN_MODIFY, IN_ACCESS);
  expect_number(watching(IN_OPEN | IN_CLOSE_WRITE), "mask", IN_OPEN | IN_CLOSE_WRITE, IN_OPEN);
}

TEST_P(FileNotify, Uid) {
  expect_number(watching(IN_MODIFY), "uid", 1000, 0);
  expect_number(watching(IN_MODIFY, Subject::kRoot), "uid", 0, 1000);
}

TEST_P(FileNotify, EveryDoor) {
  space_.label_file(other_, "a_t");
  in_child(Subject::kRoot, [&] {
    const Fd path(open(file_.c_str(), O_PATH));
    enforce(space_, "file_notify: label & a_t else errno EDOM");
    EXPECT_REFUSED(EDOM, watch(file_, IN_OPEN));
    EXPECT_REFUSED(EDOM, watch("/proc/self/fd/" + std::to_string(path.get()), IN_OPEN));
    EXPECT_REFUSED(EDOM, watch(dir_, IN_CREATE));
    EXPECT_ALLOWED(watch(other_, IN_OPEN));
    if (GetParam() != Fs::kOverlay) {
      EXPECT_REFUSED(EDOM, mark(file_, 0, FAN_OPEN));
      EXPECT_ALLOWED(mark(other_, 0, FAN_OPEN));
    }
  });
}

TEST_P(FileNotify, AWholeFileSystemIsNotTheFileThatWasNamed) {
  if (GetParam() == Fs::kOverlay) {
    return;  // it gives fanotify no identities of files
  }
  space_.label_file(other_, "a_t");
  in_child(Subject::kRoot, [&] {
    enforce(space_, "file_notify: label & a_t else errno EDOM");
    EXPECT_REFUSED(EDOM, mark(other_, FAN_MARK_FILESYSTEM, FAN_OPEN));
    EXPECT_ALLOWED(mark(other_, 0, FAN_OPEN));
  });
  in_child(Subject::kRoot, [&] {
    // A mount says whose descriptor it is, so that takes another kind of listener
    const Fd listener(fanotify_init(FAN_CLASS_NOTIF, O_RDONLY));
    enforce(space_, "file_notify: label & a_t else errno EDOM");
    EXPECT_REFUSED(EDOM, fanotify_mark(listener.get(), FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN,
                                       AT_FDCWD, other_.c_str()));
    EXPECT_ALLOWED(fanotify_mark(listener.get(), FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, other_.c_str()));
  });
}

TEST_P(FileNotify, ARootWithTheLabelGivesItAll) {
  if (GetParam() != Fs::kTmpfs) {
    return;  // that has its root where the tree is
  }
  space_.label_file(tree_.root(), "a_t");
  space_.label_file(file_, "b_t");
  in_child(Subject::kRoot, [&] {
    enforce(space_, "file_notify: label & a_t else errno EDOM");
    EXPECT_ALLOWED(mark(file_, FAN_MARK_FILESYSTEM, FAN_OPEN));
    EXPECT_REFUSED(EDOM, mark(file_, 0, FAN_OPEN));
  });
}

INSTANTIATE_TEST_SUITE_P(On, FileNotify, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

}  // namespace
}  // namespace eventfilter::selftest
