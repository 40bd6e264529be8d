// SPDX-License-Identifier: BSD-2-Clause
// EVF_ENFORCE_TSYNC: a layer for all threads of a process, or for none (fact 10).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <barrier>
#include <csignal>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "support/channel.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRule = "sys_enter_getppid: deny else errno EXDEV";
constexpr const char* kOther = "sys_enter_getpgrp: deny else errno EXDEV";

// A thread that waits in a system call, then does what it's told
class Sibling {
 public:
  explicit Sibling(std::function<void()> before = [] {}, std::function<void()> after = [] {})
      : thread_([this, before, after] {
          before();
          tid_ = gettid();
          go_.wait(false);
          after();
        }) {
    while (tid_ == 0) {
      usleep(100);
    }
  }
  ~Sibling() { finish(); }
  void finish() {
    if (thread_.joinable()) {
      go_ = true;
      go_.notify_all();
      thread_.join();
    }
  }
  [[nodiscard]] pid_t tid() const { return tid_; }

 private:
  std::atomic<pid_t> tid_ = 0;
  std::atomic<bool> go_ = false;
  std::thread thread_;
};

void expect_confined() { EXPECT_REFUSED(EXDEV, syscall(SYS_getppid)); }
void expect_free() { EXPECT_ALLOWED(syscall(SYS_getppid)); }

TEST(Tsync, Fact10ConfinesEveryThread) {
  in_child([] {
    std::vector<std::unique_ptr<Sibling>> siblings;
    for (int i = 0; i < 10; ++i) {
      siblings.push_back(std::make_unique<Sibling>([] {}, expect_confined));
    }
    enforce(kRule, EVF_ENFORCE_TSYNC);
    expect_confined();
    for (const auto& sibling : siblings) {
      sibling->finish();
    }
    std::thread(expect_confined).join();
  });
}

TEST(Tsync, OfAProcessWithOneThread) {
  in_child([] {
    enforce(kRule, EVF_ENFORCE_TSYNC);
    expect_confined();
  });
}

TEST(Tsync, FromAThreadThatIsNotTheFirst) {
  in_child([] {
    std::thread([] { enforce(kRule, EVF_ENFORCE_TSYNC); }).join();
    expect_confined();
  });
}

TEST(Tsync, NoNewPrivsComesAlong) {
  in_child([] {
    Sibling sibling([] {}, [] {
      EXPECT_EQ(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
    });
    enforce(kRule, EVF_ENFORCE_TSYNC);
  });
  in_child(Subject::kRoot, [] {
    Sibling sibling([] {}, [] {
      EXPECT_EQ(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
      expect_confined();
    });
    EXPECT_ALLOWED(Ruleset(kRule).try_enforce(EVF_ENFORCE_TSYNC)) << "root's right is enough";
  });
}

TEST(Tsync, AllHaveOneDomainAndMayReachEachOther) {
  in_child([] {
    Sibling sibling([] {}, [] {
      enforce(kOther);
      EXPECT_REFUSED(EXDEV, syscall(SYS_getpgrp)) << "and may go on alone";
    });
    enforce(kRule, EVF_ENFORCE_TSYNC);
    enforce("sys_enter_getpgid: deny", EVF_ENFORCE_TSYNC);
  });
}

TEST(Tsync, SiblingsWithFewerLayersGetThemAll) {
  in_child([] {
    enforce("sys_enter_getsid: deny else errno EXDEV");
    Sibling sibling([] {}, [] {
      expect_confined();
      EXPECT_REFUSED(EXDEV, syscall(SYS_getpgrp));
    });
    enforce(kOther);
    enforce(kRule, EVF_ENFORCE_TSYNC);
  });
}

// As seccomp does: who has a layer that the caller lacks can't be given the caller's
TEST(Tsync, ASiblingWithALayerOfItsOwnFailsIt) {
  in_child([] {
    set_no_new_privs();
    Sibling free([] {}, expect_free);
    Sibling other([] { enforce(kOther); }, expect_free);
    EXPECT_REFUSED(ESRCH, Ruleset(kRule).try_enforce(EVF_ENFORCE_TSYNC));
    expect_free();
    other.finish();
    EXPECT_ALLOWED(Ruleset("sys_enter_getsid: deny").try_enforce(EVF_ENFORCE_TSYNC));
  });
}

TEST(Tsync, WhatOneThreadHoldsFailsIt) {
  in_child([] {
    set_no_new_privs();
    std::atomic<pid_t> tracee = 0;
    Sibling tracer(
        [&] {
          const pid_t child = fork();
          if (child == 0) {
            pause();
          }
          require_call(syscall(SYS_ptrace, 0x4206, child, 0, 0), "PTRACE_SEIZE");
          tracee = child;
        },
        [&] {
          expect_confined();
          kill(tracee, SIGKILL);
        });
    EXPECT_REFUSED(EBUSY, Ruleset(kRule).try_enforce(EVF_ENFORCE_TSYNC));
    expect_free();
    EXPECT_ALLOWED(
        Ruleset(kRule).try_enforce(EVF_ENFORCE_TSYNC | EVF_ENFORCE_KEEP_TRACEES));
  });
}

TEST(Tsync, IsNoPartOfAPendingLayer) {
  in_child([] {
    set_no_new_privs();
    EXPECT_REFUSED(EINVAL,
                   Ruleset(kRule).try_enforce(EVF_ENFORCE_TSYNC | EVF_ENFORCE_ON_EXEC));
    expect_free();
  });
}

TEST(Tsync, PendingLayersOfSiblingsStayTheirs) {
  in_child([] {
    Sibling sibling([] { enforce(kOther, EVF_ENFORCE_ON_EXEC); }, [] {
      const int status = run({helper("evf_probe"), "getpgrp"}).exit_code();
      EXPECT_EQ(status, EXDEV);
    });
    enforce(kRule, EVF_ENFORCE_TSYNC);
    EXPECT_EQ(run({helper("evf_probe"), "getpgrp"}).exit_code(), 0);
    EXPECT_EQ(run({helper("evf_probe"), "getppid"}).exit_code(), EXDEV);
  });
}

TEST(Tsync, Fact10SleepersAreWokenAndGoOnSleeping) {
  in_child([] {
    int ends[2];
    require_call(pipe(ends), "pipe");
    std::atomic<bool> reading = false;
    std::thread reader([&] {
      char byte = 0;
      reading = true;
      EXPECT_EQ(read(ends[0], &byte, 1), 1) << "restarted, no EINTR";
      expect_confined();
    });
    while (!reading) {
    }
    usleep(20000);
    enforce(kRule, EVF_ENFORCE_TSYNC);
    require_call(write(ends[1], "x", 1), "write");
    reader.join();
  });
}

TEST(Tsync, ASignalInterruptsTheWaiting) {
  in_child([] {
    static std::atomic<int> signals = 0;
    struct sigaction action {};
    action.sa_handler = [](int) { signals = signals + 1; };
    require_call(sigaction(SIGUSR1, &action, nullptr), "sigaction");
    // Its child lives until it is told: meanwhile vfork keeps the thread in the kernel
    int ends[2];
    require_call(pipe(ends), "pipe");
    std::atomic<bool> in_vfork = false;
    std::thread busy([&] {
      in_vfork = true;
      const pid_t child = vfork();
      if (child == 0) {
        char byte = 0;
        syscall(SYS_read, ends[0], &byte, 1);
        _exit(0);
      }
      waitpid(child, nullptr, 0);
      expect_confined();
    });
    while (!in_vfork) {
    }
    // A process: a thread would be stopped, too
    const pid_t helper = fork();
    if (helper == 0) {
      usleep(50000);
      kill(getppid(), SIGUSR1);
      usleep(50000);
      _exit(write(ends[1], "x", 1) == 1 ? 0 : 1);
    }
    enforce(kRule, EVF_ENFORCE_TSYNC);
    EXPECT_EQ(signals, 1) << "handled while it waited, and then it went on";
    busy.join();
    waitpid(helper, nullptr, 0);
  });
}

TEST(Tsync, Fact10TwoAtOnceDoNotWaitForEachOther) {
  for (int round = 0; round < 20; ++round) {
    in_child([] {
      set_no_new_privs();
      const Ruleset rule(kRule);
      const Ruleset other(kOther);
      std::barrier start(2);
      const auto race = [&](const Ruleset& ruleset) {
        start.arrive_and_wait();
        EXPECT_ALLOWED(ruleset.try_enforce(EVF_ENFORCE_TSYNC));
      };
      std::thread first([&] { race(rule); });
      std::thread second([&] { race(other); });
      first.join();
      second.join();
      expect_confined();
      EXPECT_REFUSED(EXDEV, syscall(SYS_getpgrp));
    });
  }
}

TEST(Tsync, LeavesWorkersOfIoUringAlone) {
  in_child([] {
    Ring ring;
    // Makes a worker, which then waits for more to do
    io_uring_sqe request = openat_request("/", O_RDONLY);
    request.flags |= IOSQE_ASYNC;
    require_call(ring.do_request(request), "openat by a worker");
    set_no_new_privs();
    EXPECT_ALLOWED(
        Ruleset(kRule).try_enforce(EVF_ENFORCE_TSYNC | EVF_ENFORCE_KEEP_IO_URING));
    expect_confined();
  });
}

TEST(Tsync, OtherProcessesAreOthers) {
  in_child([] {
    Channel channel;
    const pid_t child = fork();
    if (child == 0) {
      (void)channel.child().receive();
      _exit(syscall(SYS_getppid) < 0 ? 1 : 0);
    }
    enforce("sys_enter_getppid: deny", EVF_ENFORCE_TSYNC);
    channel.parent().send(0);
    int status = 1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  });
}

}  // namespace
}  // namespace eventfilter::selftest
