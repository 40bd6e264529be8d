// SPDX-License-Identifier: BSD-2-Clause
// file_setattr: field by field, and every door to a file's attributes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/eventfilter.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

#include "support/event.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class FileSetattr : public testing::TestWithParam<Fs> {
 protected:
  FileSetattr() { require_call(chmod(file_.c_str(), 0644), "chmod"); }
  [[nodiscard]] Raised by(const std::function<long()>& change,
                          Subject subject = Subject::kUser) const {
    return {subject, "file_setattr", change, &space_};
  }
  [[nodiscard]] Raised changing_mode(Subject subject = Subject::kUser) const {
    return by([this] { return chmod(file_.c_str(), 0600); }, subject);
  }
  [[nodiscard]] unsigned mode() const {
    struct stat status {};
    require_call(stat(file_.c_str(), &status), "stat");
    return status.st_mode & 07777;
  }

  const Tree tree_{GetParam()};
  const std::string file_ = tree_.make_file("d/file");
  const std::string other_ = tree_.make_file("d/other");
  const LabelSpace space_{"a_t b_t"};
};

TEST_P(FileSetattr, AllowedAndRefused) {
  in_child([&] {
    enforce("file_setattr: name != \"file\"");
    EXPECT_REFUSED(EACCES, chmod(file_.c_str(), 0600));
    EXPECT_ALLOWED(chmod(other_.c_str(), 0600));
  });
  EXPECT_EQ(mode(), 0644U);
}

TEST_P(FileSetattr, Label) {
  space_.label_file(file_, "a_t");
  expect_label(changing_mode(), "label", "a_t", "b_t");
}

TEST_P(FileSetattr, OwnerGroupAndModes) {
  require_call(chown(file_.c_str(), 1000, 4712), "chown");
  const Raised special = by([this] { return chmod(file_.c_str(), 01644); });
  expect_number(special, "owner", 1000, 0);
  expect_number(special, "group", 4712, 1000);
  expect_number(special, "new_mode", S_IFREG | 01644, S_IFREG | 0644);
  require_call(chmod(file_.c_str(), 0644), "chmod");
  const Raised times = by([this] { return utime(file_.c_str(), nullptr); });
  expect_number(times, "mode", S_IFREG | 0644, S_IFREG | 01644);
  expect_number(times, "new_mode", S_IFREG | 0644, S_IFREG | 01644);
}

TEST_P(FileSetattr, Name) { expect_string(changing_mode(), "name", "file"); }

TEST_P(FileSetattr, What) {
  expect_number(changing_mode(), "what", EVF_SETATTR_MODE, EVF_SETATTR_OWNER);
  const auto chown_to = [this](uid_t uid, gid_t gid) { return chown(file_.c_str(), uid, gid); };
  constexpr uid_t kAsItIs = ~0U;
  for (const gid_t group : {1000U, kAsItIs}) {
    expect_number(by([&] { return chown_to(kAsItIs, group); }), "what", EVF_SETATTR_OWNER,
                  EVF_SETATTR_MODE);
  }
  expect_number(by([this] { return utime(file_.c_str(), nullptr); }), "what", EVF_SETATTR_TIMES,
                EVF_SETATTR_OWNER);
  expect_number(
      by([this] { return setxattr(file_.c_str(), "trusted.evf", "x", 1, 0); }, Subject::kRoot),
      "what", EVF_SETATTR_XATTR, EVF_SETATTR_ACL);
}

TEST_P(FileSetattr, ChangingTheOwnerTakesSetUserIdAwayAndIsOneThing) {
  const Raised change = by([this] {
    require_call(chmod(file_.c_str(), 04755), "chmod");
    return chown(file_.c_str(), ~0U, 1000);
  });
  EXPECT_TRUE(holds(change, "what == 1 || new_mode == " + std::to_string(S_IFREG | 0755)));
  EXPECT_TRUE(holds(change, "what == 1 || what == 2"));
  EXPECT_FALSE(holds(change, "what == 1"));
}

TEST_P(FileSetattr, Uid) {
  expect_number(changing_mode(), "uid", 1000, 0);
  expect_number(changing_mode(Subject::kRoot), "uid", 0, 1000);
}

TEST_P(FileSetattr, EveryDoor) {
  in_child([&] {
    const Fd file(open(file_.c_str(), O_RDWR));
    const Fd directory(open(tree_.path("d").c_str(), O_RDONLY | O_DIRECTORY));
    const Fd path(open(file_.c_str(), O_PATH));
    const std::string proc = "/proc/self/fd/" + std::to_string(path.get());
    enforce("file_setattr: name != \"file\" else errno EDOM");
    EXPECT_REFUSED(EDOM, chmod(file_.c_str(), 0600));
    EXPECT_REFUSED(EDOM, chmod(proc.c_str(), 0600));
    EXPECT_REFUSED(EDOM, fchmod(file.get(), 0600));
    EXPECT_REFUSED(EDOM, fchmodat(directory.get(), "file", 0600, 0));
    EXPECT_REFUSED(EDOM, chown(file_.c_str(), 1000, 1000));
    EXPECT_REFUSED(EDOM, lchown(file_.c_str(), 1000, 1000));
    EXPECT_REFUSED(EDOM, fchown(file.get(), 1000, 1000));
    EXPECT_REFUSED(EDOM, fchownat(directory.get(), "file", 1000, 1000, 0));
    EXPECT_REFUSED(EDOM, fchownat(path.get(), "", 1000, 1000, AT_EMPTY_PATH));
    EXPECT_REFUSED(EDOM, utime(file_.c_str(), nullptr));
    EXPECT_REFUSED(EDOM, syscall(SYS_utimes, file_.c_str(), nullptr));
    EXPECT_REFUSED(EDOM, syscall(SYS_futimesat, directory.get(), "file", nullptr));
    EXPECT_REFUSED(EDOM, futimens(file.get(), nullptr));
    const timespec times[2] = {{1, 0}, {0, UTIME_OMIT}};
    EXPECT_REFUSED(EDOM, utimensat(directory.get(), "file", times, 0));
    EXPECT_ALLOWED(chmod(other_.c_str(), 0600));
    EXPECT_ALLOWED(chown(other_.c_str(), 1000, 1000));
    EXPECT_ALLOWED(utime(other_.c_str(), nullptr));
    EXPECT_EQ(write(file.get(), "x", 1), 1) << "times that follow from writing are no change";
  });
  EXPECT_EQ(mode(), 0644U);
}

TEST_P(FileSetattr, EveryDoorOfAnExtendedAttribute) {
  require_call(setxattr(file_.c_str(), "trusted.evf", "x", 1, 0), "setxattr");
  in_child(Subject::kRoot, [&] {
    const Fd file(open(file_.c_str(), O_RDWR));
    enforce("file_setattr: name != \"file\" else errno EDOM");
    EXPECT_REFUSED(EDOM, setxattr(file_.c_str(), "trusted.evf", "y", 1, 0));
    EXPECT_REFUSED(EDOM, lsetxattr(file_.c_str(), "trusted.evf", "y", 1, 0));
    EXPECT_REFUSED(EDOM, fsetxattr(file.get(), "security.evf", "y", 1, 0));
    EXPECT_REFUSED(EDOM, removexattr(file_.c_str(), "trusted.evf"));
    EXPECT_REFUSED(EDOM, lremovexattr(file_.c_str(), "trusted.evf"));
    EXPECT_REFUSED(EDOM, fremovexattr(file.get(), "trusted.evf"));
    EXPECT_ALLOWED(setxattr(other_.c_str(), "trusted.evf", "y", 1, 0));
    EXPECT_ALLOWED(removexattr(other_.c_str(), "trusted.evf"));
    io_uring_sqe request{};
    request.opcode = IORING_OP_FSETXATTR;
    request.fd = file.get();
    request.addr = reinterpret_cast<uintptr_t>("trusted.evf");
    request.off = reinterpret_cast<uintptr_t>("y");
    request.len = 1;
    EXPECT_REFUSED(EDOM, Ring().do_request(request));
    request.opcode = IORING_OP_SETXATTR;
    request.fd = 0;
    request.addr3 = reinterpret_cast<uintptr_t>(file_.c_str());
    EXPECT_REFUSED(EDOM, Ring().do_request(request));
    request.addr3 = reinterpret_cast<uintptr_t>(other_.c_str());
    EXPECT_ALLOWED(Ring().do_request(request));
  });
}

TEST_P(FileSetattr, AccessControlListsAreAKindOfTheirOwn) {
  in_child([&] {
    enforce("file_setattr: what != " + std::to_string(EVF_SETATTR_ACL));
    EXPECT_NE(run({"setfacl", "-m", "u:4711:r", file_}).exit_code(), 0);
    EXPECT_NE(run({"setfacl", "-d", "-m", "u:4711:r", tree_.path("d")}).exit_code(), 0);
    EXPECT_ALLOWED(chmod(file_.c_str(), 0640));
  });
  in_child([&] {
    enforce("file_setattr: what == " + std::to_string(EVF_SETATTR_ACL));
    EXPECT_TRUE(run({"setfacl", "-m", "u:4711:r", file_}).succeeded());
    EXPECT_REFUSED(EACCES, chmod(file_.c_str(), 0600));
  });
}

TEST_P(FileSetattr, AnAccessControlListGivesAModeAsChmodDoes) {
  in_child([&] {
    enforce("file_setattr: !(new_mode & 07) && !(new_mode & 020) else errno EDOM");
    EXPECT_REFUSED(EDOM, chmod(file_.c_str(), 0606));
    EXPECT_NE(run({"setfacl", "-m", "o::rw", file_}).exit_code(), 0);
    EXPECT_NE(run({"setfacl", "-m", "o::-,u:4711:rw", file_}).exit_code(), 0) << "by its mask";
    EXPECT_TRUE(run({"setfacl", "-m", "o::-,g::r", file_}).succeeded());
  });
  EXPECT_EQ(mode(), 0640U);
}

TEST_P(FileSetattr, Fact16SecurityAttributesStayForThePrivileged) {
  const auto stays = [&] {
    EXPECT_REFUSED(EPERM, setxattr(file_.c_str(), "security.evf", "x", 1, 0));
    EXPECT_LT(removexattr(file_.c_str(), "security.evf"), 0);
    EXPECT_NE(run({"setfattr", "-n", "security.evf", "-v", "x", file_}).exit_code(), 0);
  };
  in_child(stays);
  in_child([&] {
    enforce("file_setattr: what == " + std::to_string(EVF_SETATTR_XATTR));
    stays();
    EXPECT_REFUSED(EACCES, chmod(file_.c_str(), 0600));
  });
  in_child(Subject::kRoot, [&] {
    enforce("file_setattr: what == " + std::to_string(EVF_SETATTR_XATTR));
    EXPECT_ALLOWED(setxattr(file_.c_str(), "security.evf", "x", 1, 0));
    EXPECT_ALLOWED(removexattr(file_.c_str(), "security.evf"));
  });
}

TEST_P(FileSetattr, Fact20SizeAndWhatFollowsFromWritingAreNotAttributes) {
  require_call(chmod(file_.c_str(), 04755), "chmod");
  in_child([&] {
    enforce("file_setattr: deny");
    EXPECT_ALLOWED(truncate(file_.c_str(), 3));
    const Fd file(open(file_.c_str(), O_WRONLY | O_TRUNC));
    ASSERT_TRUE(file.is_open());
    EXPECT_EQ(write(file.get(), "x", 1), 1);
  });
  EXPECT_EQ(mode(), 0755U) << "the set-user-ID bit went with the write, by the kernel";
  in_child([&] {
    enforce("file_truncate: deny");
    EXPECT_REFUSED(EACCES, truncate(file_.c_str(), 0));
    EXPECT_ALLOWED(chmod(file_.c_str(), 0700));
  });
}

TEST_P(FileSetattr, RealPrograms) {
  space_.label_file(file_, "a_t");
  in_child([&] {
    enforce(space_, "file_setattr: !(label & a_t)");
    EXPECT_TRUE(run({"chmod", "600", file_}).says("Permission denied"));
    EXPECT_TRUE(run({"touch", "-d", "2001-01-01", file_}).says("Permission denied"));
    EXPECT_TRUE(run({"chmod", "600", other_}).succeeded());
    EXPECT_TRUE(run({"touch", "-d", "2001-01-01", other_}).succeeded());
  });
}

INSTANTIATE_TEST_SUITE_P(On, FileSetattr, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

}  // namespace
}  // namespace eventfilter::selftest
