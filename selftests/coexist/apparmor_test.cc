// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include "coexist/neighbours.h"
#include "support/child.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class BesideAppArmor : public testing::Test {
 protected:
  void SetUp() override {
    if (!module_is_on("apparmor")) GTEST_SKIP() << "not in lsm=";
    write_file("/tmp/neighbour.profile", "profile neighbour {\n  file,\n  capability,\n  deny " +
                                             files_.theirs + " r,\n  deny " + files_.both +
                                             " r,\n}\n");
    run_or_fail({"apparmor_parser", "--replace", "--skip-cache", "/tmp/neighbour.profile"});
  }

  // As the kernel asks for it: with the next execve
  static Output cat_confined(const std::string& path) {
    return run({"aa-exec", "-p", "neighbour", "--", "cat", path});
  }

  const Neighbours files_;
};

TEST_F(BesideAppArmor, EachHoldsAlone) {
  EXPECT_TRUE(cat_confined(files_.ours).succeeded()) << cat_confined(files_.ours).text;
  EXPECT_TRUE(cat_confined(files_.theirs).says("Permission denied"));
}

TEST_F(BesideAppArmor, BothHold) {
  in_child(Subject::kRoot, [this] {
    // Its profile goes with the execve, which no_new_privs forbids; who is root needs none
    const LabelSpace space("ours_t");
    space.label_file(files_.ours, "ours_t");
    const Ruleset ruleset(space, "file_open: !(label & ours_t) else errno EXDEV\n");
    require_call(ruleset.try_enforce(), "enforce");
    EXPECT_TRUE(cat_confined(files_.free).succeeded()) << cat_confined(files_.free).text;
    EXPECT_TRUE(cat_confined(files_.ours).says("Invalid cross-device link"));
    EXPECT_TRUE(cat_confined(files_.theirs).says("Permission denied"));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
