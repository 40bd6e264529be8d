// SPDX-License-Identifier: BSD-2-Clause
// Whoever uses labels and says nothing about renames and links can't change a label by them: EXDEV,
// as if it were another file system, so that mv falls back to a copy (which file_create judges).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "support/child.h"
#include "support/label_probe.h"
#include "support/program.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class MoveRule : public testing::TestWithParam<Fs> {
 protected:
  MoveRule() {
    space_.label_file(a_, "a_t");
    space_.label_file(b_, "b_t");
  }
  // Uses labels, names neither event
  void confine() const { enforce(space_, "file_open: !(label & never_t)"); }

  const Tree tree_{GetParam()};
  const std::string a_ = tree_.make_dir("a");
  const std::string b_ = tree_.make_dir("b");
  const std::string file_ = tree_.make_file("a/file");
  const LabelSpace space_{kProbeNames};
};

TEST_P(MoveRule, AcrossLabelsIsExdev) {
  tree_.make_file("a/dir/inside");
  tree_.make_file("b/there");
  in_child([&] {
    confine();
    EXPECT_REFUSED(EXDEV, rename(file_.c_str(), tree_.path("b/file").c_str()));
    EXPECT_REFUSED(EXDEV, link(file_.c_str(), tree_.path("b/file").c_str()));
    EXPECT_REFUSED(EXDEV, rename(tree_.path("a/dir").c_str(), tree_.path("b/dir").c_str()));
    EXPECT_REFUSED(EXDEV, rename(file_.c_str(), tree_.path("b/there").c_str()));
    EXPECT_REFUSED(EXDEV, renameat2(AT_FDCWD, file_.c_str(), AT_FDCWD,
                                    tree_.path("b/there").c_str(), RENAME_EXCHANGE));
    EXPECT_REFUSED(EXDEV, rename(file_.c_str(), tree_.path("unlabelled").c_str()))
        << "none is another label, too";
  });
}

TEST_P(MoveRule, WithinALabelIsFree) {
  tree_.make_dir("a/deeper");
  in_child([&] {
    confine();
    EXPECT_ALLOWED(link(file_.c_str(), tree_.path("a/linked").c_str()));
    EXPECT_ALLOWED(rename(file_.c_str(), tree_.path("a/deeper/file").c_str()));
    EXPECT_ALLOWED(rename(tree_.path("a/deeper").c_str(), tree_.path("a/moved").c_str()));
  });
}

TEST_P(MoveRule, WhatKeepsItsOwnLabelMayMove) {
  const std::string own = tree_.make_file("a/own");
  space_.label_file(own, "c_t");
  in_child([&] {
    confine();
    EXPECT_ALLOWED(link(own.c_str(), tree_.path("b/linked").c_str()));
    EXPECT_ALLOWED(rename(own.c_str(), tree_.path("b/own").c_str()));
  });
  EXPECT_EQ(LabelProbe(space_).of(tree_.path("b/own")), "c_t");
}

TEST_P(MoveRule, ADirectoryWhoseOwnLabelIsForItAloneMayNot) {
  // What is in it would change
  tree_.make_file("a/dir/inside");
  space_.label_self(tree_.path("a/dir"), "c_t");
  in_child([&] {
    confine();
    EXPECT_REFUSED(EXDEV, rename(tree_.path("a/dir").c_str(), tree_.path("b/dir").c_str()));
  });
}

TEST_P(MoveRule, IntoOrOutOfANamePattern) {
  space_.label_name(a_, "secret", "c_t");
  in_child([&] {
    confine();
    EXPECT_REFUSED(EXDEV, rename(file_.c_str(), tree_.path("a/secret").c_str()));
  });
  const std::string secret = tree_.make_file("a/secret");
  in_child([&] {
    confine();
    EXPECT_REFUSED(EXDEV, rename(secret.c_str(), tree_.path("a/public").c_str()));
    EXPECT_REFUSED(EXDEV, link(secret.c_str(), tree_.path("a/public").c_str()));
  });
}

TEST_P(MoveRule, AFilterOnTheEventDecidesInstead) {
  in_child([&] {
    enforce(space_,
            "file_open: !(label & never_t)\nfile_link: allow\nfile_rename: new_label & b_t");
    EXPECT_ALLOWED(link(file_.c_str(), tree_.path("b/linked").c_str()));
    EXPECT_ALLOWED(rename(file_.c_str(), tree_.path("b/file").c_str()));
    EXPECT_REFUSED(EACCES, rename(tree_.path("b/file").c_str(), tree_.path("a/file").c_str()));
  });
}

TEST_P(MoveRule, ADefaultOfTheGroupDecidesInstead) {
  in_child([&] {
    enforce(space_, "file: allow\nfile_open: !(label & never_t)");
    EXPECT_ALLOWED(rename(file_.c_str(), tree_.path("b/file").c_str()));
  });
}

TEST_P(MoveRule, EachLayerIsAsked) {
  in_child([&] {
    enforce(space_, "file_open: !(label & never_t)\nfile_link: allow\nfile_rename: allow");
    confine();
    EXPECT_REFUSED(EXDEV, rename(file_.c_str(), tree_.path("b/file").c_str()));
  });
}

TEST_P(MoveRule, ALayerWithoutLabelsIsNotConcerned) {
  in_child([&] {
    enforce("file_open: name != \"x\"");
    EXPECT_ALLOWED(rename(file_.c_str(), tree_.path("b/file").c_str()));
  });
}

TEST_P(MoveRule, APermissiveLayerRefusesNothing) {
  in_child([&] {
    Ruleset(space_, "file_open: !(label & never_t)", EVF_RULESET_PERMISSIVE).enforce();
    EXPECT_ALLOWED(rename(file_.c_str(), tree_.path("b/file").c_str()));
  });
}

TEST_P(MoveRule, MvFallsBackToACopy) {
  in_child([&] {
    confine();
    const Output output = run({"mv", file_, tree_.path("b/file")});
    EXPECT_TRUE(output.succeeded()) << output.text;
    EXPECT_NE(run({"ln", tree_.path("b/file"), tree_.path("a/linked")}).exit_code(), 0);
  });
  EXPECT_EQ(read_file(tree_.path("b/file")), "content\n");
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_EQ(LabelProbe(space_).of(tree_.path("b/file")), "b_t");
}

INSTANTIATE_TEST_SUITE_P(On, MoveRule, testing::ValuesIn(kEveryFs),
                         [](const auto& of) { return fs_name(of.param); });

}  // namespace
}  // namespace eventfilter::selftest
