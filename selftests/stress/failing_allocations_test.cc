// SPDX-License-Identifier: BSD-2-Clause
// Every allocation fails once: whatever was asked for has then not happened at all.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
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
  EXPECT_GT(fail_each_allocation([](FaultyCall& call) { call([] { return evf(EVF_LABELS); }); }),
            0);
  EXPECT_GT(fail_each_allocation(
                [](FaultyCall& call) { call([] { return evf(EVF_RULESET, kNoLabels); }); }),
            0);
}

TEST_F(FailingAllocations, WritingRulesTakesAllOrNone) {
  EXPECT_GT(
      fail_each_allocation([](FaultyCall& call) {
        const LabelSpace space("a_t b_t c_t");
        const Ruleset ruleset(space);
        const std::string text =
            "syscalls: allow\n"
            "sys_enter_getppid: deny else errno EDOM\n"
            "sys_enter_lseek: fd in { 1, 3, 5, 7..9 } || offset == 5 && (whence != 0 || fd < 10)\n"
            "file_open: label in { a_t, b_t } || name ~ \"*.txt\" && !(label & c_t)\n";
        const bool taken = call([&] { return ruleset.write(text); }) == 0;
        // A second default of the group is an error, so this tells whether the first was taken
        EXPECT_EQ(error_of(ruleset.write("syscalls: allow\nsys_enter_getpgrp: allow\n")),
                  taken ? EINVAL : 0);
        ruleset.enforce();
        EXPECT_EQ(error_of(syscall(SYS_getppid)), taken ? EDOM : 0);
      }),
      5);
}

TEST_F(FailingAllocations, EnforcingLeavesTheTaskAsItWas) {
  EXPECT_GT(
      fail_each_allocation([](FaultyCall& call) {
        enforce("sys_enter_getpgrp: deny else errno EXDEV\n");
        const Ruleset ruleset(
            "syscalls: allow\nsys_enter_getppid: deny else errno EDOM\nfile_open: name != \"x\"\n");
        const bool enforced = call([&] { return ruleset.try_enforce(); }) == 0;
        EXPECT_EQ(error_of(syscall(SYS_getppid)), enforced ? EDOM : 0);
        EXPECT_REFUSED(EXDEV, syscall(SYS_getpgrp));
        EXPECT_EQ(error_of(ruleset.try_enforce()), 0) << "a second try succeeds";
        EXPECT_REFUSED(EDOM, syscall(SYS_getppid));
      }),
      3);
}

TEST_F(FailingAllocations, PendingLayers) {
  EXPECT_GT(fail_each_allocation([](FaultyCall& call) {
              const Ruleset ruleset("sys_enter_getppid: deny else errno EDOM\n");
              set_no_new_privs();
              const bool pending =
                  call([&] { return ruleset.try_enforce(EVF_ENFORCE_ON_EXEC); }) == 0;
              EXPECT_EQ(run({helper("evf_probe"), "getppid"}).exit_code(), pending ? EDOM : 0);
            }),
            1);
}

TEST_F(FailingAllocations, AnExecveIsConfinedOrFails) {
  in_child(Subject::kRoot, [] {
    Ruleset("sys_enter_getppid: deny else errno EDOM\n").enforce(EVF_ENFORCE_ON_EXEC);
    expect_each_execve_confined(helper("evf_probe"), EDOM);
  });
}

TEST_F(FailingAllocations, LabellingTakesAllOrNothing) {
  const Tree tree;
  const std::string file = tree.make_file("d/file");
  const std::string dir = tree.path("d");
  struct Change {
    unsigned long request;
    const std::string& object;
    const char* names;
    const char* pattern;
    const char* result;
  };
  for (const Change& change :
       {Change{EVF_LABEL_FILE, file, "b_t", "", "b_t"},
        Change{EVF_LABEL_SELF, file, "b_t c_t", "", "b_t c_t"},
        Change{EVF_UNLABEL, file, "", "", "a_t"}, Change{EVF_LABEL_NAME, dir, "b_t", "fil?", "c_t"},
        Change{EVF_LABEL_NAME, dir, "b_t", "file", "c_t"}}) {
    const int failed = fail_each_allocation([&](FaultyCall& call) {
      const LabelSpace space(kProbeNames);
      const LabelProbe probe(space);
      space.label_file(dir, "a_t");
      space.label_file(file, "c_t");
      const Fd object(open(change.object.c_str(), O_PATH | O_CLOEXEC));
      const bool staged =
          call([&] {
            return space.stage(change.request, object.get(), change.names, change.pattern);
          }) == 0;
      space.commit();
      EXPECT_EQ(probe.of(file), staged ? change.result : "c_t");
    });
    EXPECT_GT(failed, change.request == EVF_UNLABEL ? -1 : 0) << change.names;
  }
}

TEST_F(FailingAllocations, NamesAreAddedAllOrNone) {
  EXPECT_GT(fail_each_allocation([](FaultyCall& call) {
              const LabelSpace space;
              const bool added =
                  call([&] { return space.write("label more_t\nlabel other_t\n"); }) == 0;
              for (const char* name : {"more_t", "other_t"}) {
                EXPECT_EQ(error_of(Ruleset(space).write(std::string("file_open: label & ") + name)),
                          added ? 0 : EINVAL);
              }
            }),
            1);
}

TEST_F(FailingAllocations, ACommitSucceedsOrFailsAsAWhole) {
  const Tree tree;
  const std::string one = tree.make_file("one");
  const std::string two = tree.make_file("two");
  fail_each_allocation([&](FaultyCall& call) {
    const LabelSpace space(kProbeNames);
    const LabelProbe probe(space);
    require_call(space.stage(EVF_LABEL_FILE, one, "a_t"), "staging");
    require_call(space.stage(EVF_LABEL_FILE, two, "b_t"), "staging");
    const bool committed = call([&] { return space.try_commit(); }) == 0;
    EXPECT_EQ(probe.of(one), committed ? "a_t" : "");
    EXPECT_EQ(probe.of(two), committed ? "b_t" : "");
  });
}

TEST_F(FailingAllocations, ClearingTakesAllOrNothing) {
  const Tree tree;
  const std::string one = tree.make_file("one");
  const std::string two = tree.make_file("d/two");
  const Ruleset layer("sys_enter_getppid: deny else errno EDOM\n");
  EXPECT_GT(fail_each_allocation([&](FaultyCall& call) {
              const LabelSpace space(kProbeNames);
              const LabelProbe probe(space);
              space.label_file(one, "a_t");
              space.label_name(tree.path("d"), "t*", "b_t");
              require_call(stage_transition(space, "a_t", "b_t", layer.fd()), "a transition");
              space.commit();
              const bool cleared = call([&] { return ioctl(space.fd(), EVF_CLEAR, 0); }) == 0;
              require_call(space.stage(EVF_LABEL_FILE, one, "c_t"), "staging on top");
              space.commit();
              EXPECT_EQ(probe.of(one), "c_t");
              EXPECT_EQ(probe.of(two), cleared ? "" : "b_t");
              EXPECT_EQ(error_of(stage_transition(space, "a_t", "b_t", -1)), cleared ? ENOENT : 0);
            }),
            2);
}

// Many labels, so that the tables have to grow, whichever allocation fails on the way
TEST_F(FailingAllocations, TablesThatGrow) {
  const Tree tree;
  in_child(Subject::kRoot, [&] {
    const LabelSpace space(kProbeNames);
    const LabelProbe probe(space);
    const Fd dir(open(tree.root().c_str(), O_PATH | O_CLOEXEC));
    for (int i = 0; i < 300; ++i) {
      const std::string name = "name" + std::to_string(i);
      for (int nth = 1, faults = 1; faults != 0; ++nth) {
        FaultyCall call(nth);
        call([&] { return space.stage(EVF_LABEL_NAME, dir.get(), "a_t", name); });
        faults = call.had_a_fault() ? 1 : 0;
      }
    }
    space.commit();
    for (int i = 0; i < 300; i += 13) {
      EXPECT_EQ(probe.of(tree.make_file("name" + std::to_string(i))), "a_t");
    }
  });
}

TEST_F(FailingAllocations, AVerdictDoesNotDependOnMemory) {
  const Tree tree;
  const std::string refused = tree.make_file("refused");
  const LabelSpace space(kProbeNames);
  space.label_file(refused, "b_t");
  in_child(Subject::kRoot, [&] {
    const Fd fail_nth(open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC));
    enforce(space,
            "file_open: !(label & b_t) && name != \"x\" else errno EDOM\nsys_enter_getppid: deny "
            "else errno EXDEV\n");
    for (int n = 1; n < 50; ++n) {
      const std::string text = std::to_string(n);
      require_call(pwrite(fail_nth.get(), text.data(), text.size(), 0), "fail-nth");
      const int getppid_error = error_of(syscall(SYS_getppid));
      const long opened = open(refused.c_str(), O_RDONLY | O_CLOEXEC);
      const int open_error = errno;
      require_call(pwrite(fail_nth.get(), "0", 1, 0), "fail-nth");
      EXPECT_EQ(getppid_error, EXDEV);
      EXPECT_LT(opened, 0);
      EXPECT_TRUE(open_error == EDOM || open_error == ENOMEM || open_error == ENFILE)
          << errno_name(open_error);
    }
  });
}

}  // namespace
}  // namespace eventfilter::selftest
