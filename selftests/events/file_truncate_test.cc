// SPDX-License-Identifier: BSD-2-Clause
// file_truncate: field by field, and every door to a file's size.
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
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class FileTruncate : public testing::TestWithParam<Fs> {
 protected:
  [[nodiscard]] Raised truncated(Subject subject = Subject::kUser) const {
    return {subject, "file_truncate", [this] { return truncate(file_.c_str(), 3); }, &space_};
  }

  const Tree tree_{GetParam()};
  const std::string file_ = tree_.make_file("d/file");
  const std::string other_ = tree_.make_file("d/other");
  const LabelSpace space_{"a_t b_t"};
};

TEST_P(FileTruncate, AllowedAndRefused) {
  in_child([&] {
    enforce("file_truncate: name != \"file\"");
    EXPECT_REFUSED(EACCES, truncate(file_.c_str(), 3));
    EXPECT_ALLOWED(truncate(other_.c_str(), 3));
  });
  EXPECT_EQ(read_file(file_), "content\n");
  EXPECT_EQ(read_file(other_), "con");
}

TEST_P(FileTruncate, Label) {
  space_.label_file(file_, "a_t");
  expect_label(truncated(), "label", "a_t", "b_t");
}

TEST_P(FileTruncate, OwnerGroupAndMode) {
  require_call(chown(file_.c_str(), 4711, 4712), "chown");
  require_call(chmod(file_.c_str(), 0666), "chmod");
  expect_number(truncated(), "owner", 4711, 1000);
  expect_number(truncated(), "group", 4712, 1000);
  expect_number(truncated(), "mode", S_IFREG | 0666, S_IFREG | 0644);
}

TEST_P(FileTruncate, Name) { expect_string(truncated(), "name", "file"); }

TEST_P(FileTruncate, Uid) {
  expect_number(truncated(), "uid", 1000, 0);
  expect_number(truncated(Subject::kRoot), "uid", 0, 1000);
}

TEST_P(FileTruncate, Fact20EveryDoor) {
  in_child([&] {
    const int file = open(file_.c_str(), O_RDWR);
    ASSERT_ALLOWED(file);
    enforce("file_truncate: deny");
    EXPECT_REFUSED(EACCES, truncate(file_.c_str(), 0));
    EXPECT_REFUSED(EACCES, truncate(file_.c_str(), 100)) << "longer is another size, too";
    EXPECT_REFUSED(EACCES, ftruncate(file, 0));
    EXPECT_REFUSED(EACCES, try_open(file_, O_WRONLY | O_TRUNC));
    EXPECT_REFUSED(EACCES, try_open(file_, O_RDONLY | O_TRUNC));
    EXPECT_REFUSED(EACCES, creat(file_.c_str(), 0600));
    EXPECT_REFUSED(EACCES, try_open("/proc/self/fd/" + std::to_string(file), O_WRONLY | O_TRUNC));
    Ring ring;
    EXPECT_REFUSED(EACCES, ring.do_request(openat_request(file_.c_str(), O_WRONLY | O_TRUNC)));
  });
  EXPECT_EQ(read_file(file_), "content\n");
}

TEST_P(FileTruncate, ANewFileHasNothingToTruncate) {
  in_child([&] {
    enforce("file_truncate: deny");
    EXPECT_ALLOWED(try_open(tree_.path("d/new"), O_CREAT | O_WRONLY | O_TRUNC, 0600));
  });
}

TEST_P(FileTruncate, WritingBeyondTheEndIsNoTruncation) {
  // Nor is fallocate(2), which takes a descriptor that writes: documented
  in_child([&] {
    enforce("file_truncate: deny");
    const int file = open(file_.c_str(), O_RDWR | O_APPEND);
    ASSERT_ALLOWED(file);
    EXPECT_EQ(write(file, "more", 4), 4);
    EXPECT_ALLOWED(chmod(file_.c_str(), 0600)) << "another change of attributes";
  });
}

TEST_P(FileTruncate, RealPrograms) {
  in_child([&] {
    enforce("file_truncate: name == \"other\"");
    EXPECT_TRUE(run({"truncate", "-s", "0", other_}).succeeded());
    EXPECT_TRUE(run({"truncate", "-s", "0", file_}).says("Permission denied"));
    EXPECT_TRUE(run({"sh", "-c", "echo x > " + file_}).says("Permission denied"));
    EXPECT_TRUE(run({"sh", "-c", "echo x >> " + file_}).succeeded());
  });
  EXPECT_EQ(read_file(file_), "content\nx\n");
}

INSTANTIATE_TEST_SUITE_P(On, FileTruncate, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

}  // namespace
}  // namespace eventfilter::selftest
