// SPDX-License-Identifier: BSD-2-Clause
// At the limit of a memory cgroup: who asks for more is refused or ended, and nobody else notices.
// Under pressure: labels stay.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
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

class MemoryLimit : public testing::Test {
 protected:
  MemoryLimit() { group_.set("memory.max", std::to_string(kLimit)); }

  // How often the limit was met, by the group's own count
  [[nodiscard]] long times_met() const {
    std::istringstream events(group_.get("memory.events"));
    std::string name;
    long count = 0;
    while (events >> name >> count && name != "max") {
    }
    return count;
  }
  // It asks until it's refused, or until the kernel ends it
  void expect_stopped(const ChildEnd& end) const {
    EXPECT_TRUE(end.exited_normally() || end.killed_by() == SIGKILL) << end.status;
    EXPECT_FALSE(end.timed_out);
    EXPECT_GT(times_met(), 0);
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

TEST_F(MemoryLimit, OfLayers) {
  const Ruleset ruleset("syscalls: deny else log\nsys_enter_getppid: deny else log\n");
  const ChildEnd end = group_.end_of([&] {
    for (int task = 0; task < 10'000; ++task) {
      const pid_t pid = fork();
      if (pid < 0) {
        EXPECT_EQ(errno_name(errno), "ENOMEM");
        return;
      }
      if (pid == 0) {
        for (int layer = 0; layer < EVF_MAX_LAYERS; ++layer) {
          if (ruleset.try_enforce() != 0) break;
        }
        pause();
      }
    }
  });
  EXPECT_FALSE(end.timed_out);
  EXPECT_GT(times_met(), 0);
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
