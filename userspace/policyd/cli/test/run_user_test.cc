// SPDX-License-Identifier: BSD-2-Clause
//
// policyctl run in the virtual machine, as an ordinary user.
#include <cstdlib>
#include <filesystem>

#include "cli/test/run_fixture.h"

namespace eventfilter::cli {
namespace {

TEST_F(Run, EndsAsTheCommandDoes) {
  policy("", "");
  EXPECT_EQ(run("true"), 0) << err;
  EXPECT_EQ(run("sh -c 'exit 3'"), 3);
  EXPECT_EQ(run("/no/such/program"), 127);
  EXPECT_EQ(err, "policyctl: error: \"/no/such/program\" can't be executed: No such file or directory\n");
  EXPECT_EQ(run("no-such-program"), 127);
  EXPECT_EQ(run("/usr"), 126);
  EXPECT_EQ(run("./p.policy"), 126) << "not executable";
  EXPECT_EQ(run("true", "--domain none_t"), 125);
}

TEST_F(Run, ConfinesTheCommandAndItsChildren) {
  policy("label f_t = \"HERE/file\";", "allow file read on f_t;");
  write("other", "secret\n");
  EXPECT_EQ(run("cat file"), 0) << err;
  EXPECT_EQ(out, "content\n");
  EXPECT_NE(run("cat other"), 0);
  EXPECT_EQ(out, "");
  EXPECT_NE(run("sh -c 'cat other; exec sh -c \"cat other\"'"), 0);
  EXPECT_EQ(out, "");
}

TEST_F(Run, LeavesNoOtherDescriptorOpen) {
  policy("", "");
  write("other", "secret\n");
  EXPECT_NE(run("sh -c 'cat <&9' 9<other"), 0);
  EXPECT_EQ(out, "");
  EXPECT_EQ(run("sh -c 'cat <&0' <other"), 0) << err;
  EXPECT_EQ(out, "secret\n") << "standard input is handed over";
}

TEST_F(Run, AttachesHandlesToDescriptorsThatItLeavesOpen) {
  policy("handle read_h { allow use read; }\nhandle both_h { allow use { read write }; }", "");
  EXPECT_EQ(run("sh -c 'cat <&9' 9<>file", "--handle 9=read_h"), 0) << err;
  EXPECT_EQ(out, "content\n");
  EXPECT_NE(run("sh -c 'exec 5<&9; dd bs=1 count=1 <&5 >&5' 9<>file", "--handle 9=read_h"), 0);
  EXPECT_NE(err.find("Permission denied"), std::string::npos) << err;
  EXPECT_EQ(run("sh -c 'dd bs=1 count=1 <&9 >&9' 9<>file", "--handle 9=both_h"), 0) << err;
  EXPECT_EQ(text_of(here_ / "file"), "ccntent\n");
  EXPECT_EQ(run("echo ran", "--handle 9=read_h"), 125);
  EXPECT_EQ(err, "policyctl: error: descriptor 9 isn't open: read_h can't be attached to it\n");
  EXPECT_EQ(run("echo ran 9<>file", "--handle 9=red_h"), 125);
  EXPECT_EQ(err, "policyctl: error: the rule file has no handle \"red_h\"; did you mean \"read_h\"?\n");
  EXPECT_EQ(out, "");
}

TEST_F(Run, HomeIsThatOfThePasswordFile) {
  policy("label home_t = \"@{HOME}/**\";", "allow file read on home_t;");
  setenv("HOME", here_.c_str(), 1);
  EXPECT_NE(run("cat file"), 0);
  setenv("HOME", "/home/demo", 1);
  EXPECT_EQ(run("ls /home/demo"), 0) << err;
}

TEST_F(Run, PlantedLinkStopsIt) {
  fs::create_directory(here_ / "secret");
  fs::create_directory_symlink("secret", here_ / "cache");
  policy("label cache_t = \"HERE/cache/**\";", "allow file * on cache_t;");
  EXPECT_EQ(run("true"), 125);
  EXPECT_TRUE(err.starts_with("p.policy:3:17-")) << err;
  EXPECT_NE(err.find("is a symbolic link to \"secret\" in a directory that others than root can "
                     "change\n"),
            std::string::npos)
      << err;
  EXPECT_NE(err.find("~~~\nhint: write the path that the link stands for\n"), std::string::npos)
      << err;
}

TEST_F(Run, CarveOutOutlivesItsDirectory) {
  fs::create_directories(here_ / "tree/secret");
  policy("label tree_t = \"HERE/tree/**\";\nlabel secret_t = \"HERE/tree/secret/**\";\n"
         "label here_t = \"HERE/go\";",
         "allow file * on tree_t; allow file open on here_t;");
  // The directory is replaced by another one while the command waits for "go"
  const std::string script = "sh -c 'while ! [ -e go ]; do sleep 0.1; done; "
                             "cat tree/secret/new && exit 9; cat tree/moved/old && exit 8; "
                             "cat tree/fine'";
  const std::string replace = "(sleep 1; mv tree/secret tree/moved; mkdir tree/secret; "
                              "echo new >tree/secret/new; echo old >tree/moved/old; "
                              "echo fine >tree/fine; touch go) & ";
  ASSERT_EQ(std::system(("cd " + here_.string() + " && " + replace).c_str()), 0);
  EXPECT_EQ(run(script), 0) << err;
  EXPECT_EQ(out, "fine\n");
}

TEST_F(Run, GapStaysClosed) {
  policy("label here_t = \"HERE/**\";\nlabel app_t = \"HERE/config/app/**\";",
         "allow file * on here_t; allow file * on app_t;");
  EXPECT_EQ(run("mkdir made"), 0) << err;
  EXPECT_NE(err.find("warning: p.policy:4:15-"), std::string::npos) << err;
  EXPECT_NE(run("mkdir config"), 0);
  EXPECT_EQ(run("true", "--quiet"), 0);
  EXPECT_EQ(err, "");
  fs::create_directory(here_ / "config");
  EXPECT_EQ(run("mkdir config/app config/other"), 0) << err;
}

TEST_F(Run, PermissiveDomainRefusesNothing) {
  policy("", "", "permissive domain");
  EXPECT_EQ(run("cat file"), 0) << err;
}

}  // namespace
}  // namespace eventfilter::cli
