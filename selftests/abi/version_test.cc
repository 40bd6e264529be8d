// SPDX-License-Identifier: BSD-2-Clause
// prctl(PR_EVENTFILTER, ...): the version, and that nothing is taken that has no meaning yet.
#include <gtest/gtest.h>
#include <linux/prctl.h>
#include <sys/prctl.h>

#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

TEST(Version, IsTheOneOfTheHeader) { EXPECT_EQ(evf(EVF_VERSION), EVF_ABI_VERSION); }

TEST(Version, ArgumentsThatACommandDoesNotNameMustBeZero) {
  for (const unsigned long junk : {1UL, ~0UL, 1UL << 63}) {
    EXPECT_REFUSED(EINVAL, evf(EVF_VERSION, junk));
    EXPECT_REFUSED(EINVAL, evf(EVF_VERSION, 0, junk));
    EXPECT_REFUSED(EINVAL, evf(EVF_VERSION, 0, 0, junk));
    EXPECT_REFUSED(EINVAL, evf(EVF_LABELS, 0, junk));
    EXPECT_REFUSED(EINVAL, evf(EVF_LABELS, 0, 0, junk));
    EXPECT_REFUSED(EINVAL, evf(EVF_RULESET, kNoLabels, 0, junk));
    EXPECT_REFUSED(EINVAL, evf(EVF_ENFORCE, 0, 0, junk));
  }
}

TEST(Version, AnUnknownCommandIsRefused) {
  for (const unsigned long command :
       {6UL, 7UL, 100UL, ~0UL, 1UL << 32, (1UL << 32) | EVF_VERSION}) {
    EXPECT_REFUSED(EINVAL, evf(command)) << command;
  }
}

TEST(Version, OtherOptionsOfPrctlStayWhatTheyWere) {
  char name[16] = {};
  EXPECT_ALLOWED(prctl(PR_GET_NAME, name));
  EXPECT_REFUSED(EINVAL, prctl(PR_EVENTFILTER + 1, 0, 0, 0, 0));
  EXPECT_REFUSED(EINVAL, prctl(PR_EVENTFILTER - 1, 0, 0, 0, 0));
}

}  // namespace
}  // namespace eventfilter::selftest
