// SPDX-License-Identifier: BSD-2-Clause
//
// With real mounts, in a mount namespace of the test's own; skipped where there may be none.
#include "labeld/mount_watch.h"

#include <cstdlib>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace eventfilter::labeld {
namespace {

using namespace std::chrono_literals;
using Clock = service::Loop::Clock;

class Watching : public ::testing::Test {
 protected:
  void SetUp() override {
    if (unshare(CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER)) != 0)
      GTEST_SKIP() << "no mount namespace";
    ASSERT_EQ(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    char name[] = "/tmp/mount_watch.XXXXXX";
    point_ = mkdtemp(name);
  }
  void TearDown() override {
    while (umount2(point_.c_str(), MNT_DETACH) == 0) {
    }
    rmdir(point_.c_str());
  }

  void mount_one() const { ASSERT_EQ(mount("none", point_.c_str(), "tmpfs", 0, nullptr), 0); }
  // Until it was called that often, at most ten seconds
  void wait_for(int calls) {
    for (int i = 0; i < 1000 && calls_ < calls; ++i) loop_.step(10ms);
    ASSERT_EQ(calls_, calls);
  }
  void idle() {
    for (int i = 0; i < 30; ++i) loop_.step(10ms);
  }

  service::Loop loop_;
  std::string point_;
  int calls_ = 0;
};

TEST_F(Watching, TellsOfMountsAndUnmounts) {
  const MountWatch watch(loop_, [this] { ++calls_; });
  idle();
  const int begin = calls_;  // that the table exists may be news
  mount_one();
  wait_for(begin + 1);
  idle();
  EXPECT_EQ(calls_, begin + 1);
  ASSERT_EQ(umount(point_.c_str()), 0);
  wait_for(begin + 2);
}

TEST_F(Watching, TellsOnceOfSeveralThatComeTogether) {
  const MountWatch watch(loop_, [this] { ++calls_; });
  idle();
  const int begin = calls_;
  for (int i = 0; i < 20; ++i) mount_one();
  wait_for(begin + 1);
  idle();
  EXPECT_EQ(calls_, begin + 1);
}

// Also for who mounts all the time: it neither takes all of the time nor is put off for ever
TEST_F(Watching, ActingTakesATenthOfTheTime) {
  constexpr auto kTakes = 30ms;
  Clock::time_point begun;
  Clock::time_point ended;
  Clock::duration pause{};
  const MountWatch watch(loop_, [&] {
    begun = Clock::now();
    if (calls_ > 0) pause = begun - ended;
    std::this_thread::sleep_for(kTakes);
    ended = Clock::now();
    ++calls_;
  });
  while (calls_ < 4) {
    mount_one();
    loop_.step(5ms);
    if (calls_ > 1) {
      EXPECT_GE(pause, (kMountShare - 1) * kTakes);
    }
  }
}

}  // namespace
}  // namespace eventfilter::labeld
