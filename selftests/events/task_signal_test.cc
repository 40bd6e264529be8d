// SPDX-License-Identifier: BSD-2-Clause
// task_signal: field by field, and every door by which a signal comes to another process.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <ctime>
#include <thread>

#include "events/labelled_victim.h"
#include "support/channel.h"
#include "support/require.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kOnlyA = "task_signal: label & a_t else errno EXDEV";

volatile sig_atomic_t g_caught = 0;

void catch_signal(int number) {
  struct sigaction action {};
  action.sa_handler = [](int) { g_caught = g_caught + 1; };
  require_call(sigaction(number, &action, nullptr), "sigaction");
}

siginfo_t from_us(int number) {
  siginfo_t info{};
  info.si_signo = number;
  info.si_code = SI_QUEUE;
  info.si_pid = getpid();
  return info;
}

// Every system call that sends one
void send_by_every_door(pid_t target, const std::function<void(const char*, long)>& judge) {
  siginfo_t info = from_us(SIGWINCH);
  judge("kill", kill(target, SIGWINCH));
  judge("kill, 0", kill(target, 0));
  judge("tgkill", syscall(SYS_tgkill, target, target, SIGWINCH));
  judge("tkill", syscall(SYS_tkill, target, SIGWINCH));
  judge("rt_sigqueueinfo", syscall(SYS_rt_sigqueueinfo, target, SIGWINCH, &info));
  judge("rt_tgsigqueueinfo", syscall(SYS_rt_tgsigqueueinfo, target, target, SIGWINCH, &info));
  const Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, target, 0)));
  judge("pidfd_send_signal", syscall(SYS_pidfd_send_signal, pidfd.get(), SIGWINCH, nullptr, 0));
  judge("pidfd_send_signal, with more",
        syscall(SYS_pidfd_send_signal, pidfd.get(), SIGWINCH, &info, 0));
}

using TaskSignal = TaskEvents;

TEST_F(TaskSignal, BySystemCall) {
  const Victim allowed(wearing("a_t"));
  const Victim refused(wearing("b_t"));
  const Victim unlabelled([] {});
  in_child([&] {
    confine(kOnlyA);
    send_by_every_door(allowed.pid(),
                       [](const char* door, long returned) { EXPECT_ALLOWED(returned) << door; });
    for (const pid_t victim : {refused.pid(), unlabelled.pid()}) {
      send_by_every_door(victim, [](const char* door, long returned) {
        EXPECT_REFUSED(EXDEV, returned) << door;
      });
    }
  });
}

TEST_F(TaskSignal, RootIsNoException) {
  const Victim victim([] {});
  in_child(Subject::kRoot, [&] {
    confine(kOnlyA);
    EXPECT_REFUSED(EXDEV, kill(victim.pid(), SIGKILL));
    EXPECT_REFUSED(EXDEV, kill(1, SIGTERM));
  });
}

TEST_F(TaskSignal, TheKernelsOwnRefusalComesFirst) {
  const Victim root([] {}, Subject::kRoot);
  in_child([&] {
    confine("task_signal: deny else errno EXDEV");
    EXPECT_REFUSED(EPERM, kill(root.pid(), SIGTERM));
    EXPECT_REFUSED(EINVAL, kill(getppid(), 1000));
  });
}

TEST_F(TaskSignal, Sig) {
  const Victim victim([] {});
  for (const int number : {SIGWINCH, SIGCONT, SIGRTMIN + 3}) {
    expect_number({Subject::kUser, "task_signal", [&] { return kill(victim.pid(), number); }},
                  "sig", number, 10);
  }
  expect_number({Subject::kUser, "task_signal", [&] { return kill(victim.pid(), 0); }}, "sig", 0,
                9);
}

TEST_F(TaskSignal, Label) {
  const Victim victim(wearing("a_t"));
  expect_label(
      {Subject::kUser, "task_signal", [&] { return kill(victim.pid(), SIGCONT); }, &space_},
      "label", "a_t", "b_t");
}

TEST_F(TaskSignal, SubjectIsWhoSends) {
  const Victim victim([] {});
  const Raised raised{Subject::kUser, "task_signal", [&] { return kill(victim.pid(), 0); }};
  EXPECT_TRUE(holds(raised, "uid == 1000 && gid == 1000"));
  EXPECT_FALSE(holds(raised, "uid == 0"));
}

// Fact 15
TEST_F(TaskSignal, Fact15ItselfAndItsThreadsAlways) {
  in_child([&] {
    catch_signal(SIGUSR1);
    catch_signal(SIGRTMIN);
    confine("task_signal: deny");
    EXPECT_ALLOWED(raise(SIGUSR1));
    send_by_every_door(getpid(),
                       [](const char* door, long returned) { EXPECT_ALLOWED(returned) << door; });
    std::thread([] { EXPECT_ALLOWED(syscall(SYS_tgkill, getpid(), getpid(), SIGUSR1)); }).join();
    const itimerval soon{{0, 0}, {0, 1}};
    catch_signal(SIGALRM);
    const int before = g_caught;
    EXPECT_ALLOWED(setitimer(ITIMER_REAL, &soon, nullptr));
    while (g_caught == before) {
      usleep(1000);
    }
    timer_t timer{};
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGRTMIN;
    ASSERT_ALLOWED(timer_create(CLOCK_MONOTONIC, &event, &timer));
    const itimerspec once{{0, 0}, {0, 1}};
    const int before_timer = g_caught;
    EXPECT_ALLOWED(timer_settime(timer, 0, &once, nullptr));
    while (g_caught == before_timer) {
      usleep(1000);
    }
  });
}

TEST_F(TaskSignal, ItsChildrenAreOthers) {
  in_child([&] {
    confine("task_signal: deny else errno EXDEV");
    const pid_t child = fork();
    if (child == 0) {
      // A process group can be joined, so it's no reason to trust
      _exit(kill(getppid(), SIGWINCH) == -1 && errno == EXDEV ? 0 : 1);
    }
    EXPECT_REFUSED(EXDEV, kill(child, SIGWINCH));
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  });
}

TEST_F(TaskSignal, OfAGroupThoseThatMayBeSignalled) {
  in_child([&] {
    const Channel channel;
    const auto join = [&](bool labelled) {
      const pid_t group = getpid();
      const pid_t child = fork();
      if (child == 0) {
        setpgid(0, group);
        signal(SIGUSR1, SIG_DFL);
        if (labelled) {
          wearing("a_t")();
        }
        channel.child().send(0);
        for (;;) {
          pause();
        }
      }
      EXPECT_EQ(channel.parent().receive(), 0);
      return child;
    };
    setpgid(0, 0);
    signal(SIGUSR1, SIG_IGN);
    const pid_t labelled = join(true);
    const pid_t other = join(false);
    confine(kOnlyA);
    EXPECT_ALLOWED(kill(0, SIGUSR1)) << "one of them may be signalled";
    int status = 0;
    EXPECT_EQ(waitpid(labelled, &status, 0), labelled);
    EXPECT_EQ(WTERMSIG(status), SIGUSR1);
    EXPECT_EQ(waitpid(other, &status, WNOHANG), 0) << "it lives";
    EXPECT_REFUSED(EXDEV, kill(other, SIGKILL));
  });
}

TEST_F(TaskSignal, OfEverybodyThoseThatMayBeSignalled) {
  const Victim other([] {});
  in_child([&] {
    confine(kOnlyA);
    // To every process of this user; the kernel leaves out the caller
    EXPECT_REFUSED(EXDEV, kill(-1, SIGKILL));
    EXPECT_ALLOWED(kill(getpid(), 0));
  });
  EXPECT_ALLOWED(kill(other.pid(), 0)) << "it lives";
}

// A socket that a byte makes send a signal to its owner
struct Notifier {
  Notifier() { require_call(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair"); }
  ~Notifier() {
    close(ends[0]);
    close(ends[1]);
  }
  [[nodiscard]] long set(pid_t owner, int number) const {
    if (fcntl(ends[0], F_SETOWN, owner) != 0 || fcntl(ends[0], F_SETSIG, number) != 0) {
      return -1;
    }
    return fcntl(ends[0], F_SETFL, O_ASYNC);
  }
  void fire() const { require_call(write(ends[1], "x", 1), "write"); }
  int ends[2] = {-1, -1};
};

// Was it killed by what the file sent? Else it's as it was.
bool dies(const Victim& victim) {
  for (int i = 0; i < 50; ++i) {
    siginfo_t info{};
    require_call(waitid(P_PID, static_cast<id_t>(victim.pid()), &info, WEXITED | WNOHANG | WNOWAIT),
                 "waitid");
    if (info.si_pid == victim.pid()) {
      return true;
    }
    usleep(2000);
  }
  return false;
}

// Facts 8 and 27
TEST_F(TaskSignal, OfAFileByTheLayersOfWhoOpenedIt) {
  const Victim allowed(wearing("a_t"));
  const Victim refused(wearing("b_t"));
  in_child([&] {
    confine(kOnlyA);
    const Notifier to_allowed;
    const Notifier to_refused;
    ASSERT_ALLOWED(to_allowed.set(allowed.pid(), SIGUSR1));
    ASSERT_ALLOWED(to_refused.set(refused.pid(), SIGUSR1));
    to_refused.fire();
    to_allowed.fire();
  });
  EXPECT_TRUE(dies(allowed));
  EXPECT_FALSE(dies(refused));
}

TEST_F(TaskSignal, Fact27OfAFileWhoeverMakesItSendThem) {
  // The byte that does it comes from a process that isn't confined
  const Channel channel;
  const Victim refused(wearing("b_t"));
  Child confined([&] {
    confine(kOnlyA);
    const Notifier notifier;
    ASSERT_ALLOWED(notifier.set(refused.pid(), SIGUSR1));
    channel.child().send_fd(notifier.ends[1]);
    EXPECT_EQ(channel.child().receive(), 0);
  });
  const Fd end = channel.parent().receive_fd();
  require_call(write(end.get(), "x", 1), "write");
  EXPECT_FALSE(dies(refused));
  channel.parent().send(0);
  EXPECT_TRUE(confined.wait().exited_normally());
}

TEST_F(TaskSignal, OfAFileToItselfAlways) {
  in_child([&] {
    catch_signal(SIGUSR1);
    confine("task_signal: deny");
    const Notifier notifier;
    ASSERT_ALLOWED(notifier.set(getpid(), SIGUSR1));
    const int before = g_caught;
    notifier.fire();
    EXPECT_EQ(g_caught, before + 1);
    // Also when another makes it
    const pid_t child = fork();
    if (child == 0) {
      notifier.fire();
      _exit(0);
    }
    while (waitpid(child, nullptr, 0) != child) {
    }
    EXPECT_EQ(g_caught, before + 2);
  });
}

TEST_F(TaskSignal, AFileOfSomebodyElseIsNotMadeToSendAny) {
  // Its signals would be judged by the layers of who opened it: here, by none
  const Notifier from_before;
  in_child([&] {
    const int fd = from_before.ends[0];
    confine(kOnlyA);
    int pid = getpid();
    f_owner_ex owner{F_OWNER_PID, pid};
    int on = 1;
    EXPECT_REFUSED(EPERM, fcntl(fd, F_SETOWN, pid));
    EXPECT_REFUSED(EPERM, fcntl(fd, F_SETOWN_EX, &owner));
    EXPECT_REFUSED(EPERM, fcntl(fd, F_SETSIG, SIGKILL));
    EXPECT_REFUSED(EPERM, fcntl(fd, F_SETFL, O_ASYNC));
    EXPECT_REFUSED(EPERM, ioctl(fd, FIOSETOWN, &pid));
    EXPECT_REFUSED(EPERM, ioctl(fd, SIOCSPGRP, &pid));
    EXPECT_REFUSED(EPERM, ioctl(fd, FIOASYNC, &on));
    EXPECT_ALLOWED(fcntl(fd, F_SETFL, O_NONBLOCK));
    EXPECT_ALLOWED(fcntl(fd, F_GETOWN));
    EXPECT_ALLOWED(ioctl(fd, FIONREAD, &on));
  });
  // Who doesn't filter signals may
  in_child([&] {
    confine("file_open: deny");
    EXPECT_ALLOWED(from_before.set(getpid(), SIGWINCH));
  });
}

TEST_F(TaskSignal, KillEndsWhoSends) {
  const Victim victim([] {});
  const ChildEnd end = end_of_child([&] {
    confine("task_signal: deny else kill");
    kill(victim.pid(), SIGUSR1);
  });
  EXPECT_EQ(end.killed_by(), SIGSYS);
  EXPECT_ALLOWED(kill(victim.pid(), 0));
}

}  // namespace
}  // namespace eventfilter::selftest
