// SPDX-License-Identifier: BSD-2-Clause
// The harness itself: a failure in a child that nobody hears of would make every test worthless.
#include "support/child.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "support/channel.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

TEST(Harness, AFailedExpectInAChildFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(in_child([] { EXPECT_EQ(1, 2) << "one isn't two"; }), "one isn't two");
}

TEST(Harness, AFailedAssertInAChildFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(in_child([] { ASSERT_EQ(1, 2) << "one isn't two"; }), "one isn't two");
}

TEST(Harness, AFailureInAChildOfAChildFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(
      in_child([] { in_child(Subject::kRoot, [] { ADD_FAILURE() << "deep"; }); }), "deep");
}

TEST(Harness, AFailureInAThreadOfAChildFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(in_child([] { std::thread([] { ADD_FAILURE() << "beside"; }).join(); }),
                          "beside");
}

TEST(Harness, AFailureBeforeBeingKilledFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(EXPECT_EQ(end_of_child([] {
                                      ADD_FAILURE() << "last words";
                                      raise(SIGKILL);
                                    }).killed_by(),
                                    SIGKILL),
                          "last words");
}

TEST(Harness, ASetupThatFailsInAChildFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(in_child([] { require(false, "no such world"); }), "no such world");
}

void be_killed_in_a_child() {
  in_child([] { raise(SIGSYS); });
}

TEST(Harness, AChildThatIsKilledFailsTheTest) {
  // Two failures come of it, so it is looked at, not expected
  testing::TestPartResultArray failures;
  {
    testing::ScopedFakeTestPartResultReporter reporter(&failures);
    be_killed_in_a_child();
  }
  ASSERT_GE(failures.size(), 1);
  EXPECT_NE(std::string(failures.GetTestPartResult(0).message()).find("Bad system call"),
            std::string::npos);
}

TEST(Harness, AChildIsUid1000WithoutPrivilege) {
  in_child([] {
    EXPECT_EQ(getuid(), kUserId);
    EXPECT_EQ(geteuid(), kUserId);
    EXPECT_EQ(getgid(), kUserId);
    EXPECT_REFUSED(EPERM, setuid(0));
  });
  in_child(Subject::kRoot, [] { EXPECT_EQ(geteuid(), 0U); });
}

TEST(Harness, ARefusalWithAnotherErrnoIsAFailure) {
  EXPECT_NONFATAL_FAILURE(EXPECT_REFUSED(EACCES, close(-1)),
                          "it failed with EBADF, expected EACCES");
  EXPECT_NONFATAL_FAILURE(EXPECT_REFUSED(EACCES, 0L), "it succeeded (0), expected EACCES");
  EXPECT_NONFATAL_FAILURE(EXPECT_ALLOWED(close(-1)), "it failed with EBADF");
}

TEST(Harness, AChannelPassesNumbersAndDescriptors) {
  const Channel channel;
  Child child(Subject::kUser, [&] {
    EXPECT_EQ(channel.child().receive(), 42);
    const Fd received = channel.child().receive_fd();
    EXPECT_EQ(write(received.get(), "x", 1), 1);
    channel.child().send(43);
  });
  int ends[2];
  ASSERT_ALLOWED(pipe(ends));
  channel.parent().send(42);
  channel.parent().send_fd(ends[1]);
  EXPECT_EQ(channel.parent().receive(), 43);
  char byte = 0;
  EXPECT_EQ(read(ends[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'x');
  EXPECT_TRUE(child.wait().exited_normally());
}

}  // namespace
}  // namespace eventfilter::selftest
