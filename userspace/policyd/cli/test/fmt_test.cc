// SPDX-License-Identifier: BSD-2-Clause
#include <sys/stat.h>
#include <unistd.h>

#include "cli/test/policyctl.h"

namespace eventfilter::cli {
namespace {

class Fmt : public PolicyctlTest {};

constexpr const char* kUntidy = "policy 1;\ndomain d { allow file { read,write }; } # all\n";
constexpr const char* kTidy = "policy 1;\ndomain d {\n  allow file { read write };\n}  # all\n";

TEST_F(Fmt, WritesAFileAndKeepsItsMode) {
  write("a.policy", kUntidy);
  chmod((directory_ / "a.policy").c_str(), 0640);
  const Outcome outcome = policyctl("fmt a.policy");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "a.policy: formatted\n");
  EXPECT_EQ(read("a.policy"), kTidy);
  struct stat status {};
  stat((directory_ / "a.policy").c_str(), &status);
  EXPECT_EQ(status.st_mode & 07777, 0640U);
  const Outcome again = policyctl("fmt a.policy");
  EXPECT_EQ(again.out, "");
  EXPECT_EQ(again.status, 0);
}

TEST_F(Fmt, ASymbolicLinkStaysOne) {
  write("a.policy", kUntidy);
  ASSERT_EQ(symlink("a.policy", (directory_ / "link.policy").c_str()), 0);
  EXPECT_EQ(policyctl("fmt link.policy").status, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(directory_ / "link.policy"));
  EXPECT_EQ(read("a.policy"), kTidy);
}

TEST_F(Fmt, CheckChangesNothing) {
  write("a.policy", kUntidy);
  write("b.policy", kTidy);
  const Outcome outcome = policyctl("fmt --check a.policy b.policy");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "a.policy: not formatted\n");
  EXPECT_EQ(read("a.policy"), kUntidy);
  EXPECT_EQ(policyctl("fmt --check b.policy").status, 0);
}

TEST_F(Fmt, StandardInputGoesToStandardOutput) {
  write("a.policy", kUntidy);
  const Outcome outcome = policyctl("fmt -- -", "a.policy");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, kTidy);
  EXPECT_EQ(read("a.policy"), kUntidy);
}

TEST_F(Fmt, AsJson) {
  write("a.policy", kUntidy);
  EXPECT_EQ(policyctl("fmt --json a.policy").out, "{\"file\": \"a.policy\", \"changed\": \"true\"}\n");
  EXPECT_EQ(policyctl("fmt --json a.policy").out, "{\"file\": \"a.policy\", \"changed\": \"false\"}\n");
}

TEST_F(Fmt, MistakesAndTrouble) {
  write("bad.policy", "policy 1;\ndomain d { allow }\n");
  const Outcome bad = policyctl("fmt bad.policy");
  EXPECT_EQ(bad.status, 1);
  EXPECT_EQ(bad.out, "");
  EXPECT_EQ(bad.err,
            "bad.policy:2:18: error: unexpected \"}\"; expected \"use\" or a name\n"
            "  domain d { allow }\n"
            "                   ^\n");
  EXPECT_EQ(read("bad.policy"), "policy 1;\ndomain d { allow }\n");
  const Outcome none = policyctl("fmt none.policy");
  EXPECT_EQ(none.status, 2);
  EXPECT_EQ(none.err, "policyctl: error: none.policy: No such file or directory\n");
  const Outcome nothing = policyctl("fmt");
  EXPECT_EQ(nothing.status, 2);
  EXPECT_EQ(nothing.err, "policyctl: error: which rule file? See policyctl fmt --help\n");
}

}  // namespace
}  // namespace eventfilter::cli
