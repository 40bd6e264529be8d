// SPDX-License-Identifier: BSD-2-Clause
// io_uring: a ring runs calls that no filter on system calls sees, with credentials from whenever
// it was made. So rings from before are refused, and credentials are compared.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/eventfilter.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/calls.h"
#include "support/child.h"
#include "support/event.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRule = "file_open: name != \"secret\"\n";

long make_ring(unsigned flags = 0) {
  io_uring_params parameters{};
  parameters.flags = flags;
  return uring_setup(4, &parameters);
}

TEST(IoUring, Fact11ARingFromBeforeFailsTheEnforcement) {
  in_child([] {
    const Ruleset ruleset(kRule);
    set_no_new_privs();
    {
      const Ring ring;
      EXPECT_REFUSED(EBUSY, ruleset.try_enforce());
      EXPECT_REFUSED(EBUSY, ruleset.try_enforce(EVF_ENFORCE_KEEP_TRACEES));
    }
    // A ring that was closed does no harm; the kernel takes a moment to take it down
    long result = -1;
    for (int tries = 0; tries < 1000 && (result = ruleset.try_enforce()) != 0 && errno == EBUSY;
         ++tries) {
      usleep(10'000);
    }
    EXPECT_ALLOWED(result);
  });
}

TEST(IoUring, Fact11ARingThatWasInheritedFailsItToo) {
  in_child([] {
    const Ring ring;
    in_child(Subject::kRoot, [] {
      set_no_new_privs();
      EXPECT_REFUSED(EBUSY, Ruleset(kRule).try_enforce());
    });
  });
}

TEST(IoUring, Fact11ARingThatIsOnlyMappedFailsItToo) {
  in_child([] {
    const Ring ring;
    in_child(Subject::kRoot, [&] {
      close(ring.fd());
      set_no_new_privs();
      EXPECT_REFUSED(EBUSY, Ruleset(kRule).try_enforce());
    });
  });
}

TEST(IoUring, Fact11ARingThatIsOnlyRegisteredFailsItToo) {
  in_child([] {
    {
      const Ring ring;
      io_uring_rsrc_update place{};
      place.data = static_cast<unsigned>(ring.fd());
      ASSERT_EQ(uring_register(ring.fd(), IORING_REGISTER_RING_FDS, &place, 1), 1);
    }
    // Longer than a ring lives that nobody holds
    for (int i = 0; i < 10; ++i) {
      in_child(Subject::kRoot, [] { EXPECT_GE(make_ring(), 0); });
    }
    EXPECT_EQ(uring_enter(0, 0, 0, IORING_ENTER_REGISTERED_RING), 0) << "it's used by its index";
    set_no_new_privs();
    EXPECT_REFUSED(EBUSY, Ruleset(kRule).try_enforce());
    EXPECT_ALLOWED(Ruleset(kRule).try_enforce(EVF_ENFORCE_KEEP_IO_URING));
  });
}

TEST(IoUring, TheFlagAcceptsIt) {
  const Tree tree;
  const std::string secret = tree.make_file("secret");
  in_child([&] {
    Ring ring;
    set_no_new_privs();
    EXPECT_ALLOWED(Ruleset(kRule).try_enforce(EVF_ENFORCE_KEEP_IO_URING));
    EXPECT_REFUSED(EACCES, ring.do_request(openat_request(secret.c_str(), O_RDONLY)))
        << "requests without a personality are judged by the submitter";
  });
}

TEST(IoUring, Fact11APersonalityFromBeforeIsRefused) {
  const Tree tree;
  const std::string secret = tree.make_file("secret");
  in_child([&] {
    Ring ring;
    const long unconfined = uring_register(ring.fd(), IORING_REGISTER_PERSONALITY, nullptr, 0);
    ASSERT_GT(unconfined, 0);
    io_uring_sqe request = openat_request(secret.c_str(), O_RDONLY);
    request.personality = static_cast<unsigned short>(unconfined);
    EXPECT_ALLOWED(ring.do_request(request));
    set_no_new_privs();
    ASSERT_ALLOWED(Ruleset(kRule).try_enforce(EVF_ENFORCE_KEEP_IO_URING));
    EXPECT_REFUSED(EPERM, ring.do_request(request)) << "those credentials are confined less";
    const long confined = uring_register(ring.fd(), IORING_REGISTER_PERSONALITY, nullptr, 0);
    ASSERT_GT(confined, 0);
    request.personality = static_cast<unsigned short>(confined);
    EXPECT_REFUSED(EACCES, ring.do_request(request)) << "its own it may use, and they are confined";
  });
}

TEST(IoUring, Fact11ARulesetThatDeniesASyscallDeniesIoUrings) {
  in_child([] {
    enforce("sys_enter_getppid: deny\n");
    EXPECT_REFUSED(EPERM, make_ring());
    EXPECT_REFUSED(EPERM, uring_enter(-1, 0, 0));
    EXPECT_REFUSED(EPERM, uring_register(-1, 0, nullptr, 0));
  });
}

TEST(IoUring, AlsoOneThatFiltersASyscall) {
  in_child([] {
    enforce("sys_enter_lseek: fd == 1\n");
    EXPECT_REFUSED(EPERM, make_ring());
  });
}

TEST(IoUring, UnlessItNamesThem) {
  in_child([] {
    enforce("sys_enter_getppid: deny\nsys_enter_io_uring_setup: allow\n");
    EXPECT_ALLOWED(make_ring());
    EXPECT_REFUSED(EPERM, uring_enter(-1, 0, 0)) << "each is named by itself";
  });
  in_child([] {
    enforce("sys_enter_getppid: deny\nsys_enter_io_uring_setup, sys_enter_io_uring_enter: allow\n");
    Ring ring;
    io_uring_sqe nothing{};
    nothing.opcode = IORING_OP_NOP;
    EXPECT_ALLOWED(ring.do_request(nothing));
  });
}

TEST(IoUring, ARulesetThatOnlyAllowsDeniesNone) {
  in_child([] {
    enforce("sys_enter_getppid: allow\n");
    EXPECT_ALLOWED(make_ring());
  });
}

TEST(IoUring, Fact31TheEventOfMakingARing) {
  const Raised made{Subject::kUser, "system_io_uring", [] { return make_ring(); }};
  expect_number(made, "cmd", EVF_IO_URING_SETUP, EVF_IO_URING_SQPOLL);
  EXPECT_TRUE(holds(made, "uid == 1000"));
  EXPECT_EQ(error_under(Subject::kUser, "system_io_uring: deny", [] { return make_ring(); }),
            EPERM);
  EXPECT_EQ(error_under(Subject::kUser, "system: deny", [] { return make_ring(); }), EPERM);
}

TEST(IoUring, Fact31TheEventOfAPollingThread) {
  const Raised polled{Subject::kUser, "system_io_uring",
                      [] { return make_ring(IORING_SETUP_SQPOLL); }};
  EXPECT_FALSE(holds(polled, "cmd != 2"));
  EXPECT_TRUE(holds(polled, "cmd in { 1, 2 }"));
}

TEST(IoUring, TheEventOfOtherCredentials) {
  in_child([] {
    enforce("system_io_uring: cmd != 3 else errno EDOM\n");
    Ring ring;
    const long own = uring_register(ring.fd(), IORING_REGISTER_PERSONALITY, nullptr, 0);
    ASSERT_GT(own, 0);
    io_uring_sqe nothing{};
    nothing.opcode = IORING_OP_NOP;
    EXPECT_ALLOWED(ring.do_request(nothing));
    nothing.personality = static_cast<unsigned short>(own);
    EXPECT_REFUSED(EDOM, ring.do_request(nothing));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
