// SPDX-License-Identifier: BSD-2-Clause
// file_readlink: field by field, and every door to where a symbolic link leads.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/calls.h"
#include "support/event.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

long try_readlink(const std::string& path) {
  char target[256];
  return readlink(path.c_str(), target, sizeof(target));
}

class FileReadlink : public testing::TestWithParam<Fs> {
 protected:
  FileReadlink() {
    require_call(symlink(file_.c_str(), link_.c_str()), "symlink");
    require_call(symlink(file_.c_str(), other_.c_str()), "symlink");
    require_call(lchown(link_.c_str(), 4711, 4712), "lchown");
  }
  [[nodiscard]] Raised reading(Subject subject = Subject::kUser) const {
    return {subject, "file_readlink", [this] { return try_readlink(link_); }, &space_};
  }

  const Tree tree_{GetParam()};
  const std::string file_ = tree_.make_file("d/file");
  const std::string link_ = tree_.path("d/link");
  const std::string other_ = tree_.path("d/other");
  const LabelSpace space_{"a_t b_t"};
};

TEST_P(FileReadlink, AllowedAndRefused) {
  in_child([&] {
    enforce("file_readlink: name != \"link\"");
    EXPECT_REFUSED(EACCES, try_readlink(link_));
    EXPECT_ALLOWED(try_readlink(other_));
  });
}

TEST_P(FileReadlink, Label) {
  space_.label_name(tree_.path("d"), "link", "a_t");
  expect_label(reading(), "label", "a_t", "b_t");
}

TEST_P(FileReadlink, OwnerGroupAndMode) {
  expect_number(reading(), "owner", 4711, 1000);
  expect_number(reading(), "group", 4712, 1000);
  expect_number(reading(), "mode", S_IFLNK | 0777, S_IFREG | 0644);
}

TEST_P(FileReadlink, Name) { expect_string(reading(), "name", "link"); }

TEST_P(FileReadlink, Uid) {
  expect_number(reading(), "uid", 1000, 0);
  expect_number(reading(Subject::kRoot), "uid", 0, 1000);
}

TEST_P(FileReadlink, EveryDoor) {
  in_child([&] {
    const Fd directory(open(tree_.path("d").c_str(), O_RDONLY | O_DIRECTORY));
    const Fd path(open(link_.c_str(), O_PATH | O_NOFOLLOW));
    enforce("file_readlink: name != \"link\" else errno EDOM");
    char target[256];
    EXPECT_REFUSED(EDOM, readlink(link_.c_str(), target, sizeof(target)));
    EXPECT_REFUSED(EDOM, readlinkat(directory.get(), "link", target, sizeof(target)));
    EXPECT_REFUSED(EDOM, readlinkat(path.get(), "", target, sizeof(target)));
    EXPECT_ALLOWED(readlinkat(directory.get(), "other", target, sizeof(target)));
  });
}

TEST_P(FileReadlink, FollowingIsNotReading) {
  // Looking paths up isn't judged, what is found is
  in_child([&] {
    enforce("file_readlink: deny");
    EXPECT_ALLOWED(try_open(link_, O_RDONLY));
  });
}

TEST_P(FileReadlink, RealPrograms) {
  in_child([&] {
    enforce("file_readlink: name != \"link\"");
    EXPECT_EQ(run({"readlink", link_}).text, "");
    EXPECT_EQ(run({"readlink", other_}).text, file_ + "\n");
  });
}

INSTANTIATE_TEST_SUITE_P(On, FileReadlink, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

TEST(FileReadlinkElsewhere, LinksOfProc) {
  in_child([] {
    enforce("file_readlink: name != \"exe\" && name != \"0\" else errno EDOM");
    EXPECT_REFUSED(EDOM, try_readlink("/proc/self/exe"));
    EXPECT_REFUSED(EDOM, try_readlink("/proc/self/fd/0"));
    EXPECT_ALLOWED(try_readlink("/proc/self/cwd"));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
