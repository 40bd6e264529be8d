// SPDX-License-Identifier: BSD-2-Clause
#include "cli/unit_file.h"

#include <gtest/gtest.h>

namespace eventfilter::cli {
namespace {

// What a drop-in for a unit of one file says.
std::string confined(const std::string& text, bool only_start = false) {
  UnitFile file;
  const auto added = file.add("/lib/u.service", text);
  return added ? confined_commands(file.commands(), "/usr/bin/policyctl", "u_t", only_start)
               : "error: " + added.error().message;
}

std::string service(const std::string& lines) { return confined("[Service]\n" + lines); }

constexpr const char* kEnter = "/usr/bin/policyctl enter --service u_t -- ";

TEST(UnitFile, WordsStayAsTheyAreWritten) {
  EXPECT_EQ(
      service(
          "ExecStart=/usr/sbin/nginx -g 'daemon on; master_process on;' $OPTS ${X} %i \"a b\"\n"),
      std::string("ExecStart=\nExecStart=") + kEnter +
          "/usr/sbin/nginx -g 'daemon on; master_process on;' $OPTS ${X} %i \"a b\"\n");
}

TEST(UnitFile, PrefixesStayInFront) {
  EXPECT_EQ(service("ExecStart=-/bin/a\n"),
            std::string("ExecStart=\nExecStart=-") + kEnter + "/bin/a\n");
  EXPECT_EQ(service("ExecStart=+:/bin/a b\n"),
            std::string("ExecStart=\nExecStart=+:") + kEnter + "/bin/a b\n");
  EXPECT_EQ(service("ExecStart=!!/bin/a\n"),
            std::string("ExecStart=\nExecStart=!!") + kEnter + "/bin/a\n");
}

TEST(UnitFile, TheNameThatAProgramIsToldIsHandedOn) {
  EXPECT_EQ(service("ExecStart=-@/bin/a \"the name\" b c\n"),
            "ExecStart=\nExecStart=-/usr/bin/policyctl enter --service --argv0 \"the name\" u_t -- "
            "/bin/a b c\n");
  EXPECT_EQ(service("ExecStart=@/bin/a\n"),
            "error: /lib/u.service:2: \"@\" without the name that the program is told");
}

TEST(UnitFile, AllCommandsInTheOrderOfTheirKinds) {
  const std::string text =
      "[Service]\nExecStop=/bin/stop\nExecStartPre=/bin/one\nExecStart=/bin/start\nExecStartPre=/"
      "bin/two\n"
      "ExecReload=/bin/reload\nExecCondition=/bin/if\nExecStartPost=/bin/post\nExecStopPost=/bin/"
      "after\n";
  const std::string enter = kEnter;
  EXPECT_EQ(
      confined(text),
      "ExecCondition=\nExecCondition=" + enter + "/bin/if\nExecStartPre=\nExecStartPre=" + enter +
          "/bin/one\nExecStartPre=" + enter + "/bin/two\nExecStart=\nExecStart=" + enter +
          "/bin/start\nExecStartPost=\nExecStartPost=" + enter +
          "/bin/post\nExecReload=\nExecReload=" + enter + "/bin/reload\nExecStop=\nExecStop=" +
          enter + "/bin/stop\nExecStopPost=\nExecStopPost=" + enter + "/bin/after\n");
  EXPECT_EQ(confined(text, true), "ExecStart=\nExecStart=" + enter + "/bin/start\n");
}

TEST(UnitFile, ASemicolonAloneBeginsAnotherCommand) {
  const std::string enter = kEnter;
  EXPECT_EQ(
      service("ExecStart=/bin/a x ; -/bin/b ';' y\\; \n"),
      "ExecStart=\nExecStart=" + enter + "/bin/a x\nExecStart=-" + enter + "/bin/b ';' y\\;\n");
  EXPECT_EQ(service("ExecStart=/bin/a ;\n"), "ExecStart=\nExecStart=" + enter + "/bin/a\n");
  EXPECT_EQ(service("ExecStart=; /bin/a\n"), "error: /lib/u.service:2: ExecStart= has no command");
}

TEST(UnitFile, LinesGoOnAndCommentsDont) {
  const std::string enter = kEnter;
  EXPECT_EQ(service("ExecStart = /bin/a \\\n  b \\\n# no\n; neither\n  c\n#ExecStart=/bin/no\n"),
            "ExecStart=\nExecStart=" + enter + "/bin/a b    c\n");
  EXPECT_EQ(service("ExecStart=/bin/a \\"), "ExecStart=\nExecStart=" + enter + "/bin/a\n");
}

TEST(UnitFile, OtherSectionsAndKeysDontCount) {
  EXPECT_EQ(
      confined("ExecStart=/bin/a\n[Unit]\nExecStart=/bin/b\n[Service]\nExecStarts=/bin/c\nUser=d\n"
               "[Install]\nExecStart=/bin/e\n"),
      "");
}

TEST(UnitFile, AnEmptyAssignmentTakesBackWhatWasSaidBefore) {
  UnitFile file;
  ASSERT_TRUE(file.add("/lib/u.service", "[Service]\nExecStart=/bin/a\nExecStop=/bin/s\n"));
  ASSERT_TRUE(file.add("/etc/u.service.d/x.conf", "[Service]\nExecStart=\nExecStart=/bin/b\n"));
  EXPECT_EQ(confined_commands(file.commands(), "/p", "d", false),
            "ExecStart=\nExecStart=/p enter --service d -- /bin/b\nExecStop=\nExecStop=/p enter "
            "--service d -- /bin/s\n");
}

TEST(UnitFile, WhatIsntUnderstoodIsRefusedWithItsPlace) {
  EXPECT_EQ(service("User=a\nExecStart=/bin/a 'b\n"),
            "error: /lib/u.service:3: a quote isn't closed");
  EXPECT_EQ(service("ExecStart=-\n"), "error: /lib/u.service:2: ExecStart= has no command");
  EXPECT_EQ(service("ExecStartPre=|echo a\n"),
            "error: /lib/u.service:2: commands for a shell (\"|\") can't be confined");
}

TEST(UnitFile, TellsWhetherATextNamesCommands) {
  EXPECT_TRUE(UnitFile::has_commands("[Service]\nExecStart=\n"));
  EXPECT_TRUE(UnitFile::has_commands("[Service]\nExecReload=/bin/a\n"));
  EXPECT_FALSE(UnitFile::has_commands("[Unit]\nExecStart=/bin/a\n[Service]\nNice=1\n"));
}

}  // namespace
}  // namespace eventfilter::cli
