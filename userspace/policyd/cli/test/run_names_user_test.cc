// SPDX-License-Identifier: BSD-2-Clause
//
// Names at any depth, by every door: policyctl run in the virtual machine, as an ordinary user.
#include "cli/test/run_fixture.h"

namespace eventfilter::cli {
namespace {

constexpr const char* kLabels =
    "label here_t = \"HERE/**\";\nlabel tree_t = \"HERE/tree/**\";\n"
    "label key_t = \"HERE/tree/**/*.key\";";

class RunNames : public Run {
 protected:
  RunNames() {
    fs::create_directories(here_ / "tree/1/2/3/4/5/6/7/8/9/10");
    write("tree/1/2/3/4/5/6/7/8/9/10/a.key", "key\n");
    write("tree/1/a.key", "key\n");
    write("tree/a.key", "key\n");
    write("tree/a.txt", "text\n");
    write("a.key", "elsewhere\n");
  }

  bool reads(const std::string& name) { return run("cat " + name) == 0; }
};

TEST_F(RunNames, AtAnyDepth) {
  policy(kLabels, "allow file read on { here_t tree_t };");
  for (const char* const name : {"tree/a.key", "tree/1/a.key", "tree/1/2/3/4/5/6/7/8/9/10/a.key"}) {
    EXPECT_FALSE(reads(name)) << name;
  }
  EXPECT_TRUE(reads("tree/a.txt")) << err;
  EXPECT_TRUE(reads("a.key")) << err;
  policy(kLabels, "allow file read on key_t;");
  EXPECT_TRUE(reads("tree/1/2/3/4/5/6/7/8/9/10/a.key")) << err;
  EXPECT_FALSE(reads("tree/a.txt"));
}

TEST_F(RunNames, WhatDoesNotExistYet) {
  policy(kLabels, "allow file { open create } on { here_t tree_t };");
  EXPECT_EQ(run("bash -c 'echo x >tree/1/new.txt'"), 0) << err;
  EXPECT_NE(run("bash -c 'echo x >tree/1/new.key'"), 0);
  EXPECT_FALSE(fs::exists(here_ / "tree/1/new.key"));
}

TEST_F(RunNames, LinksLeadToTheName) {
  policy(kLabels, "allow file { open create link rename unlink } on { here_t tree_t };");
  fs::create_symlink(here_ / "tree/a.key", here_ / "soft");
  EXPECT_FALSE(reads("soft"));
  EXPECT_NE(run("ln tree/a.key tree/b.txt"), 0);
  EXPECT_NE(run("perl -e 'exit !rename \"tree/a.key\", \"tree/b.txt\"'"), 0);
  EXPECT_FALSE(fs::exists(here_ / "tree/b.txt"));
  EXPECT_NE(run("perl -e 'exit !rename \"tree/a.txt\", \"tree/b.key\"'"), 0) << "into place";
  EXPECT_EQ(run("perl -e 'exit !rename \"tree/a.txt\", \"tree/c.txt\"'"), 0) << err;
  // Directories on the way may have any name
  EXPECT_EQ(run("perl -e 'exit !rename \"tree/1/2\", \"tree/1/two\"'"), 0) << err;
  EXPECT_FALSE(reads("tree/1/two/3/4/5/6/7/8/9/10/a.key"));
}

TEST_F(RunNames, AnotherLinkFromBeforeHasItsOwnName) {
  fs::create_hard_link(here_ / "tree/a.key", here_ / "tree/old.txt");
  policy(kLabels, "allow file read on { here_t tree_t };");
  EXPECT_TRUE(reads("tree/old.txt")) << err;
  EXPECT_FALSE(reads("tree/a.key"));
}

TEST_F(RunNames, AMistakeIsToldAndNothingRuns) {
  policy(kLabels, "allow use read on key_t;");
  EXPECT_FALSE(reads("a.key"));
  EXPECT_EQ(out, "");
  EXPECT_NE(err.find("key_t is told by its name, and use read has none"), std::string::npos) << err;
}

}  // namespace
}  // namespace eventfilter::cli
