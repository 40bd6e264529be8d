// SPDX-License-Identifier: BSD-2-Clause
// What became of a call: let through, or refused with this errno. EXPECT_REFUSED(EACCES, open(...))
// says in its failure what happened instead.
#pragma once

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

namespace eventfilter::selftest {

// "EACCES"; "0" for success
std::string errno_name(int error);

// Both look at errno, so the call has to be the last thing that set it
testing::AssertionResult call_succeeded(long returned);
testing::AssertionResult call_failed_with(int error, long returned);

// 0, or the errno of a call that returned `returned`
inline int error_of(long returned) { return returned < 0 ? errno : 0; }

}  // namespace eventfilter::selftest

#define EXPECT_ALLOWED(call) EXPECT_TRUE(::eventfilter::selftest::call_succeeded(call))
#define ASSERT_ALLOWED(call) ASSERT_TRUE(::eventfilter::selftest::call_succeeded(call))
#define EXPECT_REFUSED(error, call) \
  EXPECT_TRUE(::eventfilter::selftest::call_failed_with(error, call))
#define ASSERT_REFUSED(error, call) \
  ASSERT_TRUE(::eventfilter::selftest::call_failed_with(error, call))
