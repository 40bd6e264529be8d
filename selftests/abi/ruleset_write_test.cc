// SPDX-License-Identifier: BSD-2-Clause
// write(2) on a ruleset: whole lines, all or nothing, and read(2) says what was wrong.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <regex>

#include "support/child.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

TEST(RulesetWrite, LinesOfSeveralWritesAddUp) {
  in_child([] {
    const Ruleset ruleset;
    EXPECT_ALLOWED(ruleset.write("sys_enter_getppid: deny else errno EXDEV\n"));
    EXPECT_ALLOWED(ruleset.write("sys_enter_getpgrp: deny else errno ENOTTY\n"));
    ruleset.enforce();
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
    EXPECT_REFUSED(ENOTTY, syscall(SYS_getpgrp));
  });
}

TEST(RulesetWrite, TheLastNewlineIsOptional) {
  in_child([] {
    enforce("sys_enter_getppid: deny else errno EXDEV");
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
  });
}

TEST(RulesetWrite, WithoutItTheNextWriteStillBeginsALine) {
  in_child([] {
    const Ruleset ruleset;
    EXPECT_ALLOWED(ruleset.write("sys_enter_getppid: deny else errno EXDEV"));
    EXPECT_ALLOWED(ruleset.write("sys_enter_getpgrp: deny else errno ENOTTY"));
    ruleset.enforce();
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
    EXPECT_REFUSED(ENOTTY, syscall(SYS_getpgrp));
  });
}

TEST(RulesetWrite, IsAllOrNothing) {
  in_child([] {
    const Ruleset ruleset;
    EXPECT_REFUSED(EINVAL,
                   ruleset.write("sys_enter_getppid: deny\nsys_enter_getpgrp: nonsense ==\n"));
    set_no_new_privs();
    EXPECT_REFUSED(ENODATA, ruleset.try_enforce()) << "the first line was taken";
    EXPECT_ALLOWED(ruleset.write("sys_enter_getpgrp: deny else errno ENOTTY\n"));
    EXPECT_ALLOWED(ruleset.try_enforce());
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_REFUSED(ENOTTY, syscall(SYS_getpgrp));
  });
}

TEST(RulesetWrite, TheErrorIsOneLineWithPlaceCodeAndSentence) {
  const Ruleset ruleset;
  ASSERT_REFUSED(EINVAL,
                 ruleset.write("# first\nsys_enter_getppid: deny\nfile_open: nonesuch == 1\n"));
  const std::string error = ruleset.error();
  EXPECT_TRUE(std::regex_match(error, std::regex("3:12:8: [a-z_]+: [^\n]+\n"))) << error;
}

TEST(RulesetWrite, PlacesCountWithinTheLastWrite) {
  const Ruleset ruleset;
  ASSERT_ALLOWED(ruleset.write("sys_enter_getppid: deny\n\n\n"));
  ASSERT_REFUSED(EINVAL, ruleset.write("nonesuch: deny\n"));
  EXPECT_EQ(ruleset.error().rfind("1:1:8: ", 0), 0U) << ruleset.error();
}

TEST(RulesetWrite, TheErrorGoesAwayWithTheNextWriteThatIsTaken) {
  const Ruleset ruleset;
  EXPECT_EQ(ruleset.error(), "");
  ASSERT_REFUSED(EINVAL, ruleset.write("nonesuch: deny\n"));
  EXPECT_NE(ruleset.error(), "");
  ASSERT_ALLOWED(ruleset.write("sys_enter_getppid: deny\n"));
  EXPECT_EQ(ruleset.error(), "");
}

TEST(RulesetWrite, BytesThatAreNoTextAreRefused) {
  const Ruleset ruleset;
  using namespace std::string_literals;
  for (const std::string& text :
       {"\0"s, "file_open: deny\0\n"s, "\xff\xfe\n"s, "file_open: name == \"a\0b\"\n"s, "\x01\n"s,
        "file_open\xc2\xa0: deny\n"s}) {
    EXPECT_REFUSED(EINVAL, ruleset.write(text)) << testing::PrintToString(text);
    EXPECT_NE(ruleset.error(), "") << testing::PrintToString(text);
  }
}

TEST(RulesetWrite, AnEmptyWriteIsTakenAndChangesNothing) {
  const Ruleset ruleset;
  EXPECT_ALLOWED(ruleset.write(""));
  EXPECT_EQ(ruleset.error(), "");
}

TEST(RulesetWrite, MemoryThatIsNotThereIsEfault) {
  const Ruleset ruleset;
  const long page = sysconf(_SC_PAGESIZE);
  void* memory = mmap(nullptr, static_cast<size_t>(2 * page), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  char* const hole = static_cast<char*>(memory) + page;
  ASSERT_ALLOWED(munmap(hole, static_cast<size_t>(page)));
  EXPECT_REFUSED(EFAULT, write(ruleset.fd(), hole, 10));
  EXPECT_REFUSED(EFAULT, write(ruleset.fd(), hole - 5, 10)) << "half of it is there";
  munmap(memory, static_cast<size_t>(page));
}

TEST(RulesetWrite, IsFrozenOnceEnforced) {
  in_child([] {
    const Ruleset ruleset("sys_enter_getppid: deny else errno EXDEV\n");
    ruleset.enforce();
    EXPECT_REFUSED(EBUSY, ruleset.write("sys_enter_getpgrp: deny\n"));
    EXPECT_REFUSED(EBUSY, ruleset.write("nonsense"));
    EXPECT_REFUSED(EBUSY, ruleset.write("sys_enter_getppid: allow\n"));
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
    EXPECT_ALLOWED(syscall(SYS_getpgrp));
  });
}

TEST(RulesetWrite, IsFrozenForEverybodyOnceAnybodyEnforcedIt) {
  const Ruleset ruleset("sys_enter_getppid: deny\n");
  in_child([&] { ruleset.enforce(); });
  EXPECT_REFUSED(EBUSY, ruleset.write("sys_enter_getpgrp: deny\n"));
}

TEST(RulesetWrite, IsFrozenWhileItWaitsForTheNextExec) {
  in_child([] {
    const Ruleset ruleset("sys_enter_getppid: deny\n");
    ruleset.enforce(EVF_ENFORCE_ON_EXEC);
    EXPECT_REFUSED(EBUSY, ruleset.write("sys_enter_getpgrp: deny\n"));
  });
}

TEST(RulesetWrite, ARefusedEnforceDoesNotFreeze) {
  in_child([] {
    const Ruleset ruleset("sys_enter_getppid: deny else errno EXDEV\n");
    ASSERT_REFUSED(EPERM, ruleset.try_enforce()) << "without no_new_privs";
    EXPECT_ALLOWED(ruleset.write("sys_enter_getpgrp: deny else errno ENOTTY\n"));
    ruleset.enforce();
    EXPECT_REFUSED(ENOTTY, syscall(SYS_getpgrp));
  });
}

TEST(RulesetWrite, WritevIsOneTextOrOneEach) {
  // Either is right, but never half a line as a line
  in_child([] {
    const Ruleset ruleset;
    char first[] = "sys_enter_getppid: deny else errno EXDEV\n";
    char second[] = "sys_enter_getpgrp: deny else errno ENOTTY\n";
    const iovec parts[] = {{first, sizeof(first) - 1}, {second, sizeof(second) - 1}};
    EXPECT_EQ(writev(ruleset.fd(), parts, 2),
              static_cast<ssize_t>(sizeof(first) + sizeof(second) - 2));
    ruleset.enforce();
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
    EXPECT_REFUSED(ENOTTY, syscall(SYS_getpgrp));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
