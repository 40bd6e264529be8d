// SPDX-License-Identifier: BSD-2-Clause
// Who may confine itself: with no_new_privs everybody; without it whoever has CAP_SYS_ADMIN in its
// user namespace, because a set-user-id program would inherit the filters.
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <filesystem>

#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRule = "sys_enter_getppid: deny else errno EXDEV";

void drop_capability(unsigned capability) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  require_call(syscall(SYS_capget, &header, data), "capget");
  data[capability / 32].effective &= ~(1U << capability % 32);
  require_call(syscall(SYS_capset, &header, data), "capset");
}

// A copy of the probe that belongs to root and is set-user-id
std::string setuid_probe(const Tree& tree) {
  const std::string path = tree.path("setuid_probe");
  std::filesystem::copy_file(helper("evf_probe"), path);
  require_call(chown(path.c_str(), 0, 0), "chown");
  require_call(chmod(path.c_str(), 04755), "chmod");
  return path;
}

TEST(NoNewPrivs, WithoutItAUserIsRefused) {
  in_child([] {
    const Ruleset ruleset(kRule);
    EXPECT_REFUSED(EPERM, ruleset.try_enforce());
    EXPECT_REFUSED(EPERM, ruleset.try_enforce(EVF_ENFORCE_ON_EXEC));
    EXPECT_ALLOWED(syscall(SYS_getppid));
    set_no_new_privs();
    EXPECT_ALLOWED(ruleset.try_enforce());
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
  });
}

TEST(NoNewPrivs, RootNeedsNone) {
  in_child(Subject::kRoot, [] {
    EXPECT_ALLOWED(Ruleset(kRule).try_enforce());
    EXPECT_EQ(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0) << "nor is it set behind its back";
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
  });
}

TEST(NoNewPrivs, RootWithoutCapSysAdminDoes) {
  in_child(Subject::kRoot, [] {
    drop_capability(CAP_SYS_ADMIN);
    EXPECT_REFUSED(EPERM, Ruleset(kRule).try_enforce());
  });
}

TEST(NoNewPrivs, NotNeededInAUserNamespaceOfOnesOwn) {
  in_child([] {
    require_call(unshare(CLONE_NEWUSER), "unshare");
    EXPECT_ALLOWED(Ruleset(kRule).try_enforce());
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
  });
}

TEST(NoNewPrivs, ASetuidProgramGainsNothing) {
  const Tree tree;
  const std::string program = setuid_probe(tree);
  in_child([&] {
    EXPECT_EQ(run({program, "euid"}).exit_code(), 0) << "unconfined it runs as root";
    enforce(kRule);
    EXPECT_EQ(run({program, "euid"}).exit_code(), 1);
    EXPECT_EQ(run({program, "getppid"}).exit_code(), EXDEV);
  });
}

TEST(NoNewPrivs, ASetuidProgramOfOneConfinedByRootIsRootAndConfined) {
  const Tree tree;
  const std::string program = setuid_probe(tree);
  in_child(Subject::kRoot, [&] {
    ASSERT_ALLOWED(Ruleset(kRule).try_enforce());
    become_user();
    EXPECT_EQ(run({program, "euid"}).exit_code(), 0);
    EXPECT_EQ(run({program, "getppid"}).exit_code(), EXDEV);
    EXPECT_EQ(run({program, "euid", "", "getppid"}).exit_code(), EXDEV);
  });
}

TEST(NoNewPrivs, FileCapabilitiesGainNothing) {
  const Tree tree(Fs::kExt4);
  const std::string program = tree.path("capable_probe");
  std::filesystem::copy_file(helper("evf_probe"), program);
  run_or_fail({"setcap", "cap_dac_override+ep", program});
  const std::string secret = tree.make_file("secret");
  require_call(chmod(secret.c_str(), 0), "chmod");
  in_child([&] {
    EXPECT_EQ(run({program, "open", secret}).exit_code(), 0) << "unconfined it may";
    enforce(kRule);
    EXPECT_EQ(run({program, "open", secret}).exit_code(), EACCES);
    EXPECT_EQ(run({program, "getppid"}).exit_code(), EXDEV);
  });
}

TEST(NoNewPrivs, IsInheritedWithTheLayer) {
  in_child([] {
    enforce(kRule);
    in_child(Subject::kRoot,
             [] { EXPECT_ALLOWED(Ruleset("sys_enter_getpgrp: deny").try_enforce()); });
    EXPECT_REFUSED(EINVAL, prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
