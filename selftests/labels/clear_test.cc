// SPDX-License-Identifier: BSD-2-Clause
// EVF_CLEAR and EVF_DISCARD: a space is filled anew without descriptors of what was labelled, and what is
// staged can be dropped.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "labels/confined.h"
#include "labels/on_every_fs.h"
#include "support/calls.h"
#include "support/long_run.h"
#include "support/program.h"

namespace eventfilter::selftest {
namespace {

class Clear : public OnEveryFs {
 protected:
  void clear() const { require_call(ioctl(space_.fd(), EVF_CLEAR, 0), "EVF_CLEAR"); }
  void discard() const { require_call(ioctl(space_.fd(), EVF_DISCARD, 0), "EVF_DISCARD"); }

  const std::string file_ = tree_.make_file("d/file");
  const std::string other_ = tree_.make_file("d/other");
};

TEST_P(Clear, TakesBackAllWithTheNextCommit) {
  space_.label_file(tree_.path("d"), "a_t");
  space_.label_self(file_, "b_t");
  space_.label_name(tree_.path("d"), "oth*", "c_t");
  clear();
  EXPECT_EQ(label_of(file_), "b_t") << "staged only";
  EXPECT_EQ(label_of(other_), "c_t");
  space_.commit();
  EXPECT_EQ(label_of(file_), "");
  EXPECT_EQ(label_of(other_), "");
  EXPECT_REFUSED(ENOENT, space_.stage(EVF_UNLABEL, file_, ""));
}

TEST_P(Clear, WhatIsStagedAfterwardsIsOnTop) {
  space_.label_file(file_, "a_t");
  space_.label_name(tree_.path("d"), "other", "a_t");
  clear();
  ASSERT_ALLOWED(space_.stage(EVF_LABEL_FILE, file_, "b_t"));
  ASSERT_ALLOWED(space_.stage(EVF_LABEL_NAME, tree_.path("d"), "c_t", "other"));
  space_.commit();
  EXPECT_EQ(label_of(file_), "b_t");
  EXPECT_EQ(label_of(other_), "c_t");
}

TEST_P(Clear, CountsForWhatWasStagedBefore) {
  ASSERT_ALLOWED(space_.stage(EVF_LABEL_FILE, file_, "a_t"));
  clear();
  clear();
  space_.commit();
  EXPECT_EQ(label_of(file_), "");
  space_.label_file(file_, "a_t");
  ASSERT_ALLOWED(space_.stage(EVF_UNLABEL, file_, ""));
  clear();
  space_.commit();
  EXPECT_EQ(label_of(file_), "");
}

TEST_P(Clear, OfAnEmptySpaceIsNothing) {
  clear();
  space_.commit();
  space_.label_file(file_, "a_t");
  EXPECT_EQ(label_of(file_), "a_t");
}

TEST_P(Clear, DiscardLeavesWhatIsInForce) {
  space_.label_file(file_, "a_t");
  ASSERT_ALLOWED(space_.stage(EVF_LABEL_FILE, file_, "b_t"));
  ASSERT_ALLOWED(space_.stage(EVF_LABEL_NAME, tree_.path("d"), "b_t", "other"));
  discard();
  space_.commit();
  EXPECT_EQ(label_of(file_), "a_t");
  EXPECT_EQ(label_of(other_), "");
  clear();
  discard();
  space_.commit();
  EXPECT_EQ(label_of(file_), "a_t");
  discard();
  EXPECT_EQ(label_of(file_), "a_t") << "nothing was staged";
}

TEST_P(Clear, WhatWasDiscardedCanBeStagedAgain) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_ALLOWED(space_.stage(EVF_LABEL_NAME, tree_.path("d"), "a_t", "o?her"));
    ASSERT_ALLOWED(space_.stage(EVF_LABEL_FILE, file_, "a_t"));
    discard();
  }
  space_.commit();
  EXPECT_EQ(label_of(other_), "");
  space_.label_name(tree_.path("d"), "o?her", "a_t");
  EXPECT_EQ(label_of(other_), "a_t");
}

// What is filled anew never lacks a label that it had before and has afterwards
TEST_P(Clear, NobodySeesASpaceThatIsHalfFilled) {
  const int commits = rounds(200, 10000);
  space_.label_file(tree_.path("d"), "a_t");
  std::atomic<bool> stop = false;
  Channel channel;
  Child confined([&] {
    enforce(space_, "file_open: label & a_t || label & b_t else errno EDOM\n");
    channel.child().send(0);
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
        while (!stop) {
          const int error = error_of(try_open(file_, O_RDONLY));
          if (error != 0) {
            ADD_FAILURE() << "seen between clearing and filling: " << errno_name(error);
            return;
          }
        }
      });
    }
    EXPECT_EQ(channel.child().receive(), 0);
    stop = true;
    for (std::thread& thread : threads) thread.join();
  });
  EXPECT_EQ(channel.parent().receive(), 0);
  for (int i = 0; i < commits; ++i) {
    clear();
    require_call(space_.stage(EVF_LABEL_FILE, i % 2 == 0 ? file_ : tree_.path("d"), i % 3 == 0 ? "a_t" : "b_t"),
                 "staging");
    if (i % 5 == 4) {
      discard();
    }
    space_.commit();
  }
  channel.parent().send(0);
  EXPECT_TRUE(confined.wait().exited_normally());
}

INSTANTIATE_ON_EVERY_FS(Clear);

class ClearOther : public testing::Test {
 protected:
  void clear() const { require_call(ioctl(space_.fd(), EVF_CLEAR, 0), "EVF_CLEAR"); }
  // A file system of its own, labelled, as is a file outside of it. Where it's mounted
  [[nodiscard]] std::string label_a_mount() const {
    const std::string point = tree_.make_dir("point");
    require_call(mount("none", point.c_str(), "tmpfs", 0, nullptr), "mount");
    space_.label_file(point, "a_t");
    space_.label_file(kept_, "a_t");
    return point;
  }

  const Tree tree_;
  const std::string kept_ = tree_.make_file("kept");
  const LabelSpace space_{kProbeNames};
  const LabelProbe probe_{space_};
};

TEST_F(ClearOther, ConcernsTypesOfFileSystemsToo) {
  const std::string file = tree_.make_file("f");
  require_call(space_.write("fs tmpfs a_t\n"), "fs");
  space_.commit();
  EXPECT_EQ(probe_.of(file), "a_t");
  clear();
  EXPECT_EQ(probe_.of(file), "a_t");
  space_.commit();
  EXPECT_EQ(probe_.of(file), "");
}

TEST_F(ClearOther, ConcernsEndpointsToo) {
  require_call(space_.write("endpoint tcp 10.0.0.0/8 443 a_t\n"), "endpoint");
  space_.commit();
  clear();
  space_.commit();
  EXPECT_EQ(error_of(space_.write("unendpoint tcp 10.0.0.0/8 443\n")), EINVAL);
  EXPECT_EQ(space_.error(), "1:12:18: no_such_endpoint: nothing is assigned to this endpoint\n");
}

TEST_F(ClearOther, LeavesNamesAndGroups) {
  const std::string file = tree_.make_file("f");
  const LabelSpace space;
  require_call(space.write("label a_t\nlabel b_t\nlabel never_t\ngroup c_t = a_t\n"), "a group");
  space.commit();
  require_call(ioctl(space.fd(), EVF_CLEAR, 0), "EVF_CLEAR");
  require_call(space.stage(EVF_LABEL_FILE, file, "a_t"), "staging");
  space.commit();
  EXPECT_EQ(LabelProbe(space).of(file), "a_t c_t");
}

TEST_F(ClearOther, DiscardDropsGroupsAndTransitions) {
  const LabelSpace space;
  require_call(space.write("label a_t\nlabel b_t\nlabel never_t\ngroup c_t = a_t\n"), "a group");
  space.label_file(tree_.make_file("f"), "a_t");
  require_call(space.write("group c_t =\n"), "a group");
  const Ruleset layer("sys_enter_getppid: deny");
  require_call(stage_transition(space, "a_t", "b_t", layer.fd()), "a transition");
  require_call(ioctl(space.fd(), EVF_DISCARD, 0), "EVF_DISCARD");
  space.commit();
  EXPECT_EQ(LabelProbe(space).of(tree_.path("f")), "a_t c_t");
  EXPECT_REFUSED(ENOENT, stage_transition(space, "a_t", "b_t", -1));
}

TEST_F(ClearOther, ConcernsTransitionsToo) {
  const std::string program = tree_.path("program");
  ASSERT_EQ(run({"/bin/cp", helper("evf_probe"), program}).exit_code(), 0);
  const Ruleset start = Ruleset::labelled(space_, "a_t", "sys_enter_getsid: allow");
  const auto result = [&] {
    return value_from_child(Subject::kUser, [&] {
      start.enforce();
      return run({program, "getppid"}).exit_code();
    });
  };
  space_.label_file(program, "b_t");
  require_call(chmod(program.c_str(), 0755), "chmod");
  require_call(stage_transition(space_, "a_t", "b_t", Ruleset("sys_enter_getppid: deny else errno EXDEV").fd()),
               "a transition");
  space_.commit();
  EXPECT_EQ(result(), EXDEV);
  clear();
  require_call(space_.stage(EVF_LABEL_FILE, program, "b_t"), "staging");
  EXPECT_EQ(result(), EXDEV) << "staged only";
  space_.commit();
  EXPECT_EQ(result(), 0);
  EXPECT_REFUSED(ENOENT, stage_transition(space_, "a_t", "b_t", -1));
}

// This is what it's for: who labelled a file system holds no descriptor of it, and labels the rest anew
TEST_F(ClearOther, IsPossibleAfterAnUnmount) {
  const std::string point = label_a_mount();
  ASSERT_ALLOWED(umount(point.c_str()));
  clear();
  require_call(space_.stage(EVF_LABEL_FILE, kept_, "b_t"), "staging");
  space_.commit();
  EXPECT_EQ(probe_.of(kept_), "b_t");
}

// One that is unmounted between clearing and committing takes its staged change with it
TEST_F(ClearOther, SurvivesAnUnmountBeforeTheCommit) {
  const std::string point = label_a_mount();
  clear();
  ASSERT_ALLOWED(umount(point.c_str()));
  require_call(space_.stage(EVF_LABEL_FILE, kept_, "b_t"), "staging");
  space_.commit();
  EXPECT_EQ(probe_.of(kept_), "b_t");
}

}  // namespace
}  // namespace eventfilter::selftest
