// SPDX-License-Identifier: BSD-2-Clause
#include "apply/label_objects.h"

#include <cerrno>

#include <gmock/gmock.h>

#include "apply/test/scratch.h"

namespace eventfilter::apply {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class LabelObjects : public Scratch {
 protected:
  Labelled label(std::vector<emit::LabelAssignment> assignments) {
    emit::CompiledPolicy policy;
    policy.assignments = std::move(assignments);
    return label_objects(policy, {}, notebook_);
  }

  Notebook notebook_;
};

TEST_F(LabelObjects, ATreeIsLabelledAndItsNameToo) {
  const Labelled labelled = label({tree("home_t", directory("home"))});
  EXPECT_THAT(labelled.problems, IsEmpty());
  EXPECT_THAT(notebook_.lines, ElementsAre("tree " + path("home") + " = home_t",
                                           "name " + root_ + " home = home_t"))
      << "so that a directory which takes its place is no loophole";
}

TEST_F(LabelObjects, ATreeThatOnlyRootCanReplaceNeedsNoName) {
  label({tree("tmp_t", "/tmp"), tree("all_t", "/")});
  EXPECT_THAT(notebook_.lines, ElementsAre("tree /tmp = tmp_t", "tree / = all_t"));
}

TEST_F(LabelObjects, ADirectoryAloneAndAFile) {
  label({self("d_t", directory("d")), self("f_t", file("f"))});
  EXPECT_THAT(notebook_.lines,
              ElementsAre("self " + path("d") + " = d_t", "name " + root_ + " f = f_t"));
}

TEST_F(LabelObjects, WhatDoesNotExistYetIsLabelledByName) {
  const Labelled labelled = label({tree("ssh_t", path(".ssh")), self("f_t", path("a[1]"))});
  EXPECT_THAT(notebook_.lines, ElementsAre("name " + root_ + " .ssh = ssh_t",
                                           "name " + root_ + " a[[]1] = f_t"));
  EXPECT_THAT(labelled.problems, IsEmpty());
  EXPECT_THAT(labelled.remarks, IsEmpty());
}

TEST_F(LabelObjects, PatternsGoToTheirDirectory) {
  label({names("log_t", directory("log"), "*.log")});
  EXPECT_THAT(notebook_.lines, ElementsAre("name " + path("log") + " *.log = log_t"));
}

TEST_F(LabelObjects, AGapIsClosedSoThatNothingInItIsOpen) {
  const Labelled labelled = label({tree("app_t", path("config/app")), names("x_t", path("var/y"), "*")});
  EXPECT_THAT(notebook_.lines,
              ElementsAre("name " + root_ + " config = ", "name " + root_ + " var = "));
  ASSERT_EQ(labelled.remarks.size(), 2u);
  EXPECT_EQ(labelled.remarks[0].level, Remark::Level::Warning);
  EXPECT_EQ(labelled.remarks[0].text, '"' + path("config") +
                                          "\" doesn't exist: it stays closed, also when it is "
                                          "created later; create it first");
}

TEST_F(LabelObjects, AGapIsClosedEvenIfItHasALabel) {
  const Labelled labelled =
      label({tree("config_t", path("config"), 3), tree("app_t", path("config/app"), 4),
             tree("other_t", path("config/other"), 5)});
  EXPECT_THAT(labelled.problems, IsEmpty());
  EXPECT_THAT(notebook_.lines, ElementsAre("name " + root_ + " config = config_t",
                                           "name " + root_ + " config = "))
      << "the last one counts";
  ASSERT_EQ(labelled.remarks.size(), 2u);
  EXPECT_EQ(labelled.remarks[0].where.line, 4u);
}

TEST_F(LabelObjects, TwoLabelsOfOneObjectAreAProblem) {
  if (!std::filesystem::is_symlink("/var/run")) GTEST_SKIP() << "/var/run is no link here";
  const Labelled labelled = label({tree("run_t", "/run", 3), tree("var_t", "/var/run", 7)});
  ASSERT_EQ(labelled.problems.size(), 1u);
  EXPECT_EQ(labelled.problems[0].text,
            "this pattern and that of test.policy:3:1 name the same object with two labels, var_t "
            "and run_t");
}

TEST_F(LabelObjects, ALinkThatOthersCanMakeIsAProblem) {
  directory("secret");
  const Labelled labelled = label({tree("tmp_t", link("tmp", "secret"))});
  EXPECT_THAT(notebook_.lines, IsEmpty());
  ASSERT_EQ(labelled.problems.size(), 1u);
  EXPECT_EQ(labelled.problems[0].code, ELOOP);
  EXPECT_EQ(labelled.problems[0].hint, "write the path that the link stands for");
}

TEST_F(LabelObjects, ALinkOfRootsIsFollowedAndLabelledItself) {
  if (!std::filesystem::is_symlink("/etc/mtab")) GTEST_SKIP() << "/etc/mtab is no link here";
  label({self("m_t", "/etc/mtab")});
  EXPECT_THAT(notebook_.lines,
              UnorderedElementsAre("name /proc/" + std::to_string(getpid()) + " mounts = m_t",
                                   "name /etc mtab = m_t"));
}

TEST_F(LabelObjects, ALabelThatDoesNotHoldStaysClosedWhereNothingElseIs) {
  notebook_.refuse = "name " + root_ + " f";
  const Labelled labelled = label({self("f_t", file("f"))});
  EXPECT_THAT(labelled.problems, IsEmpty());
  ASSERT_EQ(labelled.remarks.size(), 1u);
  EXPECT_EQ(labelled.remarks[0].level, Remark::Level::Warning);
  EXPECT_EQ(labelled.remarks[0].text,
            '"' + path("f") + "\" stays closed: labels don't hold on this file system");
}

TEST_F(LabelObjects, ALabelThatDoesNotHoldIsAProblemWhereAnotherWouldCount) {
  notebook_.refuse = "name " + root_ + " f";
  for (const auto& wider : {tree("all_t", root_), names("all_t", root_, "*")}) {
    const Labelled labelled = label({wider, self("f_t", file("f"))});
    ASSERT_EQ(labelled.problems.size(), 1u);
    EXPECT_EQ(labelled.problems[0].code, EOPNOTSUPP);
    EXPECT_EQ(labelled.problems[0].text,
              "labelling: Operation not supported; it would have all_t");
    EXPECT_EQ(labelled.problems[0].hint, "label its directory instead");
  }
  notebook_.refuse = "tree " + directory("d");
  EXPECT_EQ(label({tree("d_t", path("d")), tree("all_t", root_)}).problems.size(), 0u)
      << "its name is labelled, too";
}

TEST_F(LabelObjects, RemarksAboutStandardIncludesAreNotes) {
  emit::LabelAssignment standard = tree("app_t", path("none/app"));
  standard.where.file = "<base>";
  const Labelled labelled = label({standard});
  ASSERT_EQ(labelled.remarks.size(), 1u);
  EXPECT_EQ(labelled.remarks[0].level, Remark::Level::Note);
}

TEST_F(LabelObjects, APatternOnAFileIsAProblem) {
  const Labelled labelled = label({names("f_t", file("f"), "*")});
  ASSERT_EQ(labelled.problems.size(), 1u);
  EXPECT_EQ(labelled.problems[0].text, '"' + path("f") + "\" is not a directory");
}

TEST_F(LabelObjects, ForOthersAPlantedLinkIsReportedAndItsTargetLeftAlone) {
  directory("home");
  link("home/app", "/etc");
  emit::CompiledPolicy policy;
  policy.assignments = {tree("app_t", path("home/app")), tree("home_t", path("home"))};
  const Labelled labelled = label_objects(policy, {}, notebook_, Untrusted::Missing);
  EXPECT_THAT(labelled.problems, IsEmpty());
  ASSERT_EQ(labelled.remarks.size(), 1U);
  EXPECT_EQ(labelled.remarks[0].text,
            '"' + path("home/app") + "\": there is a symbolic link \"app\", in a directory that others than "
            "root can change: not labelled");
  EXPECT_THAT(notebook_.lines,
              UnorderedElementsAre("name " + path("home") + " app = app_t",
                                   "tree " + path("home") + " = home_t",
                                   "name " + root_ + " home = home_t"));
}

}  // namespace
}  // namespace eventfilter::apply
