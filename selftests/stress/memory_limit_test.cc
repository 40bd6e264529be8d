// SPDX-License-Identifier: BSD-2-Clause
// At the limit of a memory cgroup: who asks for more is refused or ended, and nobody else notices.
// Under pressure: labels stay.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <sstream>
#include <string>
#include <vector>

#include "support/calls.h"
#include "support/label_probe.h"
#include "support/memory_group.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr long kLimit = 16L << 20;

// How often the limit was met, by the group's own count
long times_met(const MemoryGroup& group) {
  std::istringstream events(group.get("memory.events"));
  std::string name;
  long count = 0;
  while (events >> name >> count && name != "max") {
  }
  return count;
}

class MemoryLimit : public testing::Test {
 protected:
  MemoryLimit() { group_.set("memory.max", std::to_string(kLimit)); }

  // It asks until it's refused, or until the kernel ends it
  void expect_stopped(const ChildEnd& end) const {
    EXPECT_TRUE(end.exited_normally() || end.killed_by() == SIGKILL) << end.status;
    EXPECT_FALSE(end.timed_out);
    EXPECT_GT(times_met(group_), 0);
    EXPECT_LE(group_.charged(), kLimit);
  }

  const MemoryGroup group_;
};

TEST_F(MemoryLimit, OfALabelSpace) {
  const Tree tree;
  const std::string file = tree.make_file("file");
  const LabelSpace neighbour(kProbeNames);
  neighbour.label_file(file, "a_t");
  const ChildEnd end = group_.end_of([&] {
    const LabelSpace space("a_t");
    const Fd dir(open(tree.root().c_str(), O_PATH | O_CLOEXEC));
    for (int i = 0; i < EVF_MAX_SPACE_ASSIGNMENTS; ++i) {
      if (space.stage(EVF_LABEL_NAME, dir.get(), "a_t", "name" + std::to_string(i)) != 0) {
        EXPECT_EQ(errno_name(errno), "ENOMEM");
        return;
      }
    }
    FAIL() << "so many assignments fit into " << kLimit << " bytes";
  });
  expect_stopped(end);
  EXPECT_EQ(LabelProbe(neighbour).of(file), "a_t") << "another's labels are as they were";
  neighbour.label_file(file, "b_t");
  EXPECT_EQ(LabelProbe(neighbour).of(file), "b_t") << "and can be changed";
}

TEST_F(MemoryLimit, OfRulesets) {
  std::string text;
  for (int i = 0; i < 15'000; ++i) {
    text += "sys_enter_lseek: fd == 1 || fd == 2 || fd == 3\n";
  }
  const ChildEnd end = group_.end_of([&] {
    std::vector<Ruleset> rulesets;
    for (int i = 0; i < 200; ++i) {
      rulesets.emplace_back();
      if (rulesets.back().write(text) != 0) {
        EXPECT_EQ(errno_name(errno), "ENOMEM");
        return;
      }
    }
    FAIL() << "so many rulesets fit into " << kLimit << " bytes";
  });
  expect_stopped(end);
  in_child([] {
    enforce("sys_enter_getppid: deny else errno EDOM");
    EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
  });
}

// Until the limit is met. Each task has so many layers, and a descriptor from before each of them,
// which keeps the credentials that it was opened with.
int tasks_at_the_limit(int layers) {
  const MemoryGroup group;
  group.set("memory.max", std::to_string(kLimit));
  const Ruleset ruleset(
      "sys_enter_getpgrp, sys_enter_getppid, sys_enter_getsid, sys_enter_lseek, sys_enter_sync,"
      "sys_enter_times, sys_enter_umask, sys_enter_personality: deny else log\n");
  auto* const tasks = static_cast<int*>(
      mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  require(tasks != MAP_FAILED, "memory for a number");
  const ChildEnd end = group.end_of([&] {
    for (*tasks = 0; *tasks < 10'000 && times_met(group) == 0; ++*tasks) {
      const pid_t pid = fork();
      if (pid == 0) {
        for (int i = 0; i < EVF_MAX_LAYERS; ++i) {
          open("/dev/null", O_RDONLY);
          if (i < layers && ruleset.try_enforce() != 0) _exit(errno);
        }
        raise(SIGSTOP);
      }
      if (pid < 0) break;
      int status = 0;
      require_call(waitpid(pid, &status, WUNTRACED), "waitpid");
      if (WIFEXITED(status)) {
        EXPECT_EQ(errno_name(WEXITSTATUS(status)), "ENOMEM");
      }
      if (!WIFSTOPPED(status)) break;
    }
  });
  // It was refused more, or the kernel ended one of them
  EXPECT_FALSE(end.timed_out);
  EXPECT_GT(times_met(group), 0);
  const int found = *tasks;
  munmap(tasks, sizeof(int));
  return found;
}

TEST(MemoryLimitOfTasks, IsMetSoonerWithLayers) {
  const int without = tasks_at_the_limit(0);
  const int with = tasks_at_the_limit(EVF_MAX_LAYERS);
  EXPECT_LT(with * 2, without) << "layers are charged";
}

TEST(MemoryPressure, LabelsStay) {
  constexpr int kFiles = 300;
  const MemoryGroup group;
  for (const Fs fs : kEveryFs) {
    const Tree tree(fs);
    const LabelSpace space(kProbeNames);
    std::vector<std::string> files;
    for (int i = 0; i < kFiles; ++i) {
      files.push_back(tree.make_file("d/file" + std::to_string(i)));
    }
    group.run([&] {
      for (int i = 0; i < kFiles; ++i) {
        const auto& file = files[static_cast<size_t>(i)];
        require_call(space.stage(EVF_LABEL_FILE, file, i % 2 != 0 ? "a_t" : "b_t"), "staging");
      }
      space.label_name(tree.path("d"), "*", "c_t");
      // As much as can be had is taken back from the group, and from everybody
      const Fd reclaim(open("/sys/fs/cgroup/memory.reclaim", O_WRONLY | O_CLOEXEC));
      if (reclaim.is_open()) static_cast<void>(write(reclaim.get(), "64M", 3));
      for (int round = 0; round < 3; ++round) {
        sync();
        write_file("/proc/sys/vm/drop_caches", "3\n");
      }
      enforce(space, "file_open: !(name ~ \"file*\") || label & a_t else errno EDOM");
      for (int i = 0; i < kFiles; ++i) {
        const long opened = try_open(files[static_cast<size_t>(i)], O_RDONLY);
        EXPECT_EQ(error_of(opened), i % 2 != 0 ? 0 : EDOM) << fs_name(fs) << " " << i;
      }
    });
    EXPECT_EQ(LabelProbe(space).of(tree.make_file("d/other")), "c_t");
  }
}

}  // namespace
}  // namespace eventfilter::selftest
