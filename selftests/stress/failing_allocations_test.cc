// SPDX-License-Identifier: BSD-2-Clause
// Every allocation fails once: whatever was asked for has then not happened at all.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/calls.h"
#include "support/child.h"
#include "support/fail_nth.h"
#include "support/label_probe.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class FailingAllocations : public testing::Test {
 protected:
  void SetUp() override {
    if (!can_inject_faults()) {
      GTEST_SKIP() << "this kernel has no fault injection; the debug kernel has";
    }
  }
};

TEST_F(FailingAllocations, MakingDescriptors) {
  in_child(Subject::kRoot, [] {
    const auto make_and_close = [](unsigned long command, unsigned long argument) {
      const long fd = evf(command, argument);
      if (fd >= 0) {
        close(static_cast<int>(fd));
      }
      return fd;
    };
    EXPECT_GT(for_each_failing_allocation([&] { return make_and_close(EVF_LABELS, 0); }, [] {}), 0);
    EXPECT_GT(for_each_failing_allocation([&] { return make_and_close(EVF_RULESET, kNoLabels); }, [] {}), 0);
  });
}

TEST_F(FailingAllocations, WritingRules) {
  in_child(Subject::kRoot, [] {
    const LabelSpace space("a_t b_t c_t");
    const Ruleset ruleset(space);
    // Half of it taken would be refused the second time, for its second default
    const std::string text =
        "syscalls: allow\n"
        "sys_enter_getppid: deny else errno EDOM\n"
        "sys_enter_lseek: fd in { 1, 3, 5, 7..9 } || offset == 5 && (whence != 0 || fd < 10)\n"
        "file_open: label in { a_t, b_t } || name ~ \"*.txt\" && !(label & c_t)\n";
    EXPECT_GT(for_each_failing_allocation([&] { return ruleset.write(text); },
                                          [&] { EXPECT_REFUSED(EINVAL, ruleset.write("nonsense")); }),
              0);
    ruleset.enforce();
    EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
  });
}

TEST_F(FailingAllocations, EnforcingLeavesTheTaskAsItWas) {
  in_child(Subject::kRoot, [] {
    enforce("sys_enter_getpgrp: deny else errno EXDEV\n");
    const Ruleset ruleset("syscalls: allow\nsys_enter_getppid: deny else errno EDOM\nfile_open: name != \"x\"\n");
    set_no_new_privs();
    EXPECT_GT(for_each_failing_allocation([&] { return ruleset.try_enforce(); },
                                          [] {
                                            EXPECT_ALLOWED(syscall(SYS_getppid));
                                            EXPECT_REFUSED(EXDEV, syscall(SYS_getpgrp));
                                          }),
              0);
    EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
    EXPECT_REFUSED(EXDEV, syscall(SYS_getpgrp));
  });
}

TEST_F(FailingAllocations, PendingLayers) {
  in_child(Subject::kRoot, [] {
    const Ruleset ruleset("sys_enter_getppid: deny else errno EDOM\n");
    set_no_new_privs();
    EXPECT_GT(for_each_failing_allocation([&] { return ruleset.try_enforce(EVF_ENFORCE_ON_EXEC); },
                                          [] { EXPECT_EQ(run({helper("evf_probe"), "getppid"}).exit_code(), 0); }),
              0);
    EXPECT_EQ(run({helper("evf_probe"), "getppid"}).exit_code(), EDOM);
  });
}

TEST_F(FailingAllocations, AnExecveIsConfinedOrFails) {
  in_child(Subject::kRoot, [] {
    Ruleset("sys_enter_getppid: deny else errno EDOM\n").enforce(EVF_ENFORCE_ON_EXEC);
    const std::string probe = helper("evf_probe");
    int refused = 0;
    for (int n = 1; n < 1000 && refused < 3; ++n) {
      const pid_t pid = fork();
      require_call(pid, "fork");
      if (pid == 0) {
        write_file("/proc/thread-self/fail-nth", std::to_string(n));
        execl(probe.c_str(), "evf_probe", "getppid", nullptr);
        _exit(errno);
      }
      int status = 0;
      require_call(waitpid(pid, &status, 0), "waitpid");
      EXPECT_NE(status, 0) << "it ran unconfined, after allocation " << n << " had failed";
      refused = WIFEXITED(status) && WEXITSTATUS(status) == EDOM ? refused + 1 : 0;
    }
    EXPECT_EQ(refused, 3) << "in the end nothing fails";
  });
}

TEST_F(FailingAllocations, LabellingChangesNothingOfWhatIsStaged) {
  const Tree tree;
  const std::string file = tree.make_file("d/file");
  in_child(Subject::kRoot, [&] {
    const LabelSpace space(kProbeNames);
    const LabelProbe probe(space);
    const Fd object(open(file.c_str(), O_PATH | O_CLOEXEC));
    const Fd dir(open(tree.path("d").c_str(), O_PATH | O_CLOEXEC));
    space.label_file(file, "a_t");
    const auto still = [&] {
      space.commit();
      EXPECT_EQ(probe.of(file), "a_t");
    };
    EXPECT_GT(for_each_failing_allocation([&] { return space.stage(EVF_LABEL_FILE, object.get(), "b_t"); }, still), 0);
    space.commit();
    EXPECT_EQ(probe.of(file), "b_t");
    for_each_failing_allocation([&] { return space.stage(EVF_UNLABEL, object.get(), ""); }, [] {});
    space.commit();
    EXPECT_EQ(probe.of(file), "");
    EXPECT_GT(for_each_failing_allocation([&] { return space.stage(EVF_LABEL_NAME, dir.get(), "c_t", "fil?"); },
                                          [&] {
                                            space.commit();
                                            EXPECT_EQ(probe.of(file), "");
                                          }),
              0);
    for_each_failing_allocation([&] { return space.try_commit(); }, [] {});
    EXPECT_EQ(probe.of(file), "c_t");
    EXPECT_GT(for_each_failing_allocation([&] { return space.write("label more_t\nlabel other_t\n"); },
                                          [&] { EXPECT_REFUSED(EINVAL, Ruleset(space).write("file_open: label & other_t")); }),
              0);
  });
}

TEST_F(FailingAllocations, ALabelThatGrowsTheTable) {
  const Tree tree;
  in_child(Subject::kRoot, [&] {
    const LabelSpace space(kProbeNames);
    const Fd dir(open(tree.root().c_str(), O_PATH | O_CLOEXEC));
    for (int i = 0; i < 300; ++i) {
      for_each_failing_allocation(
          [&] { return space.stage(EVF_LABEL_NAME, dir.get(), "a_t", "name" + std::to_string(i)); }, [] {});
    }
    space.commit();
    EXPECT_EQ(LabelProbe(space).of(tree.make_file("name299")), "a_t");
  });
}

TEST_F(FailingAllocations, AVerdictDoesNotDependOnMemory) {
  const Tree tree;
  const std::string refused = tree.make_file("refused");
  const LabelSpace space(kProbeNames);
  space.label_file(refused, "b_t");
  in_child(Subject::kRoot, [&] {
    enforce(space, "file_open: !(label & b_t) && name != \"x\" else errno EDOM\nsys_enter_getppid: deny else errno EXDEV\n");
    for (int n = 1; n < 50; ++n) {
      const Fd fail_nth(open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC));
      const std::string text = std::to_string(n);
      require_call(write(fail_nth.get(), text.data(), text.size()), "fail-nth");
      const int getppid_error = error_of(syscall(SYS_getppid));
      const long opened = open(refused.c_str(), O_RDONLY | O_CLOEXEC);
      const int open_error = errno;
      require_call(pwrite(fail_nth.get(), "0", 1, 0), "fail-nth");
      EXPECT_EQ(getppid_error, EXDEV);
      EXPECT_LT(opened, 0);
      EXPECT_TRUE(open_error == EDOM || open_error == ENOMEM || open_error == ENFILE) << errno_name(open_error);
    }
  });
}

}  // namespace
}  // namespace eventfilter::selftest
