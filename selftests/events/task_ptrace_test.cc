// SPDX-License-Identifier: BSD-2-Clause
// task_ptrace: besides the rule that is always on, which tasks of its own kind may be reached into.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "events/labelled_victim.h"
#include "support/calls.h"
#include "support/require.h"

namespace eventfilter::selftest {
namespace {

int g_value = 1;

long open_and_close(const std::string& path) { return try_open(path, O_RDONLY); }

// Whatever the rule says, the kernel makes EPERM of it
long read_memory(pid_t victim) {
  int value = 0;
  iovec local{&value, sizeof(value)};
  iovec remote{&g_value, sizeof(g_value)};
  return process_vm_readv(victim, &local, 1, &remote, 1, 0);
}

class TaskPtrace : public TaskEvents {
 protected:
  // Confined and then, so that the layers are those of the victims, too
  void under(const std::string& rules, const std::function<void(pid_t, pid_t)>& body) const {
    in_child([&] {
      confine(rules);
      // Labelled by hands that aren't confined by the space
      const Victim labelled([&] { one_with_a_.enforce(); }, Subject::kRoot);
      const Victim other([] {}, Subject::kRoot);
      body(labelled.pid(), other.pid());
    });
  }

  const Ruleset one_with_a_ = Ruleset::labelled(space_, "a_t", "sys_enter_getpgrp: allow");
};

TEST_F(TaskPtrace, ByLabelAndEveryDoor) {
  under("task_ptrace: label & a_t else errno EXDEV", [](pid_t allowed, pid_t refused) {
    EXPECT_ALLOWED(read_memory(allowed));
    EXPECT_REFUSED(EPERM, read_memory(refused));
    EXPECT_ALLOWED(ptrace(PTRACE_SEIZE, allowed, nullptr, nullptr));
    EXPECT_REFUSED(EXDEV, ptrace(PTRACE_SEIZE, refused, nullptr, nullptr));
    EXPECT_REFUSED(EXDEV, ptrace(PTRACE_ATTACH, refused, nullptr, nullptr));
    const Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, refused, 0)));
    EXPECT_REFUSED(EPERM, syscall(SYS_pidfd_getfd, pidfd.get(), 0, 0));
    for (const char* name : {"mem", "maps", "environ", "fd/0", "root/etc"}) {
      EXPECT_LT(open(("/proc/" + std::to_string(refused) + "/" + name).c_str(), O_RDONLY), 0)
          << name;
      EXPECT_TRUE(errno == EACCES || errno == EXDEV) << name << ": " << errno_name(errno);
      EXPECT_ALLOWED(open(("/proc/" + std::to_string(allowed) + "/" + name).c_str(), O_RDONLY))
          << name;
    }
  });
}

TEST_F(TaskPtrace, ModeReadAndAttach) {
  under("task_ptrace: mode == " + std::to_string(EVF_PTRACE_READ) + " else errno EXDEV",
        [](pid_t victim, pid_t) {
          EXPECT_ALLOWED(open_and_close("/proc/" + std::to_string(victim) + "/maps"));
          EXPECT_REFUSED(EPERM, read_memory(victim));
        });
  under("task_ptrace: mode & " + std::to_string(EVF_PTRACE_ATTACH) + " else errno EXDEV",
        [](pid_t victim, pid_t) {
          EXPECT_REFUSED(EACCES, open_and_close("/proc/" + std::to_string(victim) + "/maps"));
          EXPECT_ALLOWED(read_memory(victim));
        });
}

TEST_F(TaskPtrace, ItselfAlways) {
  in_child([&] {
    confine("task_ptrace: deny else errno EXDEV");
    EXPECT_ALLOWED(read_memory(getpid()));
    EXPECT_ALLOWED(open_and_close("/proc/self/maps"));
  });
}

TEST_F(TaskPtrace, TracemeIsJudgedByTheTracersLayers) {
  for (const bool allowed : {true, false}) {
    in_child([&] {
      confine(std::string("task_ptrace: ") + (allowed ? "allow" : "deny else errno EXDEV"));
      in_child(Subject::kRoot, [&] {
        const long returned = ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        EXPECT_EQ(allowed ? 0 : EXDEV, error_of(returned));
      });
    });
  }
}

TEST_F(TaskPtrace, TracemeKillsNeitherSide) {
  // It's the tracer's layers that refuse, and the tracer didn't ask
  in_child([&] {
    confine("task_ptrace: deny else kill");
    in_child(Subject::kRoot, [] {
      EXPECT_REFUSED(EPERM, ptrace(PTRACE_TRACEME, 0, nullptr, nullptr));
    });
  });
}

TEST_F(TaskPtrace, TheRuleThatIsAlwaysOnStays) {
  const Victim free([] {});
  in_child([&] {
    confine("task_ptrace: allow");
    EXPECT_REFUSED(EPERM, read_memory(free.pid()));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
