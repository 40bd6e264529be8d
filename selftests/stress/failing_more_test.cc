// SPDX-License-Identifier: BSD-2-Clause
// Every allocation fails once in the calls that reach further than their caller: all threads, an open
// file description, the next program.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "support/attach.h"
#include "support/child.h"
#include "support/fail_nth.h"
#include "support/label_probe.h"
#include "support/net.h"
#include "support/program.h"
#include "support/records.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRule = "sys_enter_getppid: deny else errno EDOM\n";

class FailingFurther : public testing::Test {
 protected:
  void SetUp() override {
    if (!can_inject_faults()) {
      GTEST_SKIP() << "this kernel has no fault injection; the debug kernel has";
    }
  }
};

// A thread that makes no system call while it waits, and one of whose allocations may fail
class Spinner {
 public:
  explicit Spinner(int nth)
      : thread_([this, nth] {
          FaultyCall call(nth);
          call([this] {
            ready_ = true;
            while (!go_) {
            }
            return 0;
          });
          had_a_fault_ = call.had_a_fault();
          error_ = error_of(syscall(SYS_getppid));
        }) {
    while (!ready_) {
    }
  }
  void finish() {
    go_ = true;
    thread_.join();
  }
  [[nodiscard]] int error() const { return error_; }
  [[nodiscard]] bool had_a_fault() const { return had_a_fault_; }

 private:
  std::atomic<bool> ready_ = false;
  std::atomic<bool> go_ = false;
  bool had_a_fault_ = false;
  int error_ = 0;
  std::thread thread_;
};

// More than any call makes
constexpr int kNever = 1'000'000;

TEST_F(FailingFurther, TsyncConfinesAllThreadsOrNone) {
  EXPECT_GT(fail_each_allocation([](FaultyCall& call) {
              const Ruleset ruleset(kRule);
              set_no_new_privs();
              Spinner one(kNever);
              Spinner two(kNever);
              const bool enforced =
                  call([&] { return ruleset.try_enforce(EVF_ENFORCE_TSYNC); }) == 0;
              one.finish();
              two.finish();
              for (const int error : {error_of(syscall(SYS_getppid)), one.error(), two.error()}) {
                EXPECT_EQ(error, enforced ? EDOM : 0);
              }
            }),
            2);
}

TEST_F(FailingFurther, TsyncFailsForAllWhenItFailsInASibling) {
  int failures = 0;
  for (int nth = 1; nth < 100; ++nth) {
    const int outcome = value_from_child(Subject::kRoot, [&] {
      const Ruleset ruleset(kRule);
      set_no_new_privs();
      Spinner sound(kNever);
      Spinner starved(nth);
      const int error = error_of(ruleset.try_enforce(EVF_ENFORCE_TSYNC));
      sound.finish();
      starved.finish();
      // Not each allocation of a thread is one that it needs
      EXPECT_TRUE(error == 0 || (error == ENOMEM && starved.had_a_fault())) << errno_name(error);
      for (const int refused : {error_of(syscall(SYS_getppid)), sound.error(), starved.error()}) {
        EXPECT_EQ(refused, error == 0 ? EDOM : 0) << nth;
      }
      return (starved.had_a_fault() ? 1 : 0) + (error != 0 ? 2 : 0);
    });
    if (outcome <= 0) break;
    failures += outcome / 2;
  }
  EXPECT_GT(failures, 0) << "a sibling allocates its credentials itself";
}

TEST_F(FailingFurther, AttachingLeavesTheDescriptionAsItWas) {
  for (const bool is_first : {true, false}) {
    EXPECT_GT(fail_each_allocation([&](FaultyCall& call) {
                const Fd file(memfd_create("evf", MFD_CLOEXEC));
                if (!is_first) attach(file.get(), "file_write: deny else errno EXDEV");
                const Ruleset ruleset("file_read: deny else errno EDOM\n");
                const bool attached = call([&] { return try_attach(file.get(), ruleset); }) == 0;
                char byte = 'x';
                EXPECT_EQ(error_of(read(file.get(), &byte, 1)), attached ? EDOM : 0);
                EXPECT_EQ(error_of(write(file.get(), &byte, 1)), is_first ? 0 : EXDEV);
                EXPECT_ALLOWED(try_attach(file.get(), ruleset)) << "a second try succeeds";
                EXPECT_REFUSED(EDOM, read(file.get(), &byte, 1));
              }),
              1);
  }
}

// The calling thread's allocations count down from `nth`; 0 is none
class Countdown {
 public:
  void start(int nth) const {
    const std::string text = std::to_string(nth);
    require_call(pwrite(fd_.get(), text.data(), text.size(), 0), "fail-nth");
  }

 private:
  const Fd fd_{require_fd(open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC), "fail-nth")};
};

TEST_F(FailingFurther, WhatIsAcceptedIsFilteredOrIsNotAccepted) {
  const Fd listening = listening_socket(ip_address("127.0.0.1", 2345));
  attach(listening.get(), "socket_send: deny else errno EXDEV");
  in_child(Subject::kRoot, [&] {
    const Countdown countdown;
    int accepted = 0;
    for (int nth = 1; nth < 60; ++nth) {
      const Fd client = connected_socket(ip_address("127.0.0.1", 2345), SOCK_STREAM);
      countdown.start(nth);
      const int got = accept4(listening.get(), nullptr, nullptr, SOCK_NONBLOCK);
      countdown.start(0);
      const Fd owned(got);
      if (got < 0) continue;
      ++accepted;
      ASSERT_REFUSED(EXDEV, send_byte(got)) << "after allocation " << nth << " had failed";
    }
    EXPECT_GT(accepted, 20) << "in the end nothing fails";
  });
}

class FailingTransition : public FailingFurther {
 protected:
  FailingTransition() {
    std::filesystem::copy_file(helper("evf_probe"), program_);
    require_call(chmod(program_.c_str(), 0755), "chmod");
    space_.label_file(program_, "b_t");
  }

  const Tree tree_;
  const std::string program_ = tree_.path("program");
  const LabelSpace space_{kProbeNames};
  const Ruleset start_ = Ruleset::labelled(space_, "a_t", "sys_enter_getsid: allow");
};

TEST_F(FailingTransition, IsStagedOrNot) {
  EXPECT_GT(fail_each_allocation([&](FaultyCall& call) {
              const LabelSpace space(kProbeNames);
              space.label_file(program_, "b_t");
              const Ruleset start = Ruleset::labelled(space, "a_t", "sys_enter_getsid: allow");
              const Ruleset ruleset(kRule);
              const bool staged =
                  call([&] { return stage_transition(space, "a_t", "b_t", ruleset.fd()); }) == 0;
              space.commit();
              start.enforce();
              EXPECT_EQ(run({program_, "getppid"}).exit_code(), staged ? EDOM : 0);
            }),
            1);
}

TEST_F(FailingTransition, TheProgramHasTheLayerOrDoesNotRun) {
  const Ruleset ruleset(kRule);
  require_call(stage_transition(space_, "a_t", "b_t", ruleset.fd()), "EVF_TRANSITION");
  space_.commit();
  in_child(Subject::kRoot, [&] {
    start_.enforce();
    expect_each_execve_confined(program_, EDOM);
  });
}

TEST_F(FailingFurther, LinesOfALabelSpaceTakeAllOrNothing) {
  const Tree tree;
  const std::string file = tree.make_file("file");
  EXPECT_GT(fail_each_allocation([&](FaultyCall& call) {
              const LabelSpace space(kProbeNames);
              const LabelProbe probe(space);
              const LabelProbe connect(space, "socket_connect");
              const bool taken = call([&] {
                return space.write("fs tmpfs a_t\nendpoint any 127.0.0.0/8 * b_t\n"
                                   "group both = a_t b_t\n");
              }) == 0;
              space.commit();
              EXPECT_EQ(probe.of(file), taken ? "a_t" : "");
              EXPECT_EQ(connect.of([] {
                return try_connect(ip_address("127.0.0.1", 9), SOCK_DGRAM);
              }), taken ? "b_t" : "");
              EXPECT_EQ(error_of(Ruleset(space).write("file_open: label & both")),
                        taken ? 0 : EINVAL);
            }),
            3);
}

TEST_F(FailingFurther, QuestionsAndRecords) {
  const Tree tree;
  const std::string file = tree.make_file("file");
  const LabelSpace space(kProbeNames);
  space.label_file(file, "a_t");
  const Fd object(open(file.c_str(), O_PATH | O_CLOEXEC));
  for (const unsigned long request : {EVF_GET_FILE, EVF_LIST}) {
    fail_each_allocation([&](FaultyCall& call) {
      char text[4096] = {};
      evf_question question{};
      question.size = sizeof(question);
      question.fd = request == EVF_GET_FILE ? object.get() : 0;
      question.text = reinterpret_cast<uintptr_t>(text);
      question.text_len = sizeof(text);
      call([&] { return ioctl(space.fd(), request, &question) < 0 ? -1L : 0L; });
    });
  }
  EXPECT_GT(fail_each_allocation([](FaultyCall& call) {
              const Ruleset ruleset(kRule);
              Fd records;
              call([&] {
                const long fd = open_records(ruleset);
                records = Fd(static_cast<int>(fd));
                return fd;
              });
              EXPECT_ALLOWED(records.is_open() ? 0 : Fd(static_cast<int>(open_records(ruleset))).get());
              ruleset.enforce();
              EXPECT_REFUSED(EDOM, syscall(SYS_getppid)) << "a record or none, refused it is";
            }),
            1);
}

// What can't be recorded for want of memory is refused all the same, and counted as lost
TEST_F(FailingFurther, ARefusalNeedsNoMemoryForItsRecord) {
  const Ruleset ruleset(kRule);
  const Records records(ruleset);
  in_child(Subject::kRoot, [&] {
    const Countdown countdown;
    ruleset.enforce();
    for (int nth = 1; nth < 10; ++nth) {
      countdown.start(nth);
      const int error = error_of(syscall(SYS_getppid));
      countdown.start(0);
      EXPECT_EQ(error, EDOM) << nth;
    }
  });
  EXPECT_NE(records.text().find("lost="), std::string::npos);
}

}  // namespace
}  // namespace eventfilter::selftest
