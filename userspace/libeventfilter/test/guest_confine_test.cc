// SPDX-License-Identifier: BSD-2-Clause
//
// What a ruleset is put on: threads, the next program, a descriptor; and asking first.
#include <atomic>
#include <thread>

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "guest.h"

namespace eventfilter::test {
namespace {

TEST(Confine, AllThreadsOrOnlyThisOne) {
  const Ruleset ruleset = ruleset_of("sys_enter_getppid: deny errno EXDEV\n");
  const auto errno_of_sibling = [&](unsigned flags) {
    return in_child([&] {
      std::atomic<int> step = 0;
      int seen = -1;
      std::thread sibling([&] {
        step = 1;
        step.notify_all();
        step.wait(1);
        seen = syscall(SYS_getppid) < 0 ? errno : 0;
      });
      step.wait(0);
      const bool enforced = no_new_privs().ok() && ruleset.enforce(flags).ok();
      step = 2;
      step.notify_all();
      sibling.join();
      return enforced ? seen : 99;
    });
  };
  EXPECT_EQ(errno_of_sibling(EVENTFILTER_TSYNC), EXDEV);
  EXPECT_EQ(errno_of_sibling(0), 0);
  EXPECT_EQ(eventfilter_enforce(ruleset.fd(), EVENTFILTER_TSYNC | EVENTFILTER_ON_EXEC), -EINVAL);
}

TEST(Confine, TheNextProgramOnly) {
  const Ruleset ruleset = ruleset_of("sys_enter_getppid: deny errno EXDEV\n");
  EXPECT_EQ(in_child([&] {
              if (!no_new_privs().ok() || !ruleset.enforce(EVENTFILTER_ON_EXEC).ok()) return 99;
              return syscall(SYS_getppid) < 0 ? errno : 0;
            }),
            0)
      << "not yet";
}

class Attached : public testing::Test {
 protected:
  void SetUp() override { ASSERT_GE(file_.fd(), 0); }
  Handle file_{memfd_create("file", MFD_CLOEXEC)};
  char byte_ = 0;
};

TEST_F(Attached, HoldsForWhoeverUsesIt) {
  const Ruleset ruleset = ruleset_of("file_write: deny else errno EXDEV\n");
  ASSERT_TRUE(ruleset.attach_to(file_.fd()).ok());
  const Handle copy(dup(file_.fd()));
  EXPECT_EQ(write(copy.fd(), "x", 1), -1);
  EXPECT_EQ(errno, EXDEV);
  EXPECT_EQ(read(copy.fd(), &byte_, 1), 0);
  EXPECT_EQ(eventfilter_ruleset_write(ruleset.fd(), "file_read: deny\n", 16, nullptr), -EBUSY)
      << "it froze";
}

TEST_F(Attached, Errors) {
  const Ruleset ruleset = ruleset_of("file_write: deny\n");
  const Handle path(path_fd("."));
  EXPECT_EQ(eventfilter_attach(-1, ruleset.fd()), -EBADF);
  EXPECT_EQ(eventfilter_attach(path.fd(), ruleset.fd()), -EBADF);
  EXPECT_EQ(eventfilter_attach(file_.fd(), file_.fd()), -EBADFD);
  EXPECT_EQ(eventfilter_attach(file_.fd(), Ruleset::create().value().fd()), -ENODATA);
  EXPECT_EQ(eventfilter_attach(file_.fd(), ruleset_of("file_open: deny\n").fd()), -EINVAL);
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const Handle reader(ends[0]), writer(ends[1]);
  EXPECT_EQ(eventfilter_attach(writer.fd(), ruleset.fd()), -EOPNOTSUPP);
  for (int times = 0; times < 16; times++) ASSERT_EQ(eventfilter_attach(file_.fd(), ruleset.fd()), 0);
  EXPECT_EQ(eventfilter_attach(file_.fd(), ruleset.fd()), -E2BIG);
}

TEST_F(Attached, CheckSaysWhatTheUseWould) {
  ASSERT_TRUE(ruleset_of("file_write: deny else errno EXDEV\n"
                         "file_ioctl: cmd == 0x541B else errno EDOM\n")
                  .attach_to(file_.fd())
                  .ok());
  EXPECT_EQ(eventfilter_check(file_.fd(), "file_write", 0), -EXDEV);
  EXPECT_EQ(eventfilter_check(file_.fd(), "file_read", 0), 0);
  EXPECT_EQ(eventfilter_check(file_.fd(), "file_ioctl", FIONREAD), 0);
  EXPECT_EQ(eventfilter_check(file_.fd(), "file_ioctl", FIONBIO), -EDOM);
  EXPECT_EQ(in_confined(ruleset_of("file_read: deny else errno ENXIO\n"),
                        [&] { return -eventfilter_check(file_.fd(), "file_read", 0); }),
            ENXIO)
      << "the caller's layers count as well";
  EXPECT_EQ(eventfilter_check(-1, "file_read", 0), -EBADF);
  EXPECT_EQ(eventfilter_check(file_.fd(), nullptr, 0), -EFAULT);
  EXPECT_EQ(eventfilter_check(file_.fd(), "file_open", 0), -EINVAL);
  EXPECT_EQ(eventfilter_check(file_.fd(), "file_read", 1), -EINVAL);
}

}  // namespace
}  // namespace eventfilter::test
