// SPDX-License-Identifier: BSD-2-Clause
// 2011, the fourth defect: the check for compat tasks was the wrong way round, so that it refused
// native calls or let foreign ones pass unfiltered.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/calls.h"
#include "support/child.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

TEST(InvertedCompatCheck, NativeCallsPassAndForeignOnesDoNot) {
  in_child([] {
    enforce("sys_enter_getppid: deny else errno EDOM\n");
    EXPECT_EQ(syscall(SYS_getpid), getpid());
    EXPECT_REFUSED(EPERM, ia32_syscall(kIa32Getpid));
    EXPECT_REFUSED(EPERM, x32_syscall(SYS_getpid));
    EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
  });
}

TEST(InvertedCompatCheck, NeitherBecomesTheOtherByHavingBeenUsedBefore) {
  in_child([] {
    EXPECT_ALLOWED(ia32_syscall(kIa32Getpid));
    EXPECT_ALLOWED(x32_syscall(SYS_getpid));
    enforce("sys_enter_getppid: deny else errno EDOM\n");
    for (int i = 0; i < 3; ++i) {
      EXPECT_REFUSED(EPERM, ia32_syscall(kIa32Getpid));
      EXPECT_EQ(syscall(SYS_getpid), getpid());
      EXPECT_REFUSED(EPERM, x32_syscall(SYS_getpid));
      EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
    }
  });
}

}  // namespace
}  // namespace eventfilter::selftest
