// SPDX-License-Identifier: BSD-2-Clause
// The descriptors of label spaces and rulesets: how they are made, what they refuse, that they
// travel.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/channel.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRule = "sys_enter_getppid: deny else errno EXDEV";

unsigned long as_argument(int fd) { return static_cast<unsigned long>(fd); }

TEST(Descriptors, AreClosedOnExec) {
  const LabelSpace space;
  const Ruleset ruleset;
  EXPECT_EQ(fcntl(space.fd(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(fcntl(ruleset.fd(), F_GETFD), FD_CLOEXEC);
}

TEST(Descriptors, NeedNoPrivilege) {
  in_child([] {
    const LabelSpace space("a_t");
    const Ruleset ruleset(space, "file_open: label & a_t");
    ruleset.enforce();
  });
}

TEST(Descriptors, UnknownFlagsAreRefused) {
  for (const unsigned long flags : {1UL, 2UL, 1UL << 31, 1UL << 32, 1UL << 63}) {
    EXPECT_REFUSED(EINVAL, evf(EVF_LABELS, flags)) << flags;
  }
  for (const unsigned long flags : {2UL, 3UL, 1UL << 31, 1UL << 32, 1UL << 63}) {
    EXPECT_REFUSED(EINVAL, evf(EVF_RULESET, kNoLabels, flags)) << flags;
  }
}

TEST(Descriptors, ARulesetWantsALabelSpaceOrNone) {
  const Ruleset ruleset;
  const Fd null(open("/dev/null", O_RDWR));
  EXPECT_REFUSED(EBADF, evf(EVF_RULESET, 1000));
  EXPECT_REFUSED(EBADF, evf(EVF_RULESET, as_argument(-2)));
  EXPECT_REFUSED(EBADFD, evf(EVF_RULESET, as_argument(null.get())));
  EXPECT_REFUSED(EBADFD, evf(EVF_RULESET, as_argument(ruleset.fd())));
}

TEST(Descriptors, EnforceWantsARuleset) {
  in_child([] {
    const LabelSpace space;
    const Fd null(open("/dev/null", O_RDWR));
    const Fd path(open("/", O_PATH));
    set_no_new_privs();
    EXPECT_REFUSED(EBADF, evf(EVF_ENFORCE, 1000));
    EXPECT_REFUSED(EBADF, evf(EVF_ENFORCE, as_argument(-1)));
    EXPECT_REFUSED(EBADFD, evf(EVF_ENFORCE, as_argument(null.get())));
    EXPECT_REFUSED(EBADFD, evf(EVF_ENFORCE, as_argument(space.fd())));
    // An O_PATH descriptor is no open file at all
    EXPECT_REFUSED(EBADF, evf(EVF_ENFORCE, as_argument(path.get())));
  });
}

TEST(Descriptors, EnforceRefusesUnknownFlags) {
  in_child([] {
    const Ruleset ruleset(kRule);
    set_no_new_privs();
    for (const unsigned long flags : {16UL, 1UL << 31, 1UL << 32, 1UL << 63}) {
      EXPECT_REFUSED(EINVAL, evf(EVF_ENFORCE, as_argument(ruleset.fd()), flags)) << flags;
    }
    EXPECT_ALLOWED(syscall(SYS_getppid)) << "a refused call confines nobody";
  });
}

TEST(Descriptors, AnEmptyRulesetCannotBeEnforced) {
  in_child([] {
    set_no_new_privs();
    EXPECT_REFUSED(ENODATA, Ruleset().try_enforce());
    const Ruleset only_comments;
    EXPECT_ALLOWED(only_comments.write("# nothing\n\n   \n"));
    EXPECT_REFUSED(ENODATA, only_comments.try_enforce());
    // It didn't freeze
    EXPECT_ALLOWED(only_comments.write(kRule));
    EXPECT_ALLOWED(only_comments.try_enforce());
  });
}

TEST(Descriptors, NoneIsLeftWhenTheTableIsFull) {
  in_child([] {
    const rlimit few{8, 8};
    require_call(setrlimit(RLIMIT_NOFILE, &few), "setrlimit");
    while (dup(0) >= 0) {
    }
    EXPECT_REFUSED(EMFILE, evf(EVF_LABELS));
    EXPECT_REFUSED(EMFILE, evf(EVF_RULESET, kNoLabels, 0));
  });
}

TEST(Descriptors, UnknownIoctlsAreRefused) {
  const LabelSpace space;
  const Ruleset ruleset;
  EXPECT_REFUSED(ENOTTY, ioctl(space.fd(), _IO(EVF_IOC_MAGIC, 12)));
  EXPECT_REFUSED(ENOTTY, ioctl(space.fd(), _IO(EVF_IOC_MAGIC, 200)));
  EXPECT_REFUSED(ENOTTY, ioctl(ruleset.fd(), EVF_COMMIT));
  EXPECT_REFUSED(ENOTTY, ioctl(ruleset.fd(), _IO(EVF_IOC_MAGIC, 200)));
}

TEST(Descriptors, AnObjectManagerCanSendARulesetToWhoeverWillEnforceIt) {
  const Channel channel;
  Child confined([&] {
    const Fd ruleset = channel.child().receive_fd();
    set_no_new_privs();
    EXPECT_ALLOWED(evf(EVF_ENFORCE, as_argument(ruleset.get())));
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
  });
  channel.parent().send_fd(Ruleset(kRule).fd());
  EXPECT_TRUE(confined.wait().exited_normally());
}

TEST(Descriptors, OneRulesetServesManyTasks) {
  const Ruleset ruleset(kRule);
  for (int i = 0; i < 10; ++i) {
    in_child([&] {
      ruleset.enforce();
      EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
    });
  }
  EXPECT_ALLOWED(syscall(SYS_getppid));
}

TEST(Descriptors, OneRulesetCanBeTwoLayersOfOneTask) {
  in_child([] {
    const Ruleset ruleset(kRule);
    ruleset.enforce();
    ruleset.enforce();
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
  });
}

TEST(Descriptors, ClosingThemTakesNothingBack) {
  in_child([] {
    {
      const LabelSpace space("a_t");
      Ruleset(space, "sys_enter_getppid: deny else errno EXDEV\nfile_open: label & a_t").enforce();
    }
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
    EXPECT_REFUSED(EACCES, open("/", O_RDONLY | O_DIRECTORY));
  });
}

TEST(Descriptors, CannotBeReopenedOrMapped) {
  const Ruleset ruleset(kRule);
  const LabelSpace space;
  for (const int fd : {ruleset.fd(), space.fd()}) {
    EXPECT_REFUSED(ENXIO, open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_RDWR));
    EXPECT_EQ(mmap(nullptr, 4096, PROT_READ, MAP_SHARED, fd, 0), MAP_FAILED);
    EXPECT_EQ(errno, ENODEV);
  }
}

}  // namespace
}  // namespace eventfilter::selftest
