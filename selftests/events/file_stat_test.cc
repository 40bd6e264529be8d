// SPDX-License-Identifier: BSD-2-Clause
// file_stat: field by field, and every door to a file's attributes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/eventfilter.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "support/event.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

long try_stat(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status);
}

long try_statx(int directory, const char* path, int flags) {
  struct statx status {};
  return syscall(SYS_statx, directory, path, flags, STATX_BASIC_STATS, &status);
}

// 0 for an attribute that isn't there: asking was let through
long try_getxattr(const std::string& path) {
  char value[64];
  const long got = getxattr(path.c_str(), "user.evf", value, sizeof(value));
  return got < 0 && errno == ENODATA ? 0 : got;
}

class FileStat : public testing::TestWithParam<Fs> {
 protected:
  [[nodiscard]] Raised asking(Subject subject = Subject::kUser) const {
    return {subject, "file_stat", [this] { return try_stat(file_); }, &space_};
  }
  [[nodiscard]] Raised listing() const {
    return {Subject::kUser, "file_stat", [this] { return listxattr(file_.c_str(), nullptr, 0); }};
  }
  // Whose file system takes user.* attributes
  [[nodiscard]] bool has_attributes() const { return GetParam() == Fs::kExt4; }

  const Tree tree_{GetParam()};
  const std::string file_ = tree_.make_file("d/file");
  const std::string other_ = tree_.make_file("d/other");
  const LabelSpace space_{"a_t b_t"};
};

TEST_P(FileStat, AllowedAndRefused) {
  in_child([&] {
    enforce("file_stat: name != \"file\"");
    EXPECT_REFUSED(EACCES, try_stat(file_));
    EXPECT_ALLOWED(try_stat(other_));
  });
}

TEST_P(FileStat, Label) {
  space_.label_file(file_, "a_t");
  expect_label(asking(), "label", "a_t", "b_t");
}

TEST_P(FileStat, Owner) {
  require_call(chown(file_.c_str(), 4711, 4712), "chown");
  expect_number(asking(), "owner", 4711, 1000);
}

TEST_P(FileStat, Name) { expect_string(asking(), "name", "file"); }

TEST_P(FileStat, What) {
  expect_number(asking(), "what", EVF_STAT_ATTR, EVF_STAT_XATTR);
  expect_number(listing(), "what", EVF_STAT_LISTXATTR, EVF_STAT_ATTR);
  const Raised attribute{Subject::kUser, "file_stat", [this] { return try_getxattr(file_); }};
  if (has_attributes()) {
    expect_number(attribute, "what", EVF_STAT_XATTR, EVF_STAT_ATTR);
  }
}

TEST_P(FileStat, Uid) {
  expect_number(asking(), "uid", 1000, 0);
  expect_number(asking(Subject::kRoot), "uid", 0, 1000);
}

TEST_P(FileStat, EveryDoor) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDONLY));
    const Fd path(open(file_.c_str(), O_PATH));
    enforce("file_stat: name != \"file\" else errno EDOM");
    struct stat status {};
    EXPECT_REFUSED(EDOM, stat(file_.c_str(), &status));
    EXPECT_REFUSED(EDOM, lstat(file_.c_str(), &status));
    EXPECT_REFUSED(EDOM, syscall(SYS_stat, file_.c_str(), &status));
    EXPECT_REFUSED(EDOM, syscall(SYS_lstat, file_.c_str(), &status));
    EXPECT_REFUSED(EDOM, syscall(SYS_fstat, file.get(), &status));
    EXPECT_REFUSED(EDOM, fstat(path.get(), &status));
    EXPECT_REFUSED(EDOM, fstatat(path.get(), "", &status, AT_EMPTY_PATH));
    EXPECT_REFUSED(EDOM, stat(("/proc/self/fd/" + std::to_string(path.get())).c_str(), &status));
    EXPECT_REFUSED(EDOM, try_statx(AT_FDCWD, file_.c_str(), 0));
    EXPECT_REFUSED(EDOM, try_statx(path.get(), "", AT_EMPTY_PATH));
    EXPECT_ALLOWED(try_statx(AT_FDCWD, other_.c_str(), 0));
    struct statx answer {};
    io_uring_sqe request{};
    request.opcode = IORING_OP_STATX;
    request.fd = AT_FDCWD;
    request.addr = reinterpret_cast<uintptr_t>(file_.c_str());
    request.len = STATX_BASIC_STATS;
    request.off = reinterpret_cast<uintptr_t>(&answer);
    EXPECT_REFUSED(EDOM, Ring().do_request(request));
    request.addr = reinterpret_cast<uintptr_t>(other_.c_str());
    EXPECT_ALLOWED(Ring().do_request(request));
  });
}

TEST_P(FileStat, Fact28GetxattrAndListxattrToo) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDONLY));
    char value[64];
    enforce("file_stat: name != \"file\" || what == 1 else errno EDOM");
    EXPECT_ALLOWED(try_stat(file_));
    EXPECT_REFUSED(EDOM, listxattr(file_.c_str(), value, sizeof(value)));
    EXPECT_REFUSED(EDOM, llistxattr(file_.c_str(), value, sizeof(value)));
    EXPECT_REFUSED(EDOM, flistxattr(file.get(), value, sizeof(value)));
    EXPECT_ALLOWED(listxattr(other_.c_str(), value, sizeof(value)));
    for (const char* attribute : {"user.evf", "security.evf", "system.posix_acl_access"}) {
      EXPECT_REFUSED(EDOM, getxattr(file_.c_str(), attribute, value, sizeof(value))) << attribute;
      EXPECT_REFUSED(EDOM, lgetxattr(file_.c_str(), attribute, value, sizeof(value))) << attribute;
      EXPECT_REFUSED(EDOM, fgetxattr(file.get(), attribute, value, sizeof(value))) << attribute;
    }
    io_uring_sqe request{};
    request.opcode = IORING_OP_FGETXATTR;
    request.fd = file.get();
    request.addr = reinterpret_cast<uintptr_t>("user.evf");
    request.off = reinterpret_cast<uintptr_t>(value);
    request.len = sizeof(value);
    EXPECT_REFUSED(EDOM, Ring().do_request(request));
    request.opcode = IORING_OP_GETXATTR;
    request.fd = 0;
    request.addr3 = reinterpret_cast<uintptr_t>(file_.c_str());
    EXPECT_REFUSED(EDOM, Ring().do_request(request));
  });
}

TEST_P(FileStat, Fact28AccessChdirAndOPathRaiseNothing) {
  in_child([&] {
    enforce("file: deny else errno EDOM\nmeta: deny else errno EDOM\nuse: deny else errno EDOM");
    EXPECT_ALLOWED(access(file_.c_str(), R_OK));
    EXPECT_ALLOWED(syscall(SYS_faccessat2, AT_FDCWD, file_.c_str(), F_OK, AT_EACCESS));
    EXPECT_ALLOWED(chdir(tree_.path("d").c_str()));
    const int directory = open(tree_.path("d").c_str(), O_PATH | O_DIRECTORY);
    EXPECT_ALLOWED(directory);
    EXPECT_ALLOWED(fchdir(directory));
    struct statfs about {};
    EXPECT_ALLOWED(statfs(file_.c_str(), &about));
    EXPECT_REFUSED(EDOM, try_stat("file"));
    EXPECT_REFUSED(ENOENT, try_stat("nothing")) << "that a name exists isn't hidden";
  });
}

TEST_P(FileStat, RealPrograms) {
  space_.label_file(file_, "a_t");
  in_child([&] {
    enforce(space_, "file_stat: !(label & a_t)");
    EXPECT_TRUE(run({"stat", file_}).says("Permission denied"));
    EXPECT_TRUE(run({"stat", other_}).succeeded());
    EXPECT_TRUE(run({"ls", "-l", file_}).says("Permission denied"));
  });
}

INSTANTIATE_TEST_SUITE_P(On, FileStat, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

TEST(FileStatElsewhere, Pipes) {
  in_child([] {
    int ends[2];
    require_call(pipe(ends), "pipe");
    struct stat status {};
    enforce("file_stat: deny else errno EDOM");
    EXPECT_REFUSED(EDOM, fstat(ends[0], &status));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
