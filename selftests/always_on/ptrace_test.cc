// SPDX-License-Identifier: BSD-2-Clause
// A confined task can't reach into one that is confined less, or otherwise, and have it do what it
// may not itself.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/kcmp.h>
#include <linux/perf_event.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "support/channel.h"
#include "support/child.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"
#include "support/victim.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRule = "sys_enter_getppid: deny else errno EXDEV";
int g_secret = 12345;

// All ways into another task; which of them are refused is the same for all
void reach_into(pid_t victim, const std::function<void(const char*, long)>& judge) {
  const std::string proc = "/proc/" + std::to_string(victim) + "/";
  int value = 0;
  iovec local{&value, sizeof(value)};
  iovec remote{&g_secret, sizeof(g_secret)};
  judge("PTRACE_SEIZE", ptrace(PTRACE_SEIZE, victim, nullptr, nullptr));
  ptrace(PTRACE_INTERRUPT, victim, nullptr, nullptr);
  judge("process_vm_readv", process_vm_readv(victim, &local, 1, &remote, 1, 0));
  judge("process_vm_writev", process_vm_writev(victim, &local, 1, &remote, 1, 0));
  judge("/proc/PID/mem", open((proc + "mem").c_str(), O_RDWR));
  judge("/proc/PID/maps", open((proc + "maps").c_str(), O_RDONLY));
  judge("/proc/PID/environ", open((proc + "environ").c_str(), O_RDONLY));
  judge("/proc/PID/fd/0", open((proc + "fd/0").c_str(), O_PATH));
  judge("/proc/PID/root", open((proc + "root/etc").c_str(), O_PATH));
  judge("/proc/PID/cwd", open((proc + "cwd").c_str(), O_PATH));
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, victim, 0));
  judge("pidfd_getfd", syscall(SYS_pidfd_getfd, pidfd, 0, 0));
  // Besides, it takes CAP_SYS_NICE
  if (geteuid() == 0) {
    iovec page{reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(&g_secret) & ~4095UL), 4096};
    judge("process_madvise", syscall(SYS_process_madvise, pidfd, &page, 1, MADV_COLD, 0));
  }
  judge("kcmp", syscall(SYS_kcmp, getpid(), victim, KCMP_VM, 0, 0));
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.size = sizeof(attributes);
  attributes.config = PERF_COUNT_SW_TASK_CLOCK;
  attributes.exclude_kernel = 1;
  // Root's CAP_PERFMON makes the kernel not ask for the right to trace: see the threat model
  if (geteuid() != 0) {
    judge("perf_event_open", syscall(SYS_perf_event_open, &attributes, victim, -1, -1, 0UL));
  }
  void* head = nullptr;
  size_t length = 0;
  judge("get_robust_list", syscall(SYS_get_robust_list, victim, &head, &length));
}

void expect_all_refused(pid_t victim) {
  reach_into(victim, [](const char* door, long returned) {
    EXPECT_LT(returned, 0) << door;
    EXPECT_TRUE(errno == EPERM || errno == EACCES) << door << ": " << errno_name(errno);
  });
}

void expect_all_allowed(pid_t victim) {
  reach_into(victim, [](const char* door, long returned) {
    EXPECT_TRUE(returned >= 0 || errno == EFAULT) << door << ": " << errno_name(errno);
  });
}

TEST(Ptrace, TheUnconfinedMayReachAnybody) {
  const Victim free([] {});
  const Victim confined([] { enforce(kRule); });
  in_child([&] { expect_all_allowed(free.pid()); });
  in_child([&] { expect_all_allowed(confined.pid()); });
}

TEST(Ptrace, UnconfinedRootMayToo) {
  const Victim free([] {}, Subject::kRoot);
  in_child(Subject::kRoot, [&] { expect_all_allowed(free.pid()); });
}

TEST(Ptrace, TheConfinedMayNotReachTheUnconfined) {
  const Victim free([] {});
  in_child([&] {
    enforce(kRule);
    expect_all_refused(free.pid());
  });
}

TEST(Ptrace, NorMayRoot) {
  const Victim free([] {});
  in_child(Subject::kRoot, [&] {
    enforce(kRule);
    expect_all_refused(free.pid());
  });
}

TEST(Ptrace, NorOneConfinedOtherwise) {
  // Even by the same ruleset: another domain is another domain, only a descendant is known to be
  // less
  const Ruleset ruleset(kRule);
  const Victim other([&] { ruleset.enforce(); });
  in_child([&] {
    ruleset.enforce();
    expect_all_refused(other.pid());
  });
}

TEST(Ptrace, NorOneConfinedLess) {
  in_child([] {
    enforce(kRule);
    const Victim sibling([] {}, Subject::kRoot);
    in_child(Subject::kRoot, [&] {
      enforce("sys_enter_getpgrp: deny");
      expect_all_refused(sibling.pid());
    });
  });
}

TEST(Ptrace, ItsOwnKindAndItsDescendantsItMay) {
  in_child([] {
    enforce(kRule);
    // Forked by whoever is confined, so their domain is the same or descends from it
    const Victim same([] {}, Subject::kRoot);
    const Victim narrower([] { enforce("sys_enter_getpgrp: deny"); }, Subject::kRoot);
    expect_all_allowed(same.pid());
    expect_all_allowed(narrower.pid());
  });
}

TEST(Ptrace, AttachIsRefusedToo) {
  const Victim free([] {});
  in_child([&] {
    enforce(kRule);
    EXPECT_REFUSED(EPERM, ptrace(PTRACE_ATTACH, free.pid(), nullptr, nullptr));
  });
}

TEST(Ptrace, TracemeUnderAConfinedParentIsRefused) {
  in_child([] {
    const Channel channel;
    Child free(Subject::kRoot, [&] {
      EXPECT_EQ(channel.child().receive(), 0);
      EXPECT_REFUSED(EPERM, ptrace(PTRACE_TRACEME, 0, nullptr, nullptr));
    });
    enforce(kRule);
    channel.parent().send(0);
    EXPECT_TRUE(free.wait().exited_normally());
  });
}

TEST(Ptrace, TracemeUnderAFreeParentIsNot) {
  in_child([] {
    in_child(Subject::kRoot, [] {
      enforce(kRule);
      EXPECT_ALLOWED(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr));
    });
  });
}

TEST(Ptrace, Fact33AReusedDescriptorOfMemoryIsWhatItWas) {
  // Opened before: a documented limit, which the threat model lists
  const Victim free([] {});
  in_child([&] {
    const Fd memory(
        open(("/proc/" + std::to_string(free.pid()) + "/mem").c_str(), O_RDWR | O_CLOEXEC));
    enforce(kRule);
    int value = 0;
    EXPECT_EQ(pread(memory.get(), &value, sizeof(value), reinterpret_cast<off_t>(&g_secret)),
              static_cast<ssize_t>(sizeof(value)));
  });
}

TEST(Ptrace, Fact11ATraceeFromBeforeFailsTheEnforcement) {
  in_child([] {
    const Ruleset ruleset(kRule);
    const pid_t tracee = fork();
    if (tracee == 0) {
      ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
      raise(SIGSTOP);
      _exit(0);
    }
    int status = 0;
    require_call(waitpid(tracee, &status, 0), "waitpid");
    set_no_new_privs();
    EXPECT_REFUSED(EBUSY, ruleset.try_enforce());
    EXPECT_ALLOWED(syscall(SYS_getppid)) << "nothing changed";
    EXPECT_REFUSED(EBUSY, ruleset.try_enforce(EVF_ENFORCE_KEEP_IO_URING));
    EXPECT_ALLOWED(ruleset.try_enforce(EVF_ENFORCE_KEEP_TRACEES));
    EXPECT_REFUSED(EXDEV, syscall(SYS_getppid));
    kill(tracee, SIGKILL);
  });
}

TEST(Ptrace, AnEndedTraceeDoesNotCount) {
  in_child([] {
    const pid_t tracee = fork();
    if (tracee == 0) {
      ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
      _exit(0);
    }
    require_call(waitpid(tracee, nullptr, 0), "waitpid");
    enforce(kRule);
  });
}

TEST(Ptrace, APermissiveLayerRefusesNothing) {
  const Victim free([] {});
  in_child([&] {
    const Ruleset permissive = Ruleset::permissive();
    EXPECT_ALLOWED(permissive.write(kRule));
    permissive.enforce();
    expect_all_allowed(free.pid());
  });
}

TEST(Ptrace, DebiansStrace) {
  const Victim free([] {});
  in_child([&] {
    enforce(kRule);
    const Output refused = run({"strace", "-p", std::to_string(free.pid())});
    EXPECT_TRUE(refused.says("Operation not permitted")) << refused.text;
    EXPECT_TRUE(run({"strace", "-o", "/dev/null", "true"}).succeeded()) << "its own child it may";
  });
}

}  // namespace
}  // namespace eventfilter::selftest
