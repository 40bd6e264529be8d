// SPDX-License-Identifier: BSD-2-Clause
// EVF_TRANSITION: a task with one label that executes a file with another gets a layer.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

#include "support/child.h"
#include "support/label_probe.h"
#include "support/label_space.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kHarmless = "sys_enter_getsid: allow";
constexpr const char* kRule = "sys_enter_getppid: deny else errno EXDEV";

class Transition : public testing::Test {
 protected:
  Transition() {
    std::filesystem::copy_file(helper("evf_probe"), program_);
    std::filesystem::copy_file(helper("evf_probe"), other_);
    require_call(chmod(program_.c_str(), 0755), "chmod");
    require_call(chmod(other_.c_str(), 0755), "chmod");
    space_.label_file(program_, "b_t");
  }

  void transition(const Ruleset& ruleset) const {
    require_call(stage_transition(space_, "a_t", "b_t", ruleset.fd()), "EVF_TRANSITION");
    space_.commit();
  }
  // The exit code of a program that a task with a_t executes
  [[nodiscard]] int run_by_a(const std::vector<std::string>& words) const {
    return value_from_child(Subject::kUser, [&] {
      start_.enforce();
      return run(words).exit_code();
    });
  }

  const Tree tree_;
  const std::string program_ = tree_.path("program");
  const std::string other_ = tree_.path("other");
  const LabelSpace space_{kProbeNames};
  const Ruleset start_ = Ruleset::labelled(space_, "a_t", kHarmless);
};

TEST_F(Transition, AddsALayerToWhoExecutesTheFile) {
  EXPECT_EQ(run_by_a({program_, "getppid"}), 0);
  transition(Ruleset(kRule));
  EXPECT_EQ(run_by_a({program_, "getppid"}), EXDEV);
  EXPECT_EQ(run_by_a({other_, "getppid"}), 0) << "a file with another label";
  EXPECT_EQ(run({program_, "getppid"}).exit_code(), 0) << "a task that isn't confined";
  in_child([&] {
    enforce(space_, kHarmless);
    EXPECT_EQ(run({program_, "getppid"}).exit_code(), 0) << "a task without the label";
  });
  const LabelSpace stranger(kProbeNames);
  in_child([&] {
    Ruleset::labelled(stranger, "a_t", kHarmless).enforce();
    EXPECT_EQ(run({program_, "getppid"}).exit_code(), 0) << "labelled by another space";
  });
}

TEST_F(Transition, TheLayerIsInheritedAndTheParentIsLeftAlone) {
  transition(Ruleset(kRule));
  in_child([&] {
    start_.enforce();
    EXPECT_EQ(run({program_, "getppid"}).exit_code(), EXDEV);
    EXPECT_ALLOWED(syscall(SYS_getppid));
    EXPECT_EQ(run({program_, "exec", other_}).exit_code(), 0);
  });
  EXPECT_EQ(run_by_a({"/bin/sh", "-c", program_ + " getppid"}), EXDEV) << "by a child";
}

TEST_F(Transition, IsStagedUntilCommitted) {
  const Ruleset ruleset(kRule);
  require_call(stage_transition(space_, "a_t", "b_t", ruleset.fd()), "EVF_TRANSITION");
  EXPECT_EQ(run_by_a({program_, "getppid"}), 0);
  space_.commit();
  EXPECT_EQ(run_by_a({program_, "getppid"}), EXDEV);
  require_call(stage_transition(space_, "a_t", "b_t", -1), "EVF_TRANSITION");
  EXPECT_EQ(run_by_a({program_, "getppid"}), EXDEV);
  space_.commit();
  EXPECT_EQ(run_by_a({program_, "getppid"}), 0);
}

TEST_F(Transition, ALaterOneForTheSamePairReplacesIt) {
  transition(Ruleset(kRule));
  transition(Ruleset("sys_enter_getpgrp: deny else errno EDOM"));
  EXPECT_EQ(run_by_a({program_, "getppid"}), 0);
  EXPECT_EQ(run_by_a({program_, "getpgrp"}), EDOM);
}

TEST_F(Transition, FollowsTheFilesLabel) {
  transition(Ruleset(kRule));
  space_.unlabel(program_);
  EXPECT_EQ(run_by_a({program_, "getppid"}), 0);
  space_.label_file(other_, "c_t b_t");
  EXPECT_EQ(run_by_a({other_, "getppid"}), EXDEV);
}

// Fact 12
TEST_F(Transition, Fact12LooksAtTheScriptAndNotAtItsInterpreter) {
  transition(Ruleset(kRule));
  const std::string script = tree_.make_file("script", "#!" + other_ + " getppid\n");
  const std::string plain = tree_.make_file("plain", "#!" + program_ + " getppid\n");
  require_call(chmod(script.c_str(), 0755), "chmod");
  require_call(chmod(plain.c_str(), 0755), "chmod");
  space_.label_file(script, "b_t");
  EXPECT_EQ(run_by_a({script}), EXDEV);
  EXPECT_EQ(run_by_a({plain}), 0) << "the interpreter has the label, the script hasn't";
}

TEST_F(Transition, TheFileIsJudgedByTheLayersBefore) {
  transition(Ruleset("file_exec: deny else errno EXDEV"));
  EXPECT_EQ(run_by_a({program_}), 0);
  EXPECT_EQ(run_by_a({program_, "exec", other_}), EXDEV);
}

TEST_F(Transition, AddsTheLayerOnce) {
  // More often than there is room for layers
  transition(Ruleset(kRule));
  const std::string script =
      tree_.make_file("again", "#!/bin/sh\n[ $1 = 0 ] && exit 7\nexec $0 $(($1 - 1))\n");
  require_call(chmod(script.c_str(), 0755), "chmod");
  space_.label_file(script, "b_t");
  EXPECT_EQ(run_by_a({script, "80"}), 7);
}

TEST_F(Transition, CanChangeTheTasksLabelAndLeadToTheNext) {
  const Ruleset second = Ruleset::labelled(space_, "c_t", kHarmless);
  const Ruleset third(kRule);
  space_.label_file(other_, "never_t");
  require_call(stage_transition(space_, "c_t", "never_t", third.fd()), "EVF_TRANSITION");
  transition(second);
  EXPECT_EQ(run_by_a({other_, "getppid"}), 0);
  EXPECT_EQ(run_by_a({program_, "exec", other_}), 0);
  const std::string script = tree_.make_file("s", "#!/bin/sh\nexec " + other_ + " getppid\n");
  require_call(chmod(script.c_str(), 0755), "chmod");
  space_.label_file(script, "b_t");
  EXPECT_EQ(run_by_a({script}), EXDEV);
}

TEST_F(Transition, WithoutRoomForTheLayerTheExecFails) {
  transition(Ruleset(kRule));
  in_child([&] {
    start_.enforce();
    const Ruleset filler(kHarmless);
    for (int i = 1; i < EVF_MAX_LAYERS - 1; ++i) {
      filler.enforce();
    }
    EXPECT_EQ(run({program_, "getppid"}).exit_code(), EXDEV) << "one is left";
    filler.enforce();
    EXPECT_REFUSED(E2BIG, execl(program_.c_str(), "evf_probe", nullptr));
    EXPECT_EQ(run({other_, "getppid"}).exit_code(), 0);
  });
}

TEST_F(Transition, WithATraceeTheExecFails) {
  transition(Ruleset(kRule));
  in_child([&] {
    start_.enforce();
    const pid_t child = fork();
    if (child == 0) {
      pause();
    }
    require_call(ptrace(PTRACE_SEIZE, child, nullptr, nullptr), "PTRACE_SEIZE");
    EXPECT_REFUSED(EBUSY, execl(program_.c_str(), "evf_probe", nullptr));
    kill(child, SIGKILL);
  });
}

TEST_F(Transition, WithoutAnOwnerTheExecFails) {
  auto space = std::make_unique<LabelSpace>(kProbeNames);
  space->label_file(program_, "b_t");
  const Ruleset start = Ruleset::labelled(*space, "a_t", kHarmless);
  // Bound to the very space: neither may keep the other for ever
  const Ruleset target(*space, kRule);
  require_call(stage_transition(*space, "a_t", "b_t", target.fd()), "EVF_TRANSITION");
  space->commit();
  const auto run_there = [&](const std::string& path) {
    return value_from_child(Subject::kUser, [&] {
      start.enforce();
      execl(path.c_str(), "evf_probe", nullptr);
      return errno;
    });
  };
  in_child([&] {
    start.enforce();
    EXPECT_EQ(run({program_, "getppid"}).exit_code(), EXDEV);
  });
  space.reset();
  EXPECT_EQ(run_there(program_), EACCES);
  in_child([&] {
    start.enforce();
    EXPECT_EQ(run({other_, "getppid"}).exit_code(), 0);
  });
}

TEST_F(Transition, Errors) {
  const Ruleset ruleset(kRule);
  const Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_REFUSED(ENOENT, stage_transition(space_, "nope_t", "b_t", ruleset.fd()));
  EXPECT_REFUSED(ENOENT, stage_transition(space_, "a_t", "nope_t", ruleset.fd()));
  EXPECT_REFUSED(ENOENT, stage_transition(space_, "", "b_t", ruleset.fd()));
  EXPECT_REFUSED(ENOENT,
                 stage_transition(space_, "a_t", std::string(EVF_MAX_LABEL_NAME + 1, 'x'), -1));
  EXPECT_REFUSED(ENOENT, stage_transition(space_, "a_t", "b_t", -1)) << "nothing to take back";
  EXPECT_REFUSED(EBADF, stage_transition(space_, "a_t", "b_t", 1000));
  EXPECT_REFUSED(EBADFD, stage_transition(space_, "a_t", "b_t", null.get()));
  EXPECT_REFUSED(ENODATA, stage_transition(space_, "a_t", "b_t", Ruleset().fd()));
  EXPECT_REFUSED(EFAULT, ioctl(space_.fd(), EVF_TRANSITION, nullptr));
  space_.commit();
  EXPECT_ALLOWED(stage_transition(space_, "a_t", "b_t", ruleset.fd()));
  EXPECT_REFUSED(EBUSY, ruleset.write("file_open: deny\n")) << "it's frozen";
  EXPECT_ALLOWED(stage_transition(space_, "a_t", "b_t", -1)) << "of what is only staged";
  EXPECT_REFUSED(ENOENT, stage_transition(space_, "a_t", "b_t", -1));
}

TEST_F(Transition, TheStructIsVersionedByItsSize) {
  static_assert(sizeof(evf_transition) == EVF_TRANSITION_SIZE_VER0);
  const Ruleset ruleset(kRule);
  const std::string label = "a_t";
  std::array<unsigned char, 8192> bytes{};
  const auto stage = [&](size_t size) {
    evf_transition transition{};
    transition.size = static_cast<__u32>(size);
    transition.ruleset_fd = ruleset.fd();
    transition.task = transition.file = reinterpret_cast<uintptr_t>(label.data());
    transition.task_len = transition.file_len = static_cast<__u32>(label.size());
    std::memcpy(bytes.data(), &transition, sizeof(transition));
    return ioctl(space_.fd(), EVF_TRANSITION, bytes.data());
  };
  for (const size_t size : {0, 4, EVF_TRANSITION_SIZE_VER0 - 1}) {
    EXPECT_REFUSED(EINVAL, stage(size)) << size;
  }
  for (const size_t size : {EVF_TRANSITION_SIZE_VER0, EVF_TRANSITION_SIZE_VER0 + 1, 4096}) {
    EXPECT_ALLOWED(stage(size)) << size;
  }
  EXPECT_REFUSED(E2BIG, stage(4097));
  bytes[EVF_TRANSITION_SIZE_VER0] = 1;
  EXPECT_ALLOWED(stage(EVF_TRANSITION_SIZE_VER0));
  EXPECT_REFUSED(E2BIG, stage(EVF_TRANSITION_SIZE_VER0 + 1));
}

TEST_F(Transition, AsManyAsTheLimit) {
  std::string names;
  for (int i = 0; i <= EVF_MAX_SPACE_TRANSITIONS; ++i) {
    names += "l" + std::to_string(i) + " ";
  }
  const LabelSpace space(names);
  const Ruleset ruleset(kRule);
  for (int i = 0; i < EVF_MAX_SPACE_TRANSITIONS; ++i) {
    ASSERT_ALLOWED(stage_transition(space, "l0", "l" + std::to_string(i), ruleset.fd())) << i;
  }
  EXPECT_REFUSED(ENOSPC, stage_transition(space, "l1", "l1", ruleset.fd()));
  EXPECT_ALLOWED(stage_transition(space, "l0", "l5", ruleset.fd())) << "a replacement";
  EXPECT_ALLOWED(stage_transition(space, "l0", "l5", -1));
  EXPECT_ALLOWED(stage_transition(space, "l1", "l1", ruleset.fd()));
}

TEST_F(Transition, IsRefusedToWhoeverIsConfinedByTheSpace) {
  const Ruleset ruleset(kRule);
  transition(ruleset);
  in_child(Subject::kRoot, [&] {
    start_.enforce();
    EXPECT_REFUSED(EPERM, stage_transition(space_, "a_t", "b_t", -1));
    EXPECT_REFUSED(EPERM, stage_transition(space_, "b_t", "b_t", ruleset.fd()));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
