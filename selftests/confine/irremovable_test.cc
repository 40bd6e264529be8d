// SPDX-License-Identifier: BSD-2-Clause
// Nothing that a task can do to itself takes a layer away. Each test tries one way, and then asks
// whether the filter still answers. Whoever knows another way: add it.
#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "support/channel.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRule = "sys_enter_getppid: deny else errno EXDEV";

// As that subject: confined, tries, is still confined; so are its children and programs
void survives(Subject subject, const std::function<void()>& attempt) {
  in_child(subject, [&] {
    enforce(kRule);
    attempt();
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
    in_child(Subject::kRoot, [] { EXPECT_REFUSED(EXDEV, syscall(SYS_getppid)); });
  });
}

TEST(Irremovable, ByEveryCommandOfItsOwnPrctl) {
  survives(Subject::kRoot, [] {
    const Ruleset ruleset("sys_enter_getppid: allow\nsyscalls: allow\n");
    const auto fd = static_cast<unsigned long>(ruleset.fd());
    for (unsigned long command = 0; command < 64; ++command) {
      // Results don't matter; the verdict afterwards does
      for (const unsigned long argument : {0UL, 1UL, fd, ~0UL}) {
        evf(command, argument);
        evf(command, argument, 1);
        evf(command, argument, 0, 1);
      }
    }
  });
}

TEST(Irremovable, ByALayerThatAllowsEverything) {
  survives(Subject::kUser, [] { enforce("sys_enter_getppid: allow\nsyscalls: allow\n"); });
}

TEST(Irremovable, ByAPermissiveLayer) {
  survives(Subject::kUser, [] {
    const Ruleset permissive = Ruleset::permissive();
    EXPECT_ALLOWED(permissive.write("sys_enter_getppid: allow\n"));
    permissive.enforce();
  });
}

TEST(Irremovable, ByChangingIds) {
  survives(Subject::kRoot, [] {
    EXPECT_ALLOWED(setgroups(0, nullptr));
    EXPECT_ALLOWED(setresgid(5, 6, 7));
    EXPECT_ALLOWED(setfsgid(8));
    EXPECT_ALLOWED(setfsuid(8));
    EXPECT_ALLOWED(setresuid(5, 6, 0));
    EXPECT_ALLOWED(seteuid(0));
    EXPECT_ALLOWED(setuid(kUserId));
  });
}

TEST(Irremovable, ByChangingCapabilities) {
  survives(Subject::kRoot, [] {
    EXPECT_ALLOWED(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS | SECBIT_NO_SETUID_FIXUP, 0, 0, 0));
    EXPECT_ALLOWED(prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT, 0, 0, 0));
    EXPECT_ALLOWED(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct nothing[2] = {};
    EXPECT_ALLOWED(syscall(SYS_capset, &header, nothing));
  });
}

TEST(Irremovable, ByAUserNamespace) {
  survives(Subject::kUser, [] {
    EXPECT_ALLOWED(
        unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC));
  });
}

TEST(Irremovable, ByEnteringTheNamespacesOfAnotherTask) {
  // The other one's namespaces, with full capabilities in them
  Child other(Subject::kUser, [] {
    unshare(CLONE_NEWUSER);
    pause();
  });
  survives(Subject::kRoot, [&] {
    for (const char* kind : {"user", "mnt", "net", "ipc", "uts", "cgroup", "pid"}) {
      const std::string path = "/proc/" + std::to_string(other.pid()) + "/ns/" + kind;
      const Fd ns(open(path.c_str(), O_RDONLY));
      // That one is less confined than we are: the door may be closed already
      if (ns.is_open()) {
        setns(ns.get(), 0);
      }
    }
  });
}

TEST(Irremovable, ByChrootAndPersonality) {
  survives(Subject::kRoot, [] {
    EXPECT_ALLOWED(chroot("/tmp"));
    EXPECT_ALLOWED(personality(0U + PER_LINUX32 + ADDR_NO_RANDOMIZE + UNAME26));
  });
}

TEST(Irremovable, ByKeyrings) {
  survives(Subject::kUser, [] {
    EXPECT_ALLOWED(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "evf-test"));
    EXPECT_ALLOWED(syscall(SYS_keyctl, KEYCTL_SET_REQKEY_KEYRING, KEY_REQKEY_DEFL_THREAD_KEYRING));
    EXPECT_ALLOWED(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_THREAD_KEYRING, 1));
    EXPECT_ALLOWED(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 1));
  });
}

TEST(Irremovable, ByClosingEveryDescriptor) {
  survives(Subject::kUser, [] { EXPECT_ALLOWED(syscall(SYS_close_range, 3U, ~0U, 0U)); });
}

TEST(Irremovable, ByTheFilesOfProcSelfAttr) {
  survives(Subject::kRoot, [] {
    for (const char* name : {"current", "exec", "fscreate", "keycreate", "prev", "sockcreate"}) {
      const Fd file(open((std::string("/proc/self/attr/") + name).c_str(), O_RDWR));
      if (file.is_open()) {
        EXPECT_LT(write(file.get(), "unconfined", 10), 0) << name;
      }
    }
  });
}

TEST(Irremovable, BySecurityfs) {
  survives(Subject::kRoot, [] {
    for (const char* name : {"version", "events", "stats"}) {
      const Fd file(
          open((std::string("/sys/kernel/security/eventfilter/") + name).c_str(), O_WRONLY));
      if (file.is_open()) {
        EXPECT_LT(write(file.get(), "0\n", 2), 0) << name;
      }
    }
  });
}

TEST(Irremovable, BySeccomp) {
  survives(Subject::kUser, [] {
    sock_filter allow[] = {{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
    const sock_fprog program{1, allow};
    EXPECT_ALLOWED(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0));
  });
}

TEST(Irremovable, BySyscallUserDispatch) {
  // It shares a work word with us: turning it on and off must not turn us off
  survives(Subject::kUser, [] {
    static volatile char selector = 0;  // SYSCALL_DISPATCH_FILTER_ALLOW
    EXPECT_ALLOWED(prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0, 0, &selector));
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
    EXPECT_ALLOWED(prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0, 0, 0));
  });
}

TEST(Irremovable, ByExecutingAnything) {
  in_child(Subject::kRoot, [] {
    enforce(kRule);
    for (const std::string& wrapper :
         {std::string("setpriv --reuid=1000 --clear-groups "),
          std::string("setpriv --inh-caps=-all --ambient-caps=-all "),
          std::string("unshare --user --map-root-user "),
          std::string("unshare --mount --pid --fork "), std::string("setsid --wait "),
          std::string("nsenter --target 1 --all "), std::string("env -i "),
          std::string("chroot / "), std::string("nice -n 5 ")}) {
      const Output output = run({"sh", "-c", wrapper + helper("evf_probe") + " getppid"});
      EXPECT_NE(output.exit_code(), 0) << wrapper << output.text;
    }
    EXPECT_EQ(
        run({"sh", "-c", "setpriv --reuid=1000 --clear-groups " + helper("evf_probe") + " getppid"})
            .exit_code(),
        EXDEV);
  });
}

TEST(Irremovable, WhenWhoeverMadeItIsGone) {
  const Channel channel;
  Child confined([&] {
    set_no_new_privs();
    ASSERT_ALLOWED(
        evf(EVF_ENFORCE, static_cast<unsigned long>(channel.child().receive_fd().get())));
    channel.child().send(0);
    EXPECT_EQ(channel.child().receive(), 0);
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
  });
  in_child([&] { channel.parent().send_fd(Ruleset(kRule).fd()); });
  EXPECT_EQ(channel.parent().receive(), 0);
  channel.parent().send(0);
  EXPECT_TRUE(confined.wait().exited_normally());
}

}  // namespace
}  // namespace eventfilter::selftest
