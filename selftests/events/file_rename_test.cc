// SPDX-License-Identifier: BSD-2-Clause
// file_rename and file_link: field by field, and every door.
#include <fcntl.h>
#include <gtest/gtest.h>
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

class FileRename : public testing::TestWithParam<Fs> {
 protected:
  // from/old to to/new, which are put back whenever it is raised again
  [[nodiscard]] Raised moved(const std::string& event) {
    return {Subject::kUser, event,
            [this, event] {
              remove(new_.c_str());
              return event == "file_link" ? link(old_.c_str(), new_.c_str())
                                          : rename(old_.c_str(), new_.c_str());
            },
            &space_};
  }
  // Whether the expression is true; the objects are where they were before
  bool true_of(const std::string& event, const std::string& expression) {
    const bool answer = holds(moved(event), expression);
    std::filesystem::remove(new_);
    if (!std::filesystem::exists(old_)) {
      tree_.make_file("from/old");
    }
    return answer;
  }
  void give_labels() {
    space_.label_file(tree_.path("from"), "parent_t");
    space_.label_file(tree_.path("to"), "new_parent_t");
    space_.label_name(tree_.path("from"), "old", "old_t");
    space_.label_name(tree_.path("to"), "new", "new_t");
  }

  const Tree tree_{GetParam()};
  const std::string old_ = tree_.make_file("from/old");
  const std::string to_ = tree_.make_dir("to");
  const std::string new_ = tree_.path("to/new");
  const LabelSpace space_{"parent_t new_parent_t old_t new_t own_t other_t"};
};

TEST_P(FileRename, AllowedAndRefused) {
  in_child([&] {
    enforce("file_rename: new_name != \"forbidden\"\nfile_link: new_name != \"forbidden\"");
    EXPECT_REFUSED(EACCES, rename(old_.c_str(), tree_.path("to/forbidden").c_str()));
    EXPECT_REFUSED(EACCES, link(old_.c_str(), tree_.path("to/forbidden").c_str()));
    EXPECT_ALLOWED(link(old_.c_str(), tree_.path("to/linked").c_str()));
    EXPECT_ALLOWED(rename(old_.c_str(), new_.c_str()));
  });
}

TEST_P(FileRename, TheFourLabels) {
  give_labels();
  for (const char* event : {"file_rename", "file_link"}) {
    EXPECT_TRUE(true_of(event, "label & old_t && !(label & new_t)")) << event;
    EXPECT_TRUE(true_of(event, "new_label & new_t && !(new_label & old_t)")) << event;
    EXPECT_TRUE(true_of(event, "parent_label & parent_t && !(parent_label & new_parent_t)"))
        << event;
    EXPECT_TRUE(true_of(event, "new_parent_label & new_parent_t && !(new_parent_label & parent_t)"))
        << event;
    EXPECT_FALSE(true_of(event, "label & new_t || new_label & old_t")) << event;
    EXPECT_FALSE(true_of(event, "parent_label & new_parent_t || new_parent_label & parent_t"))
        << event;
  }
}

TEST_P(FileRename, AnObjectsOwnLabelGoesWithIt) {
  give_labels();
  space_.label_file(old_, "own_t");
  EXPECT_TRUE(true_of("file_link", "label & own_t && new_label & own_t"));
  EXPECT_FALSE(true_of("file_link", "new_label & new_t"));
  EXPECT_TRUE(true_of("file_rename", "label & own_t && new_label & own_t"));
}

TEST_P(FileRename, InheritedLabelsDoNot) {
  space_.label_file(tree_.path("from"), "parent_t");
  space_.label_file(tree_.path("to"), "new_parent_t");
  for (const char* event : {"file_rename", "file_link"}) {
    EXPECT_TRUE(true_of(event, "label & parent_t && new_label & new_parent_t")) << event;
  }
}

TEST_P(FileRename, Names) {
  for (const char* event : {"file_rename", "file_link"}) {
    EXPECT_TRUE(true_of(event, "name == \"old\" && new_name == \"new\"")) << event;
    EXPECT_FALSE(true_of(event, "name == \"new\"")) << event;
    EXPECT_FALSE(true_of(event, "new_name == \"old\"")) << event;
    EXPECT_FALSE(true_of(event, "name == new_name")) << event;
    EXPECT_TRUE(true_of(event, "name != new_name")) << event;
  }
}

TEST_P(FileRename, OwnerAndSubject) {
  for (const char* event : {"file_rename", "file_link"}) {
    EXPECT_TRUE(true_of(event, "owner == 1000 && owner == uid && gid == 1000")) << event;
    EXPECT_FALSE(true_of(event, "owner == 0 || uid == 0")) << event;
  }
}

TEST_P(FileRename, ModeSaysWhatIsMoved) {
  const std::string is_directory = "mode & " + std::to_string(S_IFDIR);
  EXPECT_TRUE(
      true_of("file_rename", "mode & " + std::to_string(S_IFREG) + " && !(" + is_directory + ")"));
  EXPECT_TRUE(true_of("file_rename", "mode & 256 && !(mode & 1)"));
  const std::string directory = tree_.make_dir("from/dir");
  in_child([&] {
    enforce("file_rename: !(" + is_directory + ")");
    EXPECT_REFUSED(EACCES, rename(directory.c_str(), tree_.path("to/dir").c_str()));
    EXPECT_ALLOWED(rename(old_.c_str(), new_.c_str()));
    // An exchange is asked about both ways round
    EXPECT_REFUSED(EACCES,
                   renameat2(AT_FDCWD, new_.c_str(), AT_FDCWD, directory.c_str(), RENAME_EXCHANGE));
  });
}

TEST_P(FileRename, EveryDoorOfRename) {
  tree_.make_file("to/there");
  tree_.make_dir("from/dir");
  in_child([&] {
    const int from = open(tree_.path("from").c_str(), O_PATH);
    const int to = open(to_.c_str(), O_PATH);
    enforce("file_rename: deny");
    EXPECT_REFUSED(EACCES, rename(old_.c_str(), new_.c_str()));
    EXPECT_REFUSED(EACCES, renameat(from, "old", to, "new"));
    EXPECT_REFUSED(EACCES, renameat2(from, "old", to, "new", RENAME_NOREPLACE));
    EXPECT_REFUSED(EACCES, renameat2(from, "old", to, "there", RENAME_EXCHANGE));
    EXPECT_REFUSED(EACCES, rename(old_.c_str(), tree_.path("to/there").c_str()));
    EXPECT_REFUSED(EACCES, rename(tree_.path("from/dir").c_str(), tree_.path("to/dir").c_str()));
    Ring ring;
    io_uring_sqe request{};
    request.opcode = IORING_OP_RENAMEAT;
    request.fd = AT_FDCWD;
    request.addr = reinterpret_cast<uintptr_t>(old_.c_str());
    request.off = reinterpret_cast<uintptr_t>(new_.c_str());
    request.len = static_cast<unsigned>(AT_FDCWD);
    EXPECT_REFUSED(EACCES, ring.do_request(request));
  });
  EXPECT_TRUE(std::filesystem::exists(old_));
}

TEST_P(FileRename, EveryDoorOfLink) {
  in_child(Subject::kRoot, [&] {
    const int file = open(old_.c_str(), O_RDONLY);
    const int to = open(to_.c_str(), O_PATH);
    enforce("file_link: deny");
    EXPECT_REFUSED(EACCES, link(old_.c_str(), new_.c_str()));
    EXPECT_REFUSED(EACCES, linkat(AT_FDCWD, old_.c_str(), to, "new", 0));
    EXPECT_REFUSED(EACCES, linkat(file, "", to, "new", AT_EMPTY_PATH));
    const std::string by_fd = "/proc/self/fd/" + std::to_string(file);
    EXPECT_REFUSED(EACCES, linkat(AT_FDCWD, by_fd.c_str(), to, "new", AT_SYMLINK_FOLLOW));
    if (GetParam() != Fs::kOverlay) {
      const int unnamed = open(to_.c_str(), O_TMPFILE | O_RDWR, 0600);
      ASSERT_ALLOWED(unnamed);
      EXPECT_REFUSED(EACCES, linkat(unnamed, "", to, "new", AT_EMPTY_PATH));
    }
    Ring ring;
    io_uring_sqe request{};
    request.opcode = IORING_OP_LINKAT;
    request.fd = AT_FDCWD;
    request.addr = reinterpret_cast<uintptr_t>(old_.c_str());
    request.off = reinterpret_cast<uintptr_t>(new_.c_str());
    request.len = static_cast<unsigned>(AT_FDCWD);
    EXPECT_REFUSED(EACCES, ring.do_request(request));
  });
  EXPECT_FALSE(std::filesystem::exists(new_));
}

TEST_P(FileRename, Fact18AnExchangeIsAskedBothWays) {
  const std::string there = tree_.make_file("to/there");
  const auto exchange = [&]() -> long {
    return renameat2(AT_FDCWD, old_.c_str(), AT_FDCWD, there.c_str(), RENAME_EXCHANGE);
  };
  EXPECT_EQ(error_under(Subject::kUser, "file_rename: name != \"old\"", exchange), EACCES);
  EXPECT_EQ(error_under(Subject::kUser, "file_rename: name != \"there\"", exchange), EACCES)
      << "the other way";
  EXPECT_EQ(
      error_under(Subject::kUser, "file_rename: new_name in { \"old\", \"there\" }", exchange), 0);
}

INSTANTIATE_TEST_SUITE_P(On, FileRename, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

}  // namespace
}  // namespace eventfilter::selftest
