// SPDX-License-Identifier: BSD-2-Clause
#include "service/loop.h"

#include <array>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace eventfilter::service {
namespace {

using std::chrono::milliseconds;

struct Pipe {
  Pipe() {
    std::array<int, 2> ends;
    if (pipe2(ends.data(), O_CLOEXEC) == 0) {
      read.reset(ends[0]);
      write.reset(ends[1]);
    }
  }
  void put() const { EXPECT_EQ(::write(write.get(), "x", 1), 1); }
  base::Fd read;
  base::Fd write;
};

TEST(Loop, CallsWhoHasSomething) {
  Loop loop;
  Pipe pipe;
  int calls = 0;
  ASSERT_TRUE(loop.add(pipe.read.get(), EPOLLIN, [&](std::uint32_t) { ++calls; }));
  loop.step(milliseconds(0));
  EXPECT_EQ(calls, 0);
  pipe.put();
  loop.step(milliseconds(0));
  loop.step(milliseconds(0));
  EXPECT_EQ(calls, 2);
  loop.change(pipe.read.get(), 0);
  loop.step(milliseconds(0));
  EXPECT_EQ(calls, 2);
  loop.remove(pipe.read.get());
}

TEST(Loop, AHandlerMayRemoveItselfAndOthers) {
  Loop loop;
  Pipe first;
  Pipe second;
  int calls = 0;
  const auto remove_both = [&](std::uint32_t) {
    ++calls;
    loop.remove(first.read.get());
    loop.remove(second.read.get());
  };
  ASSERT_TRUE(loop.add(first.read.get(), EPOLLIN, remove_both));
  ASSERT_TRUE(loop.add(second.read.get(), EPOLLIN, remove_both));
  first.put();
  second.put();
  loop.step(milliseconds(0));
  loop.step(milliseconds(0));
  EXPECT_EQ(calls, 1);
}

TEST(Loop, ADescriptorThatIsntOneIsAnError) {
  Loop loop;
  EXPECT_EQ(loop.add(-1, EPOLLIN, [](std::uint32_t) {}).error().message,
            "waiting for a descriptor: Bad file descriptor");
}

TEST(Loop, TimersComeOnceAndTheLastOfANameCounts) {
  Loop loop;
  int first = 0;
  int second = 0;
  loop.after("a", milliseconds(0), [&] { ++first; });
  loop.after("a", milliseconds(0), [&] { ++second; });
  loop.step(milliseconds(1000));
  loop.step(milliseconds(0));
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
}

TEST(Loop, RunsUntilItIsStopped) {
  Loop loop;
  loop.after("stop", milliseconds(0), [&] { loop.stop(); });
  loop.run();
}

}  // namespace
}  // namespace eventfilter::service
