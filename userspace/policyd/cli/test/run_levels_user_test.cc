// SPDX-License-Identifier: BSD-2-Clause
//
// Levels and categories, by every door: policyctl run in the virtual machine, as an ordinary user.
#include "cli/test/run_fixture.h"

namespace eventfilter::cli {
namespace {

class RunLevels : public Run {
 protected:
  RunLevels() {
    for (const char* const one : {"low", "middle", "high", "red", "blue"}) {
      fs::create_directory(here_ / one);
      write(std::string(one) + "/file", std::string(one) + "\n");
    }
  }

  // A domain of this level whose rules allow everything on all that is here.
  void level(const std::string& level, const std::string& more = "") {
    const std::string here = here_.string();
    write("p.policy",
          "policy 1;\ninclude <base>;\nlevel low < middle < high;\ncategory red, blue;\n"
          "label bin_t = \"/usr/bin/**\";\nlabel here_t level * = \"" + here + "/**\";\n"
          "label low_t level low = \"" + here + "/low/**\";\n"
          "label middle_t level middle = \"" + here + "/middle/**\";\n"
          "label high_t level high = \"" + here + "/high/**\";\n"
          "label red_t level middle(red) = \"" + here + "/red/**\";\n"
          "label blue_t level middle(blue) = \"" + here + "/blue/**\";\n"
          "attribute all = here_t, low_t, middle_t, high_t, red_t, blue_t;\n"
          "domain d_t level " + level + " {\n use base;\n allow file { read exec } on bin_t;\n"
          " allow file * on all;\n" + more + "\n}\n");
  }

  bool reads(const std::string& name) {
    const bool passed = run("cat " + name + "/file") == 0;
    EXPECT_EQ(out, passed ? name + "\n" : "") << err;
    return passed;
  }

  bool writes(const std::string& name) {
    const bool passed = run("bash -c 'echo more >>" + name + "/file'") == 0;
    EXPECT_EQ(text_of(here_ / name / "file"), name + "\n" + (passed ? "more\n" : "")) << err;
    write(name + "/file", name + "\n");
    return passed;
  }

  bool moves(const std::string& from, const std::string& to) {
    const std::string target = to + "/moved";
    const bool passed = run("perl -e 'exit !rename \"" + from + "/file\", \"" + target + "\"'") == 0;
    EXPECT_EQ(fs::exists(here_ / target), passed) << err;
    if (passed) fs::rename(here_ / target, here_ / from / "file");
    return passed;
  }
};

TEST_F(RunLevels, ReadDownWriteUp) {
  level("middle");
  EXPECT_TRUE(reads("low"));
  EXPECT_TRUE(reads("middle"));
  EXPECT_FALSE(reads("high"));
  EXPECT_FALSE(writes("low"));
  EXPECT_TRUE(writes("middle"));
  EXPECT_TRUE(writes("high"));
}

TEST_F(RunLevels, Categories) {
  level("middle(red)");
  EXPECT_TRUE(reads("middle"));
  EXPECT_TRUE(reads("red"));
  EXPECT_FALSE(reads("blue"));
  EXPECT_FALSE(writes("middle"));
  EXPECT_TRUE(writes("red"));
  EXPECT_FALSE(writes("blue"));
  EXPECT_FALSE(writes("high")) << "its level is higher, but it lacks the category";
}

TEST_F(RunLevels, WithoutAWordItIsTheLowest) {
  level("low");
  const std::string policy = text_of(here_ / "p.policy");
  const std::string word = "d_t level low";
  write("p.policy", std::string(policy).replace(policy.find(word), word.size(), "d_t"));
  EXPECT_TRUE(reads("low"));
  EXPECT_FALSE(reads("middle"));
  EXPECT_TRUE(writes("high"));
}

TEST_F(RunLevels, NothingChangesItsLevelByMoving) {
  level("middle");
  EXPECT_TRUE(moves("middle", "middle"));
  EXPECT_FALSE(moves("middle", "high"));
  EXPECT_FALSE(moves("high", "middle"));
  EXPECT_FALSE(moves("low", "low"));
  EXPECT_EQ(run("ln middle/file middle/link"), 0) << err;
  EXPECT_NE(run("ln low/file middle/link2"), 0);
  EXPECT_NE(run("ln high/file middle/link2"), 0);
  EXPECT_NE(run("ln -s high/file middle/soft && cat middle/soft"), 0);
  level("*");
  EXPECT_TRUE(moves("high", "middle")) << "who is trusted may";
}

TEST_F(RunLevels, DescriptorsFromBefore) {
  level("middle");
  EXPECT_EQ(run("cat <low/file"), 0) << err;
  EXPECT_NE(run("cat <high/file"), 0);
  EXPECT_EQ(out, "");
  EXPECT_EQ(run("bash -c 'echo more >&0' 0>>high/file"), 0) << err;
  EXPECT_NE(run("bash -c 'echo more >&0' 0>>low/file"), 0);
  EXPECT_EQ(text_of(here_ / "low/file"), "low\n");
}

TEST_F(RunLevels, MetadataIsReadAndWritten) {
  level("middle");
  EXPECT_EQ(run("stat low/file"), 0) << err;
  EXPECT_NE(run("stat high/file"), 0);
  EXPECT_EQ(run("perl -e 'exit !chmod 0600, \"high/file\"'"), 0) << err;
  EXPECT_NE(run("perl -e 'exit !chmod 0600, \"low/file\"'"), 0);
}

TEST_F(RunLevels, WithoutALabelThereIsNoLevel) {
  level("high", "default file allow;");
  EXPECT_NE(run("cat /proc/uptime"), 0);
  level("*", "default file allow; allow file read;");
  EXPECT_EQ(run("cat /proc/uptime"), 0) << err;
}

TEST_F(RunLevels, AMistakeIsToldAndNothingRuns) {
  level("top");
  EXPECT_NE(run("cat low/file"), 0);
  EXPECT_EQ(out, "");
  EXPECT_NE(err.find("there is no level \"top\""), std::string::npos) << err;
}

}  // namespace
}  // namespace eventfilter::cli
