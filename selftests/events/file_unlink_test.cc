// SPDX-License-Identifier: BSD-2-Clause
// file_unlink: field by field, and every door to losing a name.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <mqueue.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/event.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class FileUnlink : public testing::TestWithParam<Fs> {
 protected:
  // A file that is made anew whenever it was removed
  [[nodiscard]] Raised unlinked(const std::function<void(const std::string&)>& prepare =
                                    [](const std::string&) {}) {
    return {Subject::kRoot, "file_unlink",
            [this, prepare] {
              const std::string file = tree_.make_file("d/file");
              prepare(file);
              return unlink(file.c_str());
            },
            &space_};
  }

  const Tree tree_{GetParam()};
  const std::string dir_ = tree_.make_dir("d");
  const LabelSpace space_{"a_t b_t"};
};

TEST_P(FileUnlink, AllowedAndRefused) {
  const std::string keep = tree_.make_file("d/keep");
  const std::string drop = tree_.make_file("d/drop");
  in_child([&] {
    enforce("file_unlink: name == \"drop\"");
    EXPECT_ALLOWED(unlink(drop.c_str()));
    EXPECT_REFUSED(EACCES, unlink(keep.c_str()));
  });
  EXPECT_TRUE(std::filesystem::exists(keep));
}

TEST_P(FileUnlink, Label) {
  space_.label_file(dir_, "a_t");
  expect_label(unlinked(), "label", "a_t", "b_t");
  space_.label_name(dir_, "file", "b_t");
  expect_label(unlinked(), "label", "b_t", "a_t");
}

TEST_P(FileUnlink, OwnerGroupAndMode) {
  const Raised raised = unlinked([](const std::string& file) {
    require_call(chown(file.c_str(), 4711, 4712), "chown");
    require_call(chmod(file.c_str(), 0751), "chmod");
  });
  expect_number(raised, "owner", 4711, 1000);
  expect_number(raised, "group", 4712, 4711);
  expect_number(raised, "mode", S_IFREG | 0751, S_IFREG);
}

TEST_P(FileUnlink, Name) { expect_string(unlinked(), "name", "file"); }

TEST_P(FileUnlink, Uid) { expect_number(unlinked(), "uid", 0, 1000); }

TEST_P(FileUnlink, EveryDoor) {
  const std::string file = tree_.make_file("d/file");
  const std::string other = tree_.make_file("d/other");
  tree_.make_dir("d/dir");
  tree_.make_dir("d/other_dir");
  require_call(symlink("x", (dir_ + "/symlink").c_str()), "symlink");
  in_child(Subject::kRoot, [&] {
    const int dir = open(dir_.c_str(), O_PATH);
    enforce("file_unlink: deny");
    EXPECT_REFUSED(EACCES, unlink(file.c_str()));
    EXPECT_REFUSED(EACCES, unlinkat(dir, "file", 0));
    EXPECT_REFUSED(EACCES, rmdir((dir_ + "/dir").c_str()));
    EXPECT_REFUSED(EACCES, unlinkat(dir, "dir", AT_REMOVEDIR));
    EXPECT_REFUSED(EACCES, remove((dir_ + "/symlink").c_str()));
    EXPECT_REFUSED(EACCES, rename(other.c_str(), file.c_str()))
        << "what is replaced loses its name";
    EXPECT_REFUSED(EACCES, rename((dir_ + "/other_dir").c_str(), (dir_ + "/dir").c_str()));
    Ring ring;
    io_uring_sqe request{};
    request.opcode = IORING_OP_UNLINKAT;
    request.fd = AT_FDCWD;
    request.addr = reinterpret_cast<uintptr_t>(file.c_str());
    EXPECT_REFUSED(EACCES, ring.do_request(request));
    EXPECT_ALLOWED(rename(other.c_str(), (dir_ + "/new").c_str())) << "nothing is replaced";
  });
  EXPECT_EQ(read_file(file), "content\n");
}

TEST_P(FileUnlink, Fact18ARenameOverAnObjectAsksForThatObject) {
  const std::string from = tree_.make_file("d/from");
  const std::string over = tree_.make_file("d/over");
  space_.label_file(over, "b_t");
  space_.label_file(from, "a_t");
  in_child([&] {
    enforce(space_, "file_unlink: label & a_t\nfile_rename: allow");
    EXPECT_REFUSED(EACCES, rename(from.c_str(), over.c_str()));
  });
  in_child([&] {
    enforce(space_, "file_unlink: label & b_t && name == \"over\"\nfile_rename: allow");
    EXPECT_ALLOWED(rename(from.c_str(), over.c_str()));
  });
}

TEST_P(FileUnlink, RealPrograms) {
  tree_.make_file("d/sub/file");
  in_child([&] {
    enforce("file_unlink: name != \"file\"");
    EXPECT_TRUE(run({"rm", "-r", dir_}).says("Permission denied"));
    EXPECT_TRUE(run({"rmdir", dir_ + "/sub"}).says("Directory not empty"));
    EXPECT_TRUE(run({"python3", "-c", "import shutil; shutil.rmtree('" + dir_ + "')"})
                    .says("PermissionError"));
  });
}

TEST(FileUnlinkElsewhere, MessageQueues) {
  const mqd_t queue = mq_open("/evf-unlink", O_CREAT | O_RDWR, 0666, nullptr);
  ASSERT_ALLOWED(queue);
  in_child(Subject::kRoot, [] {
    enforce("file_unlink: name != \"evf-unlink\"");
    EXPECT_REFUSED(EACCES, mq_unlink("/evf-unlink"));
  });
  mq_close(queue);
  EXPECT_ALLOWED(mq_unlink("/evf-unlink"));
}

INSTANTIATE_TEST_SUITE_P(On, FileUnlink, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

}  // namespace
}  // namespace eventfilter::selftest
