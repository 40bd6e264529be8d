// SPDX-License-Identifier: BSD-2-Clause
// file_chroot: field by field, and every door to another root directory.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/event.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class FileChroot : public testing::TestWithParam<Fs> {
 protected:
  FileChroot() {
    require_call(chown(dir_.c_str(), 4711, 4712), "chown");
    require_call(chmod(dir_.c_str(), 0750), "chmod");
  }
  [[nodiscard]] Raised changing() const {
    return {Subject::kRoot, "file_chroot", [this] { return chroot(dir_.c_str()); }, &space_};
  }

  const Tree tree_{GetParam()};
  const std::string dir_ = tree_.make_dir("d");
  const std::string other_ = tree_.make_dir("other");
  const LabelSpace space_{"a_t b_t"};
};

TEST_P(FileChroot, AllowedAndRefused) {
  in_child(Subject::kRoot, [&] {
    enforce("file_chroot: name != \"d\"");
    EXPECT_REFUSED(EACCES, chroot(dir_.c_str()));
    EXPECT_ALLOWED(chroot(other_.c_str()));
  });
}

TEST_P(FileChroot, Label) {
  space_.label_file(dir_, "a_t");
  expect_label(changing(), "label", "a_t", "b_t");
}

TEST_P(FileChroot, OwnerGroupAndMode) {
  expect_number(changing(), "owner", 4711, 0);
  expect_number(changing(), "group", 4712, 0);
  expect_number(changing(), "mode", S_IFDIR | 0750, S_IFDIR | 0755);
}

TEST_P(FileChroot, NameAndUid) {
  expect_string(changing(), "name", "d");
  expect_number(changing(), "uid", 0, 1000);
}

TEST_P(FileChroot, EveryDoor) {
  require_call(chmod(dir_.c_str(), 0755), "chmod");
  in_child(Subject::kRoot, [&] {
    const Fd directory(open(dir_.c_str(), O_RDONLY | O_DIRECTORY));
    enforce("file_chroot: name != \"d\" else errno EDOM");
    EXPECT_REFUSED(EDOM, chroot(dir_.c_str()));
    EXPECT_REFUSED(EDOM, chroot((dir_ + "/.").c_str()));
    EXPECT_REFUSED(EDOM, chroot(("/proc/self/fd/" + std::to_string(directory.get())).c_str()));
    require_call(fchdir(directory.get()), "fchdir");
    EXPECT_REFUSED(EDOM, chroot("."));
    require_call(unshare(CLONE_NEWUSER), "unshare");
    EXPECT_REFUSED(EDOM, chroot(".")) << "as root of a user namespace";
  });
}

TEST_P(FileChroot, PivotRootIsADoor) {
  in_child(Subject::kRoot, [&] {
    require_call(unshare(CLONE_NEWNS), "unshare");
    require_call(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "private mounts");
    require_call(mount(dir_.c_str(), dir_.c_str(), nullptr, MS_BIND, nullptr), "a bind mount");
    require_call(mount(other_.c_str(), other_.c_str(), nullptr, MS_BIND, nullptr), "another");
    enforce("file_chroot: name != \"d\" else errno EDOM");
    require_call(chdir(dir_.c_str()), "chdir");
    EXPECT_REFUSED(EDOM, syscall(SYS_pivot_root, ".", "."));
    require_call(chdir(other_.c_str()), "chdir");
    // A root in an initramfs can't be exchanged: that's for the kernel to say
    const long pivoted = syscall(SYS_pivot_root, ".", ".");
    EXPECT_TRUE(pivoted == 0 || errno == EINVAL) << errno_name(errno);
  });
}

INSTANTIATE_TEST_SUITE_P(On, FileChroot, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

}  // namespace
}  // namespace eventfilter::selftest
