// SPDX-License-Identifier: BSD-2-Clause
// Other call tables: a filter on system calls is one on the 64-bit table, so calls of the others
// are refused, unless the ruleset says that it has thought of them.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/calls.h"
#include "support/child.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRule = "sys_enter_getppid: deny else errno EXDEV\n";
constexpr long kIa32Getppid = 64;

TEST(Compat, TheWorldWithoutAFilter) {
  // Else the tests below would prove nothing
  EXPECT_EQ(ia32_syscall(kIa32Getpid), getpid());
  EXPECT_EQ(x32_syscall(SYS_getpid), getpid());
}

TEST(Compat, Int80From64BitCodeIsRefused) {
  in_child([] {
    enforce(kRule);
    EXPECT_REFUSED(EPERM, ia32_syscall(kIa32Getppid)) << "the same call by another number";
    EXPECT_REFUSED(EPERM, ia32_syscall(kIa32Getpid)) << "and one that no rule is about";
    EXPECT_EQ(syscall(SYS_getpid), getpid());
  });
}

TEST(Compat, Fact29TheX32BitIsRefused) {
  in_child([] {
    enforce(kRule);
    EXPECT_REFUSED(EPERM, x32_syscall(SYS_getppid));
    EXPECT_REFUSED(EPERM, x32_syscall(SYS_getpid));
    EXPECT_REFUSED(EPERM, x32_syscall(520)) << "a number of x32 alone";
    EXPECT_REFUSED(EPERM, x32_syscall(100000));
  });
}

TEST(Compat, NumbersOfIa32AreNotThoseOfX8664) {
  // 39 is mkdir there and getpid here; 64 is getppid there and semget here. None of the 64-bit
  // rules may be applied to them, in either direction.
  in_child([] {
    enforce("sys_enter_semget: deny else errno EXDEV\nsys_enter_getpid: deny else errno EXDEV\n");
    EXPECT_REFUSED(EPERM, ia32_syscall(kIa32Getppid));
    EXPECT_REFUSED(EPERM, ia32_syscall(39));
  });
}

TEST(Compat, ExitAndItsLikeAreAlwaysAllowed) {
  constexpr long kIa32Exit = 1;
  constexpr long kIa32ExitGroup = 252;
  EXPECT_EQ(end_of_child([] {
              enforce(kRule);
              ia32_syscall(kIa32ExitGroup, 42);
            }).status,
            42 << 8);
  EXPECT_EQ(end_of_child([] {
              enforce(kRule);
              ia32_syscall(kIa32Exit, 43);
            }).status,
            43 << 8);
  EXPECT_EQ(end_of_child([] {
              enforce(kRule);
              x32_syscall(SYS_exit_group, 44);
            }).status,
            44 << 8);
}

TEST(Compat, Fact29CompatAllowLetsThemPassUnfiltered) {
  in_child([] {
    enforce(std::string(kRule) + "compat: allow\n");
    EXPECT_ALLOWED(ia32_syscall(kIa32Getppid)) << "unfiltered: that is what it says";
    EXPECT_ALLOWED(x32_syscall(SYS_getpid));
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
  });
}

TEST(Compat, Fact29EveryLayerMustSaySo) {
  in_child([] {
    enforce(std::string(kRule) + "compat: allow\n");
    EXPECT_ALLOWED(ia32_syscall(kIa32Getpid));
    enforce("sys_enter_getpgrp: deny\n");
    EXPECT_REFUSED(EPERM, ia32_syscall(kIa32Getpid));
    enforce("sys_enter_getpgrp: deny\ncompat: allow\n");
    EXPECT_REFUSED(EPERM, ia32_syscall(kIa32Getpid)) << "nobody takes back what another refuses";
  });
}

TEST(Compat, ARulesetWithoutSyscallsRefusesNone) {
  in_child([] {
    enforce("file_open: name != \"x\"\n");
    EXPECT_ALLOWED(ia32_syscall(kIa32Getpid));
    EXPECT_ALLOWED(x32_syscall(SYS_getpid));
  });
}

TEST(Compat, TheGroupsDefaultDecidesTheErrno) {
  in_child([] {
    enforce("syscalls: deny errno ENOSYS\nsys_enter_exit_group: allow\n");
    EXPECT_REFUSED(ENOSYS, ia32_syscall(kIa32Getpid));
    EXPECT_REFUSED(ENOSYS, x32_syscall(SYS_getpid));
  });
}

TEST(Compat, KillByTheDefaultKills) {
  const auto end = end_of_child([] {
    enforce("syscalls: deny else kill\n");
    ia32_syscall(kIa32Getpid);
  });
  EXPECT_EQ(end.killed_by(), SIGSYS);
}

TEST(Compat, APermissiveLayerRefusesNone) {
  in_child([] {
    const Ruleset permissive = Ruleset::permissive();
    EXPECT_ALLOWED(permissive.write(kRule));
    permissive.enforce();
    EXPECT_ALLOWED(ia32_syscall(kIa32Getpid));
    EXPECT_ALLOWED(x32_syscall(SYS_getpid));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
