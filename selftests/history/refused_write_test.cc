// SPDX-License-Identifier: BSD-2-Clause
// 2011, the sixth defect: a write that was refused had thrown the earlier filter away already.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/child.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kEarlier = "sys_enter_getppid: deny else errno EDOM\n";

TEST(RefusedWrite, LeavesTheEarlierTextInForce) {
  in_child([] {
    const Ruleset ruleset(kEarlier);
    for (const char* wrong :
         {"nonsense", "sys_enter_getppid: (",
          "sys_enter_getppid: allow\nsys_enter_getpgrp: deny\nx",
          "syscalls: allow\nsyscalls: allow\n", "sys_enter_getppid: ppid == 1"}) {
      EXPECT_REFUSED(EINVAL, ruleset.write(wrong)) << wrong;
    }
    EXPECT_REFUSED(E2BIG, ruleset.write(std::string(EVF_MAX_TEXT + 1, '\n')));
    EXPECT_REFUSED(EFAULT, write(ruleset.fd(), nullptr, 10));
    ruleset.enforce();
    EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
    EXPECT_ALLOWED(syscall(SYS_getpgrp)) << "and adds nothing of the wrong text";
  });
}

TEST(RefusedWrite, LeavesADefaultUnset) {
  in_child([] {
    const Ruleset ruleset(kEarlier);
    EXPECT_REFUSED(EINVAL, ruleset.write("syscalls: deny errno EXDEV\nnonsense\n"));
    EXPECT_ALLOWED(ruleset.write("syscalls: deny errno ENOTTY\n")) << "it is no second default";
    ruleset.enforce();
    EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
    EXPECT_REFUSED(ENOTTY, syscall(SYS_getpgrp));
  });
}

TEST(RefusedWrite, LeavesCompatUnset) {
  in_child([] {
    const Ruleset ruleset(kEarlier);
    EXPECT_REFUSED(EINVAL, ruleset.write("compat: allow\nnonsense\n"));
    ruleset.enforce();
    long pid = 0;
    asm volatile("int $0x80" : "=a"(pid) : "a"(20L) : "r8", "r9", "r10", "r11", "memory");
    EXPECT_EQ(static_cast<int>(pid), -EPERM);
  });
}

TEST(RefusedWrite, AfterItIsEnforcedToo) {
  in_child([] {
    const Ruleset ruleset(kEarlier);
    ruleset.enforce();
    EXPECT_REFUSED(EBUSY, ruleset.write("sys_enter_getppid: allow\n"));
    EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
