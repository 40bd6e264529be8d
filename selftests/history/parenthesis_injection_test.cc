// SPDX-License-Identifier: BSD-2-Clause
// 2011, the second defect: "(OLD) && (NEW)" was made of the texts before they were parsed, so a NEW
// of "fd == 1) || (fd != 1" balanced the parentheses and let everything pass.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/child.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

TEST(ParenthesisInjection, AFilterMustBalanceByItself) {
  const Ruleset ruleset;
  EXPECT_REFUSED(EINVAL, ruleset.write("sys_enter_lseek: fd == 1) || (fd != 1\n"));
  EXPECT_EQ(ruleset.error(), "1:25:1: unexpected_parenthesis: this parenthesis closes none\n");
}

TEST(ParenthesisInjection, InWhateverDisguise) {
  const Ruleset ruleset("sys_enter_lseek: fd == 1\n");
  for (const char* filter : {"fd == 1) || (fd != 1", ") || (", "fd == 1)) || ((fd != 1",
                             "(fd == 1)) || ((fd != 1)", "fd == 1 ) # (", "1 == 1) || (fd == 1",
                             "(fd == 1", "fd == 1)", ")(", "fd in { 1 } ) || ( fd in { 2 }",
                             "fd in { 1 ) || ( 2 }", "fd == 1 else errno EPERM) || (fd == 2"}) {
    EXPECT_REFUSED(EINVAL, ruleset.write(std::string("sys_enter_lseek: ") + filter + "\n"))
        << filter;
    EXPECT_NE(ruleset.error(), "") << filter;
  }
}

TEST(ParenthesisInjection, ALayerIsNotOpenedByTheNext) {
  in_child([] {
    enforce("sys_enter_lseek: (fd == 1001) else errno EDOM");
    const Ruleset injected;
    EXPECT_REFUSED(EINVAL, injected.write("sys_enter_lseek: fd == 1001) || (fd != 1001"));
    enforce("sys_enter_lseek: (fd == 1001) || (fd != 1001) else errno EDOM");
    EXPECT_REFUSED(EDOM, syscall(SYS_lseek, 1002, 0, 0));
    EXPECT_REFUSED(EBADF, syscall(SYS_lseek, 1001, 0, 0));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
