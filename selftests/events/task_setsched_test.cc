// SPDX-License-Identifier: BSD-2-Clause
// task_setsched: scheduling of a task, its own included, by every call that changes it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>

#include "events/labelled_victim.h"
#include "support/program.h"
#include "support/require.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kOnlyA = "task_setsched: label & a_t else errno EXDEV";
constexpr int kIoprioWhoProcess = 1;
constexpr int kIoprioBestEffort = 2 << 13 | 5;

// linux/sched/types.h and sched.h don't go together
struct SchedAttr {
  __u32 size, policy;
  __u64 flags;
  __s32 nice;
  __u32 priority;
  __u64 runtime, deadline, period;
};

void change_by_every_door(pid_t target, const std::function<void(const char*, long)>& judge) {
  const sched_param normal{};
  judge("sched_setscheduler", sched_setscheduler(target, SCHED_BATCH, &normal));
  judge("sched_setparam", sched_setparam(target, &normal));
  SchedAttr attributes{};
  attributes.size = sizeof(attributes);
  attributes.policy = SCHED_OTHER;
  judge("sched_setattr", syscall(SYS_sched_setattr, target, &attributes, 0));
  cpu_set_t all{};
  sched_getaffinity(0, sizeof(all), &all);
  judge("sched_setaffinity", sched_setaffinity(target, sizeof(all), &all));
  judge("setpriority", setpriority(PRIO_PROCESS, static_cast<id_t>(target), 5));
  judge("ioprio_set", syscall(SYS_ioprio_set, kIoprioWhoProcess, target, kIoprioBestEffort));
}

using TaskSetsched = TaskEvents;

TEST_F(TaskSetsched, ByLabelAndEveryDoor) {
  const Victim allowed(wearing("a_t"));
  const Victim refused(wearing("b_t"));
  const Victim unlabelled([] {});
  in_child([&] {
    confine(kOnlyA);
    change_by_every_door(allowed.pid(), [](const char* door, long returned) {
      EXPECT_ALLOWED(returned) << door;
    });
    for (const pid_t victim : {refused.pid(), unlabelled.pid(), getpid()}) {
      change_by_every_door(victim, [](const char* door, long returned) {
        EXPECT_REFUSED(EXDEV, returned) << door;
      });
    }
    EXPECT_REFUSED(EXDEV, syscall(SYS_setpriority, PRIO_PROCESS, 0, 7));
  });
}

TEST_F(TaskSetsched, TimerSlackOfAnother) {
  const Victim allowed(wearing("a_t"));
  const Victim refused([] {});
  in_child(Subject::kRoot, [&] {
    confine(kOnlyA);
    const Fd of_allowed(open(allowed.proc("timerslack_ns").c_str(), O_WRONLY));
    const Fd of_refused(open(refused.proc("timerslack_ns").c_str(), O_WRONLY));
    EXPECT_ALLOWED(write(of_allowed.get(), "60000", 5));
    EXPECT_REFUSED(EXDEV, write(of_refused.get(), "60000", 5));
  });
}

// A session's weight: the kernel names the writer to the hook, not the process whose session it is, so
// a rule by label judges who does it (docs/doors.md)
TEST_F(TaskSetsched, AutogroupByTheLabelOfTheWriter) {
  const Victim victim([] {
    require_call(setpgid(0, getpgid(getppid())), "setpgid");  // a group's leader gets no session
    require_call(setsid(), "setsid");
  });
  const auto write_as = [&](const std::string& own_label, const std::function<void(long)>& judge) {
    in_child(Subject::kRoot, [&] {
      const Fd weight(open(victim.proc("autogroup").c_str(), O_WRONLY));
      Ruleset::labelled(space_, own_label, kOnlyA).enforce();
      judge(write(weight.get(), "5", 1));
    });
  };
  write_as("a_t", [](long returned) { EXPECT_ALLOWED(returned); });
  write_as("b_t", [](long returned) { EXPECT_REFUSED(EXDEV, returned); });
}

// Whoever moves a task between sets of processors chooses where it runs
TEST_F(TaskSetsched, Cpusets) {
  const Victim allowed(wearing("a_t"));
  const Victim refused(wearing("b_t"));
  const Victim unlabelled([] {});
  const std::string group = "/sys/fs/cgroup/evf-cpuset";
  write_file("/sys/fs/cgroup/cgroup.subtree_control", "+cpuset");
  require_call(mkdir(group.c_str(), 0755), "mkdir of a cgroup");
  in_child(Subject::kRoot, [&] {
    confine(kOnlyA);
    const auto move = [&](const Victim& victim) {
      const Fd members(open((group + "/cgroup.procs").c_str(), O_WRONLY));
      const std::string pid = std::to_string(victim.pid());
      return write(members.get(), pid.data(), pid.size());
    };
    EXPECT_ALLOWED(move(allowed));
    EXPECT_REFUSED(EXDEV, move(refused));
    EXPECT_REFUSED(EXDEV, move(unlabelled));
  });
  write_file(group + "/cgroup.kill", "1\n");
  while (rmdir(group.c_str()) != 0 && errno == EBUSY) {
    usleep(1000);
  }
  write_file("/sys/fs/cgroup/cgroup.subtree_control", "-cpuset");
}

TEST_F(TaskSetsched, LookingIsNoChange) {
  const Victim other([] {});
  in_child([&] {
    confine("task_setsched: deny else errno EXDEV");
    EXPECT_ALLOWED(sched_getscheduler(other.pid()));
    EXPECT_ALLOWED(getpriority(PRIO_PROCESS, static_cast<id_t>(other.pid())));
    EXPECT_ALLOWED(sched_yield());
  });
}

TEST_F(TaskSetsched, Label) {
  const Victim victim(wearing("a_t"));
  expect_label({Subject::kUser, "task_setsched",
                [&] { return setpriority(PRIO_PROCESS, static_cast<id_t>(victim.pid()), 19); },
                &space_},
               "label", "a_t", "b_t");
}

TEST_F(TaskSetsched, ItsOwnByItsOwnLabel) {
  in_child([&] {
    Ruleset::labelled(space_, "a_t", kOnlyA).enforce();
    EXPECT_ALLOWED(setpriority(PRIO_PROCESS, 0, 5));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
