// SPDX-License-Identifier: BSD-2-Clause
// seccomp decides first, and the stricter of the two holds, whichever was installed first.
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "support/child.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// Refuses these two with ENOTTY
void install_seccomp(long first, long second) {
  std::array<sock_filter, 5> code{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(first), 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(second), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTTY),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog program{code.size(), code.data()};
  set_no_new_privs();
  require_call(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), "seccomp");
}

void enforce_ours() { enforce("sys_enter_getppid, sys_enter_getpgid: deny else errno EXDEV\n"); }

void expect_both() {
  EXPECT_REFUSED(ENOTTY, syscall(SYS_getsid, 0));
  EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
  EXPECT_REFUSED(ENOTTY, syscall(SYS_getpgid, 0)) << "who comes first at the entry decides";
  EXPECT_ALLOWED(syscall(SYS_getuid));
}

TEST(BesideSeccomp, InstalledFirst) {
  in_child([] {
    install_seccomp(SYS_getsid, SYS_getpgid);
    enforce_ours();
    expect_both();
  });
}

TEST(BesideSeccomp, InstalledLast) {
  in_child([] {
    enforce_ours();
    install_seccomp(SYS_getsid, SYS_getpgid);
    expect_both();
  });
}

TEST(BesideSeccomp, OursCanForbidToInstallMore) {
  in_child([] {
    enforce("sys_enter_seccomp: deny else errno EXDEV\n");
    EXPECT_REFUSED(EXDEV, syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, nullptr));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
