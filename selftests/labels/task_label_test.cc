// SPDX-License-Identifier: BSD-2-Clause
// The label that a ruleset gives its task: what a task has of it, and that /proc/PID carries it too.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "support/channel.h"
#include "support/label_probe.h"
#include "support/label_space.h"
#include "support/program.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"
#include "support/victim.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kHarmless = "sys_enter_getpgrp: allow";

class TaskLabel : public testing::Test {
 protected:
  void wear(const LabelSpace& space, const std::string& label, unsigned flags = 0) const {
    Ruleset::labelled(space, label, kHarmless).enforce(flags);
  }
  void wear(const std::string& label) const { wear(space_, label); }

  const LabelSpace space_{kProbeNames};
  const LabelProbe probe_{space_};
};

TEST_F(TaskLabel, ProcPidCarriesItToo) {
  const Victim labelled([&] { wear("a_t"); });
  const Victim other([] {});
  for (const char* name : {"", "status", "net/dev", "task", "fd", "attr/current"}) {
    EXPECT_EQ(probe_.of(labelled.proc(name)), "a_t") << name;
    EXPECT_EQ(probe_.of(other.proc(name)), "") << name;
  }
  const std::string thread = "task/" + std::to_string(labelled.pid()) + "/comm";
  EXPECT_EQ(probe_.of(labelled.proc(thread)), "a_t");
  EXPECT_EQ(probe_.of("/proc/meminfo"), "");
}

TEST_F(TaskLabel, IsTheSetOfThoseOfItsLayers) {
  // Made before: who is confined by the space can't make one
  const Ruleset a = Ruleset::labelled(space_, "a_t", kHarmless);
  const Ruleset c = Ruleset::labelled(space_, "c_t", kHarmless);
  const Victim both([&] {
    c.enforce();
    enforce(space_, kHarmless);
    a.enforce();
    c.enforce();
  });
  EXPECT_EQ(probe_.of(both.proc("status")), "a_t c_t");
}

TEST_F(TaskLabel, IsInTheGroupsOfItsNames) {
  const LabelSpace space("a_t b_t");
  require_call(space.write("group one = a_t\ngroup two = b_t\n"), "groups");
  space.commit();
  const Victim labelled([&] { wear(space, "a_t"); });
  const auto is_in = [&](const std::string& group) {
    return value_from_child(Subject::kRoot, [&] {
             enforce(space, "file_open: label & " + group + " else errno EDOM");
             return error_of(open(labelled.proc("status").c_str(), O_RDONLY));
           }) == 0;
  };
  EXPECT_TRUE(is_in("one"));
  EXPECT_FALSE(is_in("two"));
  require_call(space.write("group one = b_t\ngroup two = a_t b_t\n"), "groups");
  space.commit();
  EXPECT_FALSE(is_in("one")) << "it follows the owner";
  EXPECT_TRUE(is_in("two"));
  const auto group = reinterpret_cast<unsigned long>("one");
  EXPECT_REFUSED(ENOENT, evf(EVF_RULESET, static_cast<unsigned long>(space.fd()), 0, group))
      << "a group is nothing that a task can be given";
}

TEST_F(TaskLabel, IsThatOfItsOwnSpace) {
  const LabelSpace other(kProbeNames);
  const Victim labelled([&] {
    wear("a_t");
    wear(other, "b_t");
  });
  EXPECT_EQ(probe_.of(labelled.proc("status")), "a_t");
  EXPECT_EQ(LabelProbe(other).of(labelled.proc("status")), "b_t");
  EXPECT_EQ(LabelProbe(LabelSpace(kProbeNames)).of(labelled.proc("status")), "");
}

TEST_F(TaskLabel, IsInheritedByForkAndExec) {
  const Channel channel;
  Child parent([&] {
    wear("b_t");
    const pid_t child = fork();
    if (child == 0) {
      execlp("sleep", "sleep", "100", nullptr);
      _exit(1);
    }
    channel.child().send(child);
    pause();
  });
  const std::string child = "/proc/" + std::to_string(channel.parent().receive());
  EXPECT_EQ(probe_.of(child + "/status"), "b_t");
}

TEST_F(TaskLabel, OfAPendingLayerComesWithTheProgram) {
  const Channel channel;
  Child launcher([&] {
    wear(space_, "a_t", EVF_ENFORCE_ON_EXEC);
    channel.child().send(0);
    EXPECT_EQ(channel.child().receive(), 0);
    execlp("sleep", "sleep", "100", nullptr);
  });
  const std::string proc = "/proc/" + std::to_string(launcher.pid());
  EXPECT_EQ(channel.parent().receive(), 0);
  EXPECT_EQ(probe_.of(proc + "/status"), "");
  channel.parent().send(0);
  while (read_file(proc + "/comm") != "sleep\n") {
    usleep(1000);
  }
  EXPECT_EQ(probe_.of(proc + "/status"), "a_t");
}

TEST_F(TaskLabel, EachThreadHasItsOwn) {
  const Channel channel;
  const Ruleset b = Ruleset::labelled(space_, "b_t", kHarmless);
  Child process([&] {
    wear("a_t");
    std::thread([&] {
      b.enforce();
      channel.child().send(gettid());
      pause();
    }).join();
  });
  const std::string proc = "/proc/" + std::to_string(process.pid());
  const std::string thread = std::to_string(channel.parent().receive());
  EXPECT_EQ(probe_.of(proc + "/status"), "a_t");
  EXPECT_EQ(probe_.of(proc + "/task/" + thread + "/status"), "a_t b_t");
  EXPECT_EQ(probe_.of("/proc/" + thread + "/status"), "a_t b_t") << "by its own number";
}

TEST_F(TaskLabel, IsNearerThanWhatProcItselfCarries) {
  const Victim labelled([&] { wear("a_t"); });
  const Victim other([] {});
  space_.label_file("/proc", "c_t");
  EXPECT_EQ(probe_.of(labelled.proc("status")), "a_t");
  EXPECT_EQ(probe_.of(other.proc("status")), "c_t") << "a task without a label is no barrier";
  EXPECT_EQ(probe_.of("/proc/meminfo"), "c_t");
  space_.label_name("/proc", "[0-9]*", "b_t");
  EXPECT_EQ(probe_.of(labelled.proc("status")), "a_t") << "before a pattern, like an inode's own";
  EXPECT_EQ(probe_.of(other.proc("status")), "b_t");
  EXPECT_EQ(probe_.of(other.proc("")), "b_t");
}

TEST_F(TaskLabel, HoldsInEveryProcThatShowsTheTask) {
  const Tree tree;
  const std::string second = tree.make_dir("proc");
  const Victim labelled([&] { wear("a_t"); });
  require_call(mount("proc", second.c_str(), "proc", 0, nullptr), "mount of proc");
  EXPECT_EQ(probe_.of(second + "/" + std::to_string(labelled.pid()) + "/status"), "a_t");
  EXPECT_EQ(probe_.of(second + "/meminfo"), "");
  EXPECT_ALLOWED(umount(second.c_str()));
}

TEST_F(TaskLabel, OfATaskThatIsGoneIsUnknown) {
  // It can't be opened any more, but a descriptor can be used
  Victim labelled([&] { wear("a_t"); });
  const LabelProbe uses(space_, "file_ioctl");
  const Fd directory(open(labelled.proc().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto use = [&]() -> long { return ioctl(directory.get(), FIOCLEX); };
  EXPECT_EQ(uses.of(use), "a_t");
  labelled.end();
  EXPECT_EQ(uses.of(use), "unknown");
}

TEST_F(TaskLabel, TheTasksOwnFilterSeesItToo) {
  in_child([&] {
    Ruleset::labelled(space_, "a_t", "file_open: label & a_t else errno EDOM").enforce();
    EXPECT_GE(open("/proc/self/status", O_RDONLY), 0);
    EXPECT_GE(open("/proc/thread-self/status", O_RDONLY), 0);
    EXPECT_REFUSED(EDOM, open("/proc/1/status", O_RDONLY));
    EXPECT_REFUSED(EDOM, open("/proc/meminfo", O_RDONLY));
  });
}

TEST_F(TaskLabel, ARootThatIsConfinedByTheSpaceCannotChooseOne) {
  const LabelSpace other("b_t");
  in_child(Subject::kRoot, [&] {
    wear("a_t");
    const char* const name = "b_t";
    const auto label = reinterpret_cast<unsigned long>(name);
    EXPECT_REFUSED(EPERM, evf(EVF_RULESET, static_cast<unsigned long>(space_.fd()), 0, label));
    EXPECT_ALLOWED(evf(EVF_RULESET, static_cast<unsigned long>(space_.fd())));
    EXPECT_ALLOWED(evf(EVF_RULESET, static_cast<unsigned long>(other.fd()), 0, label));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
