// SPDX-License-Identifier: BSD-2-Clause
// Mounting changes what a path leads to: whoever's layers use labels may not.
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
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class Mount : public testing::Test {
 protected:
  // Root of a mount namespace of its own, with or without a user namespace around it
  void in_namespace(Subject subject, const std::function<void()>& body) const {
    in_child(subject, [&] {
      require_call(unshare(subject == Subject::kUser ? CLONE_NEWUSER | CLONE_NEWNS : CLONE_NEWNS),
                   "unshare");
      require_call(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr),
                   "making mounts private");
      require_call(mount("evf-test", there_.c_str(), "tmpfs", 0, nullptr), "mount of tmpfs");
      body();
    });
  }
  void confine() const { enforce(space_, "file_open: !(label & a_t)"); }

  const Tree tree_;
  const std::string there_ = tree_.make_dir("there");
  const std::string other_ = tree_.make_dir("other");
  const LabelSpace space_{"a_t"};
};

class MountAs : public Mount, public testing::WithParamInterface<Subject> {};

TEST_P(MountAs, EveryOperationIsRefused) {
  in_namespace(GetParam(), [&] {
    const int tree =
        static_cast<int>(syscall(SYS_open_tree, AT_FDCWD, there_.c_str(), OPEN_TREE_CLONE));
    require_call(tree, "open_tree");
    confine();
    EXPECT_REFUSED(EPERM, mount("evf-test", other_.c_str(), "tmpfs", 0, nullptr));
    EXPECT_REFUSED(EPERM, mount(there_.c_str(), other_.c_str(), nullptr, MS_BIND, nullptr));
    EXPECT_REFUSED(EPERM, mount(there_.c_str(), other_.c_str(), nullptr, MS_MOVE, nullptr));
    EXPECT_REFUSED(EPERM, mount(nullptr, there_.c_str(), nullptr, MS_REMOUNT, "size=1m"));
    EXPECT_REFUSED(
        EPERM, mount(nullptr, there_.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr));
    EXPECT_REFUSED(EPERM, mount(nullptr, there_.c_str(), nullptr, MS_SHARED, nullptr));
    EXPECT_REFUSED(EPERM, umount2(there_.c_str(), 0));
    EXPECT_REFUSED(EPERM, umount2(there_.c_str(), MNT_DETACH));
    EXPECT_REFUSED(EPERM, syscall(SYS_pivot_root, there_.c_str(), there_.c_str()));
    EXPECT_REFUSED(EPERM, syscall(SYS_move_mount, tree, "", AT_FDCWD, other_.c_str(),
                                  MOVE_MOUNT_F_EMPTY_PATH));
  });
}

TEST_P(MountAs, ANewFileSystemByFsopenIsRefused) {
  in_namespace(GetParam(), [&] {
    confine();
    const int context = static_cast<int>(syscall(SYS_fsopen, "tmpfs", 0));
    require_call(context, "fsopen");
    EXPECT_REFUSED(EPERM, syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0));
    EXPECT_LT(syscall(SYS_fsmount, context, 0, 0), 0) << "and so there is nothing to mount";
  });
}

TEST_P(MountAs, AContextFromBeforeIsRefusedToo) {
  in_namespace(GetParam(), [&] {
    const int context = static_cast<int>(syscall(SYS_fsopen, "tmpfs", 0));
    require_call(context, "fsopen");
    const int reconfigure = static_cast<int>(syscall(SYS_fspick, AT_FDCWD, there_.c_str(), 0));
    require_call(reconfigure, "fspick");
    confine();
    EXPECT_REFUSED(EPERM, syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0));
    EXPECT_REFUSED(
        EPERM, syscall(SYS_fsconfig, reconfigure, FSCONFIG_CMD_RECONFIGURE, nullptr, nullptr, 0));
  });
}

TEST_P(MountAs, WithoutLabelsItIsFree) {
  in_namespace(GetParam(), [&] {
    enforce("sys_enter_getppid: deny\nfile_open: name != \"x\"");
    EXPECT_ALLOWED(mount("evf-test", other_.c_str(), "tmpfs", 0, nullptr));
    EXPECT_ALLOWED(umount2(other_.c_str(), 0));
  });
}

TEST_P(MountAs, ASpaceWhoseLabelsNoRuleReadsDoesNotCount) {
  in_namespace(GetParam(), [&] {
    enforce(space_, "file_open: name != \"x\"");
    EXPECT_ALLOWED(mount("evf-test", other_.c_str(), "tmpfs", 0, nullptr));
  });
}

TEST_P(MountAs, APermissiveLayerRefusesNothing) {
  in_namespace(GetParam(), [&] {
    Ruleset(space_, "file_open: !(label & a_t)", EVF_RULESET_PERMISSIVE).enforce();
    EXPECT_ALLOWED(mount("evf-test", other_.c_str(), "tmpfs", 0, nullptr));
  });
}

TEST_P(MountAs, AnOlderLayerWithLabelsIsEnough) {
  in_namespace(GetParam(), [&] {
    confine();
    enforce("sys_enter_getppid: deny");
    EXPECT_REFUSED(EPERM, mount("evf-test", other_.c_str(), "tmpfs", 0, nullptr));
  });
}

INSTANTIATE_TEST_SUITE_P(Of, MountAs, testing::Values(Subject::kUser, Subject::kRoot),
                         [](const auto& of) {
                           return of.param == Subject::kRoot ? "root" : "user";
                         });

TEST_F(Mount, ANamespaceMadeUnderConfinementDoesNotHelp) {
  in_child([&] {
    confine();
    // Copying the mounts is free: it leads where the old ones led
    require_call(unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
    EXPECT_REFUSED(EPERM, mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
    EXPECT_REFUSED(EPERM, mount("evf-test", there_.c_str(), "tmpfs", 0, nullptr));
    EXPECT_REFUSED(EPERM, mount("proc", "/proc", "proc", 0, nullptr));
  });
}

// Neither has a hook: they change how a mount is used, not what is in it
TEST_F(Mount, Fact19MountSetattrAndOpenTreeChangeNoLabel) {
  in_namespace(Subject::kRoot, [&] {
    write_file(there_ + "/labelled", "");
    write_file(there_ + "/other", "");
    space_.label_file(there_ + "/labelled", "a_t");
    enforce(space_, "file_open: label & a_t else errno EDOM");
    const auto look = [&](const std::string& where) {
      EXPECT_ALLOWED(open((where + "/labelled").c_str(), O_RDONLY));
      EXPECT_REFUSED(EDOM, open((where + "/other").c_str(), O_RDONLY));
    };
    look(there_);
    mount_attr readonly{};
    readonly.attr_set = MOUNT_ATTR_RDONLY;
    EXPECT_ALLOWED(
        syscall(SYS_mount_setattr, AT_FDCWD, there_.c_str(), 0, &readonly, sizeof(readonly)));
    EXPECT_REFUSED(EROFS, open((there_ + "/labelled").c_str(), O_RDWR)) << "it's done";
    look(there_);
    mount_attr shared{};
    shared.propagation = MS_SHARED;
    EXPECT_ALLOWED(
        syscall(SYS_mount_setattr, AT_FDCWD, there_.c_str(), 0, &shared, sizeof(shared)));
    look(there_);
    const long copy = syscall(SYS_open_tree, AT_FDCWD, there_.c_str(), OPEN_TREE_CLONE);
    ASSERT_ALLOWED(copy);
    EXPECT_ALLOWED(openat(static_cast<int>(copy), "labelled", O_RDONLY));
    EXPECT_REFUSED(EDOM, openat(static_cast<int>(copy), "other", O_RDONLY));
  });
}

TEST_F(Mount, DebiansMount) {
  in_namespace(Subject::kRoot, [&] {
    confine();
    for (const auto& words : {std::vector<std::string>{"mount", "-t", "tmpfs", "x", other_},
                              {"mount", "--bind", there_, other_},
                              {"umount", there_},
                              {"mount", "-o", "remount,ro", there_}}) {
      const Output output = run(words);
      EXPECT_NE(output.exit_code(), 0);
      EXPECT_TRUE(output.says("permission denied") || output.says("not permitted") ||
                  output.says("must be superuser"))
          << output.text;
    }
  });
}

}  // namespace
}  // namespace eventfilter::selftest
