// SPDX-License-Identifier: BSD-2-Clause
// KEYCTL_SESSION_TO_PARENT gives the caller's parent new credentials, made by the caller: the one
// place where credentials come from another task.
#include <gtest/gtest.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRule = "sys_enter_getppid: deny else errno EXDEV";

long session_keyring() {
  return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
}

// In a child: a new session keyring, handed to the caller; `before` runs in that child first
template <typename Before>
void get_session_from_child(Before before) {
  const pid_t pid = fork();
  require_call(pid, "fork");
  if (pid == 0) {
    before();
    const bool done = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr) > 0 &&
                      syscall(SYS_keyctl, KEYCTL_SESSION_TO_PARENT) == 0;
    _exit(done ? 0 : errno);
  }
  int status = 0;
  require_call(waitpid(pid, &status, 0), "waitpid");
  require(status == 0, "session-to-parent failed");
}

TEST(CredTransfer, AConfinedParentStaysConfined) {
  in_child([] {
    enforce(kRule);
    const long before = session_keyring();
    get_session_from_child([] {});
    EXPECT_NE(session_keyring(), before) << "new credentials did come";
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
    in_child(Subject::kRoot, [] { EXPECT_REFUSED(EXDEV, syscall(SYS_getppid)); });
  });
}

TEST(CredTransfer, AParentIsNotConfinedByItsChildsLayers) {
  in_child([] {
    const long before = session_keyring();
    get_session_from_child([] { enforce(kRule); });
    EXPECT_NE(session_keyring(), before);
    EXPECT_ALLOWED(syscall(SYS_getppid));
  });
}

TEST(CredTransfer, EachKeepsItsOwnLayers) {
  in_child([] {
    enforce("sys_enter_getpgrp: deny else errno ENOTTY");
    get_session_from_child([] { enforce(kRule); });
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_REFUSED(ENOTTY, syscall(SYS_getpgrp));
  });
}

TEST(CredTransfer, APendingLayerStaysPending) {
  in_child([] {
    enforce(kRule, EVF_ENFORCE_ON_EXEC);
    get_session_from_child([] {});
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_EQ(run({helper("evf_probe"), "getppid"}).exit_code(), EXDEV);
  });
}

TEST(CredTransfer, ByDebiansKeyctl) {
  const std::string probe = helper("evf_probe");
  in_child([&] {
    enforce(kRule);
    // new_session is session-to-parent: the shell is the parent
    const Output output =
        run({"sh", "-c", "keyctl new_session >&2; " + probe + " getppid; echo $?"});
    EXPECT_TRUE(output.says(std::to_string(EXDEV))) << output.text;
  });
}

}  // namespace
}  // namespace eventfilter::selftest
