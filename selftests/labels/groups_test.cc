// SPDX-License-Identifier: BSD-2-Clause
// Groups of labels: tested like a label, changed by the owner, staged and committed like assignments.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "support/child.h"
#include "support/label_probe.h"
#include "support/label_space.h"
#include "support/program.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// The names of a probe, but b_t and c_t are groups
class Groups : public testing::Test {
 protected:
  Groups() {
    say("label a_t\nlabel x_t\nlabel y_t\nlabel never_t\ngroup b_t =\ngroup c_t =\n");
    space_.label_file(tree_.make_file("x"), "x_t");
    space_.label_file(tree_.make_file("y"), "y_t");
    space_.label_file(tree_.make_file("xy"), "x_t y_t");
    space_.label_file(tree_.make_file("a"), "a_t");
    space_.label_file(tree_.make_file("none"), "");
    tree_.make_file("unlabelled");
  }

  void say(const std::string& lines) const {
    require_call(space_.write(lines), "writing " + lines);
    space_.commit();
  }

  // As the probe sees it: the names a_t, b_t, c_t that it carries
  [[nodiscard]] std::string of(const std::string& name) const {
    return LabelProbe(space_).of(tree_.path(name));
  }

  const Tree tree_;
  const LabelSpace space_;
};

TEST_F(Groups, AreCarriedByWhatCarriesAMember) {
  EXPECT_EQ(of("x"), "") << "the groups are empty";
  say("group b_t = x_t y_t\ngroup c_t = y_t a_t\n");
  EXPECT_EQ(of("x"), "b_t");
  EXPECT_EQ(of("y"), "b_t c_t");
  EXPECT_EQ(of("xy"), "b_t c_t");
  EXPECT_EQ(of("a"), "a_t c_t");
  EXPECT_EQ(of("none"), "");
  EXPECT_EQ(of("unlabelled"), "");
}

TEST_F(Groups, AreCarriedByWhatIsLabelledLater) {
  say("group b_t = x_t\n");
  space_.label_file(tree_.make_file("more"), "a_t x_t");
  EXPECT_EQ(of("more"), "a_t b_t") << "a set of names that did not exist before";
  space_.label_file(tree_.make_file("other"), "x_t");
  EXPECT_EQ(of("other"), "b_t");
}

TEST_F(Groups, SayingThemAgainReplacesTheirMembers) {
  say("group b_t = x_t\n");
  say("group b_t = y_t\n");
  EXPECT_EQ(of("x"), "");
  EXPECT_EQ(of("y"), "b_t");
  say("group b_t =\n");
  EXPECT_EQ(of("y"), "");
}

TEST_F(Groups, OfSeveralLinesInATextTheLastCounts) {
  say("group b_t = x_t\ngroup b_t = y_t\n");
  EXPECT_EQ(of("x"), "");
  EXPECT_EQ(of("y"), "b_t");
}

TEST_F(Groups, MayNameAMemberTwice) {
  say("group b_t = x_t x_t y_t x_t\n");
  EXPECT_EQ(of("xy"), "b_t");
}

TEST_F(Groups, AreStaged) {
  ASSERT_ALLOWED(space_.write("group b_t = x_t\n"));
  EXPECT_EQ(of("x"), "");
  ASSERT_ALLOWED(space_.stage(EVF_LABEL_FILE, tree_.path("unlabelled"), "a_t x_t"));
  ASSERT_ALLOWED(space_.write("group c_t = a_t\n"));
  EXPECT_EQ(of("x"), "");
  EXPECT_EQ(of("a"), "a_t");
  EXPECT_EQ(of("unlabelled"), "");
  space_.commit();
  EXPECT_EQ(of("x"), "b_t");
  EXPECT_EQ(of("a"), "a_t c_t");
  EXPECT_EQ(of("unlabelled"), "a_t b_t c_t");
}

TEST_F(Groups, StagedTwiceBecomeTheLast) {
  say("group b_t = x_t\n");
  ASSERT_ALLOWED(space_.write("group b_t = y_t\n"));
  ASSERT_ALLOWED(space_.stage(EVF_LABEL_FILE, tree_.path("unlabelled"), "x_t y_t a_t"));
  ASSERT_ALLOWED(space_.write("group b_t = x_t\n"));
  EXPECT_EQ(of("x"), "b_t");
  EXPECT_EQ(of("y"), "");
  space_.commit();
  EXPECT_EQ(of("x"), "b_t");
  EXPECT_EQ(of("y"), "");
  EXPECT_EQ(of("unlabelled"), "a_t b_t");
}

TEST_F(Groups, AWriteThatIsRefusedChangesNone) {
  say("group b_t = x_t\n");
  EXPECT_REFUSED(EINVAL, space_.write("group b_t = y_t\ngroup fresh_t = x_t\nnonsense\n"));
  EXPECT_REFUSED(EINVAL, space_.write("group b_t = y_t\ngroup fresh_t = x_t\nfs proc never\n"));
  space_.commit();
  EXPECT_EQ(of("x"), "b_t");
  EXPECT_EQ(of("y"), "");
  EXPECT_REFUSED(EINVAL, Ruleset(space_).write("file_open: label & fresh_t"));
}

TEST_F(Groups, FollowRelabelling) {
  say("group b_t = x_t\n");
  space_.label_file(tree_.path("x"), "a_t");
  EXPECT_EQ(of("x"), "a_t");
  space_.label_file(tree_.path("a"), "x_t");
  EXPECT_EQ(of("a"), "b_t");
  space_.unlabel(tree_.path("a"));
  EXPECT_EQ(of("a"), "");
}

TEST_F(Groups, HoldForPatternsTypesAndAnonymousObjects) {
  say("group b_t = x_t anonymous\nfs proc x_t\n");
  space_.label_name(tree_.root(), "n*", "x_t");
  EXPECT_EQ(of("none"), "") << "a barrier is no member";
  EXPECT_EQ(LabelProbe(space_).of(tree_.make_file("new")), "b_t");
  EXPECT_EQ(LabelProbe(space_).of("/proc/version"), "b_t");
  int ends[2];
  require_call(pipe2(ends, O_CLOEXEC), "pipe");
  EXPECT_EQ(LabelProbe(space_).of("/proc/self/fd/" + std::to_string(ends[0])), "b_t");
  close(ends[0]);
  close(ends[1]);
}

TEST_F(Groups, AFixedFilterFollowsThem) {
  say("group b_t = x_t\n");
  in_child([&] {
    enforce(space_, "file_open: label & b_t else errno EXDEV");
    EXPECT_ALLOWED(open(tree_.path("x").c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_REFUSED(EXDEV, open(tree_.path("y").c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_REFUSED(EPERM, space_.write("group b_t = y_t\n"));
    in_child(Subject::kRoot, [&] { EXPECT_REFUSED(EPERM, space_.write("group b_t = y_t\n")); });
  });
  const Ruleset ruleset(space_, "file_open: label & b_t else errno EXDEV");
  const auto error = [&](const char* name) {
    return value_from_child(Subject::kUser, [&] {
      ruleset.enforce();
      return error_of(open(tree_.path(name).c_str(), O_RDONLY | O_CLOEXEC));
    });
  };
  EXPECT_EQ(error("x"), 0);
  EXPECT_EQ(error("y"), EXDEV);
  say("group b_t = y_t\n");
  EXPECT_EQ(error("x"), EXDEV);
  EXPECT_EQ(error("y"), 0);
}

TEST_F(Groups, WhatIsOnlyStagedIsDroppedWithTheLastDescriptor) {
  auto space = std::make_unique<LabelSpace>("a_t x_t never_t");
  require_call(space->write("group b_t = x_t\ngroup c_t =\n"), "groups");
  space->commit();
  space->label_file(tree_.path("x"), "x_t");
  ASSERT_ALLOWED(space->write("group b_t = a_t\ngroup c_t = x_t\n"));
  const LabelProbe probe(*space);
  space.reset();
  EXPECT_EQ(probe.of(tree_.path("x")), "b_t");
}

TEST_F(Groups, AreNoLabelForAnObject) {
  EXPECT_REFUSED(EINVAL, space_.stage(EVF_LABEL_FILE, tree_.path("x"), "b_t"));
  EXPECT_REFUSED(EINVAL, space_.stage(EVF_LABEL_NAME, tree_.root(), "x_t b_t", "x"));
  EXPECT_ALLOWED(space_.stage(EVF_LABEL_FILE, tree_.path("x"), "x_t"));
}

TEST_F(Groups, ARenameBetweenLabelsOfOneGroupIsStillOne) {
  say("group b_t = x_t y_t\n");
  space_.label_file(tree_.make_dir("in_x"), "x_t");
  space_.label_file(tree_.make_dir("in_y"), "y_t");
  const std::string file = tree_.make_file("in_x/file");
  in_child([&] {
    enforce(space_, "file_open: label & b_t");
    EXPECT_REFUSED(EXDEV, rename(file.c_str(), tree_.path("in_y/file").c_str()));
    EXPECT_ALLOWED(rename(file.c_str(), tree_.path("in_x/other").c_str()));
  });
}

std::string groups_of(const std::string& label, unsigned from, unsigned to) {
  std::string text;
  for (unsigned i = from; i < to; ++i) {
    text += "group g" + std::to_string(i) + " = " + label + "\n";
  }
  return text;
}

TEST_F(Groups, AnObjectMayBeInSoMany) {
  say(groups_of("x_t", 0, EVF_MAX_OBJECT_GROUPS - 1));
  ASSERT_ALLOWED(space_.write(groups_of("x_t", EVF_MAX_OBJECT_GROUPS - 1, EVF_MAX_OBJECT_GROUPS)));
  EXPECT_REFUSED(EINVAL, space_.write("group one_more = a_t\ngroup and_more = x_t\n"));
  EXPECT_EQ(space_.error(),
            "2:7:8: too_many_groups: something would be in more than 192 groups\n");
  ASSERT_ALLOWED(space_.write("group other = a_t\n")) << "not by the same object";
  space_.commit();
  EXPECT_REFUSED(E2BIG, space_.stage(EVF_LABEL_FILE, tree_.path("none"), "a_t x_t"));
  EXPECT_REFUSED(EINVAL, space_.write("fs proc a_t x_t\n"));
  EXPECT_EQ(space_.error(),
            "1:9:3: too_many_groups: something would be in more than 192 groups\n");
  EXPECT_ALLOWED(space_.stage(EVF_LABEL_FILE, tree_.path("none"), "never_t x_t"));
  space_.commit();
  in_child([&] {
    enforce(space_, "file_open: label & g0 && label & g191 && !(label & other) else errno EXDEV");
    EXPECT_ALLOWED(open(tree_.path("x").c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_ALLOWED(open(tree_.path("none").c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_REFUSED(EXDEV, open(tree_.path("a").c_str(), O_RDONLY | O_CLOEXEC));
  });
}

TEST_F(Groups, MayHaveSoManyMembersTogether) {
  constexpr unsigned kLabels = 4096;
  constexpr unsigned kGroups = EVF_MAX_SPACE_MEMBERS / kLabels;
  const LabelSpace space;
  std::string all;
  std::string names;
  for (unsigned i = 0; i < kLabels; ++i) {
    names += "label n" + std::to_string(i) + "\n";
    all += " n" + std::to_string(i);
  }
  ASSERT_ALLOWED(space.write(names));
  for (unsigned i = 0; i < kGroups - 1; ++i) {
    ASSERT_ALLOWED(space.write("group g" + std::to_string(i) + " =" + all + "\n")) << i;
  }
  const std::string fewer = all.substr(0, all.rfind(' '));
  ASSERT_ALLOWED(space.write("group last =" + fewer + "\n"));
  EXPECT_REFUSED(EINVAL, space.write("group more = n0 n1\n"));
  EXPECT_EQ(space.error(),
            "1:7:4: too_many_members: the groups of a label space have at most 262144 members "
            "together\n");
  ASSERT_ALLOWED(space.write("group more = n0\n"));
  EXPECT_REFUSED(EINVAL, space.write("group last =" + all + "\n"));
  ASSERT_ALLOWED(space.write("group more =\n"));
  ASSERT_ALLOWED(space.write("group last =" + all + "\n"));
  space.commit();
}

}  // namespace
}  // namespace eventfilter::selftest
