// SPDX-License-Identifier: BSD-2-Clause
// file_mount and file_umount: fields, every door, and how they stand to the rule that is always on
// (always_on/mount_test.cc).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <functional>

#include "support/child.h"
#include "support/label_space.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

long mount_tmpfs(const std::string& there) {
  return mount("evf-test", there.c_str(), "tmpfs", MS_NOSUID, nullptr);
}

class FileMount : public testing::Test {
 protected:
  void in_namespace(const std::function<void()>& body, Subject subject = Subject::kRoot) const {
    in_child(subject, [&] {
      leave();
      body();
    });
  }
  // To a mount namespace of one's own, with a mount on `mounted_`
  void leave() const {
    require_call(unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS), "unshare");
    require_call(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "private mounts");
    require_call(mount_tmpfs(mounted_), "mount of tmpfs");
  }

  const Tree tree_;
  const std::string there_ = tree_.make_dir("there");
  const std::string other_ = tree_.make_dir("other");
  const std::string mounted_ = tree_.make_dir("mounted");
  const LabelSpace space_{"a_t b_t"};
};

TEST_F(FileMount, AllowedAndRefusedByTheLabelOfTheMountpoint) {
  space_.label_file(there_, "a_t");
  for (const Subject subject : {Subject::kRoot, Subject::kUser}) {
    in_namespace(
        [&] {
          enforce(space_, "file_mount, file_umount: label & a_t else errno EXDEV");
          EXPECT_REFUSED(EXDEV, mount_tmpfs(other_));
          EXPECT_ALLOWED(mount_tmpfs(there_));
          EXPECT_ALLOWED(umount2(there_.c_str(), 0));
        },
        subject);
  }
}

TEST_F(FileMount, TheDefaultIsThatOfFiles) {
  in_namespace([&] {
    enforce("file_mount: deny");
    EXPECT_REFUSED(EACCES, mount_tmpfs(there_));
    EXPECT_ALLOWED(umount2(mounted_.c_str(), 0)) << "another event";
  });
}

TEST_F(FileMount, Label) {
  space_.label_file(there_, "a_t");
  const auto in_own = [this](const std::string& rule) {
    return value_from_child(Subject::kRoot, [&] {
      leave();
      enforce(space_, rule);
      return error_of(mount_tmpfs(there_));
    });
  };
  EXPECT_EQ(in_own("file_mount: label & a_t else errno EDOM"), 0);
  EXPECT_EQ(in_own("file_mount: !(label & a_t) else errno EDOM"), EDOM);
  EXPECT_EQ(in_own("file_mount: label & b_t else errno EDOM"), EDOM);
}

TEST_F(FileMount, FlagsOfMount) {
  const auto flags_are = [this](unsigned long flags, unsigned long say, const std::string& type) {
    in_namespace([&] {
      const std::string from = type == "bind" ? mounted_ : "evf-test";
      enforce("file_mount: flags == " + std::to_string(say) + " else errno EDOM");
      EXPECT_ALLOWED(mount(from.c_str(), there_.c_str(), "tmpfs", flags, nullptr)) << flags;
      EXPECT_REFUSED(EDOM, mount(from.c_str(), there_.c_str(), "tmpfs", flags ^ MS_RDONLY, nullptr))
          << flags;
    });
  };
  flags_are(MS_NOSUID, MS_NOSUID, "tmpfs");
  flags_are(MS_NOSUID | MS_NODEV, MS_NOSUID | MS_NODEV, "tmpfs");
  flags_are(MS_BIND, MS_BIND, "bind");
  flags_are(MS_BIND | MS_REC, MS_BIND | MS_REC, "bind");
  constexpr unsigned long kOldMagic = 0xC0ED0000;
  flags_are(MS_NOSUID | kOldMagic, MS_NOSUID, "tmpfs");
}

TEST_F(FileMount, Uid) {
  in_namespace([&] {
    enforce("file_mount: uid == 0 else errno EDOM");
    EXPECT_ALLOWED(mount_tmpfs(there_));
    enforce("file_mount: uid != 0 else errno EDOM");
    EXPECT_REFUSED(EDOM, mount_tmpfs(other_));
  });
}

TEST_F(FileMount, Fact19EveryDoor) {
  in_namespace([&] {
    const int tree =
        static_cast<int>(syscall(SYS_open_tree, AT_FDCWD, mounted_.c_str(), OPEN_TREE_CLONE));
    const int fresh = static_cast<int>(syscall(SYS_fsopen, "tmpfs", 0));
    const int again = static_cast<int>(syscall(SYS_fspick, AT_FDCWD, mounted_.c_str(), 0));
    require(tree >= 0 && fresh >= 0 && again >= 0, "open_tree, fsopen, fspick");
    enforce("file_mount: deny else errno EDOM");
    const char* const from = mounted_.c_str();
    const char* const to = there_.c_str();
    EXPECT_REFUSED(EDOM, mount("evf-test", to, "tmpfs", 0, nullptr));
    EXPECT_REFUSED(EDOM, mount(from, to, nullptr, MS_BIND, nullptr));
    EXPECT_REFUSED(EDOM, mount(from, to, nullptr, MS_MOVE, nullptr));
    EXPECT_REFUSED(EDOM, mount(nullptr, from, nullptr, MS_REMOUNT, "size=1m"));
    EXPECT_REFUSED(EDOM, mount(nullptr, from, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr));
    EXPECT_REFUSED(EDOM, mount(nullptr, from, nullptr, MS_SHARED, nullptr));
    EXPECT_REFUSED(EDOM, syscall(SYS_pivot_root, from, from));
    EXPECT_REFUSED(EDOM, syscall(SYS_move_mount, tree, "", AT_FDCWD, to, MOVE_MOUNT_F_EMPTY_PATH));
    EXPECT_REFUSED(EDOM, syscall(SYS_fsconfig, fresh, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0));
    EXPECT_REFUSED(EDOM,
                   syscall(SYS_fsconfig, again, FSCONFIG_CMD_RECONFIGURE, nullptr, nullptr, 0));
    EXPECT_ALLOWED(umount2(from, 0));
  });
}

TEST_F(FileMount, Fact19EveryDoorWorksWhenItIsAllowed) {
  space_.label_file(tree_.root(), "a_t");
  in_namespace([&] {
    enforce(space_, "file_mount: allow\nfile_open: !(label & b_t)");
    EXPECT_ALLOWED(mount_tmpfs(there_));
    EXPECT_ALLOWED(mount(mounted_.c_str(), other_.c_str(), nullptr, MS_BIND, nullptr));
    EXPECT_ALLOWED(mount(nullptr, mounted_.c_str(), nullptr, MS_REMOUNT, "size=1m"));
    const int fresh = static_cast<int>(syscall(SYS_fsopen, "tmpfs", 0));
    EXPECT_ALLOWED(syscall(SYS_fsconfig, fresh, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0));
    const int made = static_cast<int>(syscall(SYS_fsmount, fresh, 0, 0));
    EXPECT_ALLOWED(
        syscall(SYS_move_mount, made, "", AT_FDCWD, other_.c_str(), MOVE_MOUNT_F_EMPTY_PATH));
    EXPECT_REFUSED(EPERM, umount2(other_.c_str(), 0)) << "the layer says nothing about it";
  });
}

// What fsconfig makes can be used without being mounted anywhere
TEST_F(FileMount, Fact19ANewFileSystemHasTheLabelOfItsRoot) {
  space_.label_file(tree_.root(), "a_t");
  in_namespace([&] {
    enforce(space_, "file_mount: label & a_t else errno EDOM");
    const int fresh = static_cast<int>(syscall(SYS_fsopen, "tmpfs", 0));
    EXPECT_REFUSED(EDOM, syscall(SYS_fsconfig, fresh, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0));
    EXPECT_ALLOWED(mount_tmpfs(there_)) << "mount(2) has a mountpoint";
    EXPECT_REFUSED(EDOM, mount(nullptr, mounted_.c_str(), nullptr, MS_REMOUNT, "size=1m"))
        << "its mountpoint now is its own root";
  });
}

TEST_F(FileMount, TheRuleThatIsAlwaysOnIsForLayersThatSayNothing) {
  in_namespace([&] {
    enforce(space_, "file_open: !(label & a_t)\nfile_mount: flags & 1 else errno EXDEV");
    EXPECT_REFUSED(EXDEV, mount_tmpfs(there_));
    EXPECT_ALLOWED(mount("evf-test", there_.c_str(), "tmpfs", MS_RDONLY, nullptr));
    EXPECT_REFUSED(EPERM, umount2(there_.c_str(), 0));
    enforce(space_, "file_open: !(label & b_t)");
    EXPECT_REFUSED(EPERM, mount("evf-test", other_.c_str(), "tmpfs", MS_RDONLY, nullptr))
        << "that layer's";
  });
}

TEST_F(FileMount, UmountHasTheLabelOfTheMountpoint) {
  space_.label_file(mounted_, "a_t");
  in_namespace([&] {
    require_call(mount_tmpfs(other_), "mount");
    enforce(space_, "file_umount: label & a_t else errno EXDEV");
    EXPECT_REFUSED(EXDEV, umount2(other_.c_str(), 0));
    EXPECT_REFUSED(EXDEV, umount2(other_.c_str(), MNT_DETACH));
    EXPECT_ALLOWED(umount2(mounted_.c_str(), 0));
  });
}

TEST_F(FileMount, FlagsOfUmount) {
  in_namespace([&] {
    enforce("file_umount: flags == " + std::to_string(MNT_DETACH) + " else errno EXDEV");
    EXPECT_REFUSED(EXDEV, umount2(mounted_.c_str(), 0));
    EXPECT_REFUSED(EXDEV, umount2(mounted_.c_str(), MNT_FORCE));
    EXPECT_REFUSED(EXDEV, umount2(mounted_.c_str(), MNT_EXPIRE));
    EXPECT_ALLOWED(umount2(mounted_.c_str(), MNT_DETACH));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
