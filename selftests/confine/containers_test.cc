// SPDX-License-Identifier: BSD-2-Clause
// Confinement holds in and out of user, mount, pid, net and other namespaces, by whatever door they
// are entered; and a confinement that was made inside holds there.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "support/calls.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/label_probe.h"
#include "support/label_space.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"
#include "support/victim.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kRules =
    "sys_enter_getppid: deny else errno EXDEV\n"
    "file_open: label & a_t else errno EXDEV\n";

struct Namespace {
  const char* name;
  int flag;
};
constexpr Namespace kNamespaces[] = {
    {"user", CLONE_NEWUSER}, {"mnt", CLONE_NEWNS},  {"pid", CLONE_NEWPID},
    {"net", CLONE_NEWNET},   {"uts", CLONE_NEWUTS}, {"ipc", CLONE_NEWIPC},
    {"cgroup", CLONE_NEWCGROUP},
};
// clone(2) has no room for it
constexpr int kTime = 0x80;  // CLONE_NEWTIME
constexpr int kAll = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS |
                     CLONE_NEWIPC | CLONE_NEWCGROUP;

// A child made with these flags; its exit code
template <typename Body>
int in_clone(int flags, const Body& body) {
  const long child = require_call(
      syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr), "clone");
  if (child == 0) {
    syscall(SYS_exit_group, body());
  }
  int status = 0;
  require_call(waitpid(static_cast<pid_t>(child), &status, 0), "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class Containers : public testing::Test {
 protected:
  // 0 if everything is as the rules want it, else what isn't
  [[nodiscard]] int look() const {
    if (syscall(SYS_getppid) != -1 || errno != EXDEV) {
      return 1;
    }
    const int refused = open(closed_.c_str(), O_RDONLY);
    if (refused != -1 || errno != EXDEV) {
      return 2;
    }
    const int allowed = open(open_.c_str(), O_RDONLY);
    return allowed < 0 ? 3 : close(allowed) != 0 ? 4 : 0;
  }
  void confine() const { enforce(space_, kRules); }

  const Tree tree_;
  const std::string closed_ = tree_.make_file("closed");
  const std::string open_ = tree_.make_file("open");
  const LabelSpace space_{kProbeNames};

  Containers() { space_.label_file(open_, "a_t"); }
};

TEST_F(Containers, ByUnshare) {
  for (const Namespace& ns : kNamespaces) {
    in_child([&] {
      confine();
      EXPECT_ALLOWED(unshare(CLONE_NEWUSER | ns.flag)) << ns.name;
      EXPECT_EQ(look(), 0) << ns.name;
      const pid_t child = fork();
      if (child == 0) {
        syscall(SYS_exit_group, look());
      }
      int status = -1;
      EXPECT_EQ(waitpid(child, &status, 0), child);
      EXPECT_EQ(status, 0) << ns.name << ", in a child";
    });
  }
}

TEST_F(Containers, ByCloneFlags) {
  for (const Namespace& ns : kNamespaces) {
    in_child([&] {
      confine();
      EXPECT_EQ(in_clone(CLONE_NEWUSER | ns.flag, [&] { return look(); }), 0) << ns.name;
    });
  }
  in_child([&] {
    confine();
    EXPECT_EQ(in_clone(kAll, [&] { return look(); }), 0);
  });
}

// Entered by the children of who unshares, or by who executes a program
TEST_F(Containers, ByNamespacesOfTime) {
  in_child([&] {
    confine();
    EXPECT_ALLOWED(unshare(CLONE_NEWUSER | kTime));
    EXPECT_EQ(look(), 0);
    EXPECT_EQ(in_clone(0, [&] { return look(); }), 0);
  });
  in_child([&] {
    confine();
    clone_args arguments{};
    arguments.flags = CLONE_NEWUSER | kTime;
    arguments.exit_signal = SIGCHLD;
    const long child =
        require_call(syscall(SYS_clone3, &arguments, sizeof(arguments)), "clone3");
    if (child == 0) syscall(SYS_exit_group, look());
    int status = -1;
    require_call(waitpid(static_cast<pid_t>(child), &status, 0), "waitpid");
    EXPECT_EQ(status, 0);
  });
  const Victim elsewhere(
      [&] {
        require_call(unshare(kTime), "unshare");
        if (require_call(fork(), "fork") == 0) {
          pause();
        }
      },
      Subject::kRoot);
  const Fd fd(open(elsewhere.proc("ns/time_for_children").c_str(), O_RDONLY | O_CLOEXEC));
  in_child(Subject::kRoot, [&] {
    confine();
    EXPECT_ALLOWED(setns(fd.get(), kTime));
    EXPECT_EQ(look(), 0);
  });
  in_child([&] {
    enforce("task_create: !(flags & 0x80) else errno EXDEV");
    EXPECT_REFUSED(EXDEV, unshare(CLONE_NEWUSER | kTime));
    EXPECT_ALLOWED(unshare(CLONE_NEWUSER));
  });
}

// Of a task that isn't confined, which has namespaces of all kinds
TEST_F(Containers, BySetns) {
  for (const Namespace& ns : kNamespaces) {
    if (ns.flag == CLONE_NEWUSER) {
      continue;
    }
    const Victim elsewhere(
        [&] {
          require_call(unshare(ns.flag), "unshare");
          // A pid namespace can be entered when it has a first process
          if (ns.flag == CLONE_NEWPID && require_call(fork(), "fork") == 0) {
            pause();
          }
        },
        Subject::kRoot);
    const std::string name = ns.flag == CLONE_NEWPID ? "pid_for_children" : ns.name;
    const Fd fd(open(elsewhere.proc("ns/" + name).c_str(), O_RDONLY | O_CLOEXEC));
    in_child(Subject::kRoot, [&] {
      confine();
      EXPECT_ALLOWED(setns(fd.get(), ns.flag)) << ns.name;
      EXPECT_EQ(look(), 0) << ns.name;
    });
  }
}

TEST_F(Containers, BySetnsToAUserNamespace) {
  const Victim elsewhere([] { require_call(unshare(CLONE_NEWUSER), "unshare"); });
  const Fd fd(open(elsewhere.proc("ns/user").c_str(), O_RDONLY | O_CLOEXEC));
  in_child([&] {
    confine();
    EXPECT_ALLOWED(setns(fd.get(), CLONE_NEWUSER)) << "its creator's, with all capabilities in it";
    EXPECT_EQ(look(), 0);
    EXPECT_REFUSED(EPERM, mount("none", "/mnt", "tmpfs", 0, nullptr));
  });
}

TEST_F(Containers, NestedUserNamespaces) {
  in_child([&] {
    // Who has no id in a namespace makes none in it
    space_.label_file("/proc", "a_t");
    confine();
    for (int depth = 0; depth < 5; ++depth) {
      EXPECT_ALLOWED(unshare(CLONE_NEWUSER)) << depth;
      const int map = open("/proc/self/uid_map", O_WRONLY);
      EXPECT_ALLOWED(write(map, depth == 0 ? "0 1000 1\n" : "0 0 1\n", depth == 0 ? 9 : 6));
      write_file("/proc/self/setgroups", "deny");
      const int groups = open("/proc/self/gid_map", O_WRONLY);
      EXPECT_ALLOWED(write(groups, depth == 0 ? "0 1000 1\n" : "0 0 1\n", depth == 0 ? 9 : 6));
      EXPECT_EQ(look(), 0) << depth;
    }
  });
}

TEST_F(Containers, RootOfANamespaceCannotMountOverTheLabels) {
  in_child([&] {
    confine();
    ASSERT_ALLOWED(unshare(CLONE_NEWUSER | CLONE_NEWNS));
    EXPECT_REFUSED(EPERM, mount("none", "/mnt", "tmpfs", 0, nullptr));
    EXPECT_REFUSED(EPERM, mount(open_.c_str(), closed_.c_str(), nullptr, MS_BIND, nullptr));
    EXPECT_EQ(look(), 0);
  });
}

TEST_F(Containers, LayersMadeInsideHoldInsideAndFurtherIn) {
  in_child([&] {
    ASSERT_ALLOWED(unshare(kAll));
    confine();
    EXPECT_EQ(look(), 0);
    EXPECT_EQ(in_clone(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS, [&] { return look(); }), 0);
  });
}

TEST_F(Containers, OutsideIsNotConfinedByWhatIsInside) {
  const Victim inside([&] {
    require_call(unshare(CLONE_NEWUSER), "unshare");
    confine();
  });
  EXPECT_ALLOWED(syscall(SYS_getppid));
  EXPECT_ALLOWED(try_open(closed_, O_RDONLY));
}

// A first process of a pid namespace has no number outside of it, and its label all the same
TEST_F(Containers, SignalsAreJudgedAcrossPidNamespaces) {
  in_child(Subject::kRoot, [&] {
    const Ruleset labelled = Ruleset::labelled(space_, "a_t", "sys_enter_getpgrp: allow");
    enforce(space_, "task_signal: label & a_t else errno EXDEV");
    EXPECT_EQ(in_clone(CLONE_NEWPID,
                       [&] {
                         const pid_t other = fork();
                         if (other == 0) {
                           pause();
                         }
                         const pid_t mine = fork();
                         if (mine == 0) {
                           labelled.enforce();
                           for (;;) {
                             pause();
                           }
                         }
                         if (kill(other, SIGKILL) != -1 || errno != EXDEV) {
                           return 1;
                         }
                         // Until it has its label
                         while (kill(mine, SIGKILL) != 0) {
                           if (errno != EXDEV) {
                             return 2;
                           }
                           usleep(1000);
                         }
                         return waitpid(mine, nullptr, 0) == mine ? 0 : 3;
                       }),
              0);
  });
}

TEST_F(Containers, NetworkNamespacesOfAnotherUser) {
  in_child([&] {
    enforce("task_create: !(flags & 0x40000000) else errno EXDEV");
    EXPECT_REFUSED(EXDEV, unshare(CLONE_NEWUSER | CLONE_NEWNET));
    EXPECT_ALLOWED(unshare(CLONE_NEWUSER));
    EXPECT_REFUSED(EXDEV, unshare(CLONE_NEWNET)) << "also as root of one's own";
    EXPECT_ALLOWED(unshare(CLONE_NEWUTS));
  });
}

TEST_F(Containers, DebiansUnshareAndNsenter) {
  const Victim elsewhere([] { require_call(unshare(CLONE_NEWUTS | CLONE_NEWNET), "unshare"); },
                         Subject::kRoot);
  const std::string probe = helper("evf_probe");
  in_child(Subject::kRoot, [&] {
    enforce("sys_enter_getppid: deny else errno EXDEV");
    EXPECT_EQ(run({"unshare", "--user", "--mount", "--pid", "--net", "--fork", probe, "getppid"})
                  .exit_code(),
              EXDEV);
    EXPECT_EQ(run({"unshare", "--user", "--map-root-user", probe, "getpgrp"}).exit_code(), 0);
    // nsenter looks at /proc/PID/ns, which takes the right to trace: refused
    EXPECT_NE(run({"nsenter", "-t", std::to_string(elsewhere.pid()), "--uts", probe, "getppid"})
                  .exit_code(),
              0);
  });
}

}  // namespace
}  // namespace eventfilter::selftest
