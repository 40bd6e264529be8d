// SPDX-License-Identifier: BSD-2-Clause
// 2011, the seventh defect: the filters "0" and "1" meant "remove" and "allow" in one place and
// numbers in another. Here they mean nothing: allow and deny are written out.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/child.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

TEST(FilterZeroAndOne, AreNoFilters) {
  for (const char* filter : {"0", "1", "(0)", "(1)", "!0", "!1", "-1", "00", "0x0", "0x1"}) {
    const Ruleset ruleset;
    EXPECT_REFUSED(EINVAL, ruleset.write(std::string("sys_enter_getppid: ") + filter + "\n"))
        << filter;
    EXPECT_NE(ruleset.error().find(": bare_constant: "), std::string::npos)
        << filter << ": " << ruleset.error();
  }
}

TEST(FilterZeroAndOne, SayWhatToWriteInstead) {
  const Ruleset ruleset;
  EXPECT_REFUSED(EINVAL, ruleset.write("sys_enter_getppid: 1\n"));
  EXPECT_EQ(
      ruleset.error(),
      "1:20:1: bare_constant: a constant is no filter; write allow or deny as the whole of it\n");
}

TEST(FilterZeroAndOne, NorPartsOfOne) {
  for (const char* filter : {"fd == 1 || 1", "0 && fd == 1", "1 || fd == 1", "fd == 1 && !0"}) {
    EXPECT_REFUSED(EINVAL, Ruleset().write(std::string("sys_enter_lseek: ") + filter + "\n"))
        << filter;
  }
}

TEST(FilterZeroAndOne, NorDoTheyRemoveALayer) {
  in_child([] {
    enforce("sys_enter_getppid: deny else errno EDOM\n");
    EXPECT_REFUSED(EINVAL, Ruleset().write("sys_enter_getppid: 0\n"));
    EXPECT_REFUSED(EINVAL, Ruleset().write("sys_enter_getppid:\n")) << "nor does an empty one";
    EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
  });
}

TEST(FilterZeroAndOne, AllowAndDenyAreWrittenOut) {
  in_child([] {
    enforce(
        "sys_enter_getppid: deny else errno EDOM\nsys_enter_getpgrp: allow\nsyscalls: deny errno "
        "ENOTTY\n");
    EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
    EXPECT_ALLOWED(syscall(SYS_getpgrp));
    EXPECT_REFUSED(ENOTTY, syscall(SYS_getuid));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
