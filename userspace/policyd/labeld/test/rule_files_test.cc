// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/rule_files.h"

#include <cerrno>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

namespace eventfilter::labeld {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RuleFiles : public ::testing::Test {
 protected:
  RuleFiles() {
    char name[] = "/tmp/rule_files_test.XXXXXX";
    root_ = mkdtemp(name);
    for (const char* const below : {"usr", "etc"}) std::filesystem::create_directories(root_ + '/' + below);
  }
  ~RuleFiles() override { std::filesystem::remove_all(root_); }

  std::string put(const std::string& below, const std::string& text = "label x;\n") {
    const std::filesystem::path path = root_ + '/' + below;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    chmod(path.c_str(), 0644);
    return path;
  }
  std::vector<std::string> list() {
    auto files = list_rule_files({root_ + "/usr", root_ + "/etc"}, trusted_);
    EXPECT_TRUE(files) << files.error().message;
    std::vector<std::string> below;
    for (const std::string& path : files.value()) below.push_back(path.substr(root_.size() + 1));
    return below;
  }
  base::Error refused(const std::string& path) {
    auto text = TrustedFiles(getuid()).read(path);
    EXPECT_FALSE(text);
    return text ? base::Error{} : text.error();
  }

  std::string root_;
  TrustedFiles trusted_{getuid()};
};

TEST_F(RuleFiles, NoDirectoriesNoFiles) {
  EXPECT_TRUE(list_rule_files({"/nonexistent"}, trusted_).value().empty());
  EXPECT_THAT(list(), IsEmpty());
}

TEST_F(RuleFiles, InTheOrderOfTheirNamesAndOnlyPolicies) {
  put("usr/b.policy");
  put("etc/a.policy");
  put("usr/readme");
  put("usr/c.policy~");
  EXPECT_THAT(list(), ElementsAre("etc/a.policy", "usr/b.policy"));
}

TEST_F(RuleFiles, TheAdministratorsOverridesTheVendors) {
  put("usr/web.policy");
  put("etc/web.policy");
  EXPECT_THAT(list(), ElementsAre("etc/web.policy"));
}

TEST_F(RuleFiles, AMaskIsALinkToNullOrEmpty) {
  put("usr/a.policy");
  put("usr/b.policy");
  put("usr/c.policy");
  std::filesystem::create_symlink("/dev/null", root_ + "/etc/a.policy");
  put("etc/b.policy", "");
  EXPECT_THAT(list(), ElementsAre("usr/c.policy"));
}

TEST_F(RuleFiles, AdditionsFollowTheirFileAndAreOverriddenOneByOne) {
  put("usr/web.policy");
  put("usr/web.policy.d/10-a.policy");
  put("usr/web.policy.d/20-b.policy");
  put("etc/web.policy.d/20-b.policy");
  put("etc/web.policy.d/30-c.policy");
  std::filesystem::create_symlink("/dev/null", root_ + "/etc/web.policy.d/10-a.policy");
  put("etc/other.policy.d/x.policy");
  EXPECT_THAT(list(), ElementsAre("usr/web.policy", "etc/web.policy.d/20-b.policy",
                                  "etc/web.policy.d/30-c.policy"));
}

TEST_F(RuleFiles, AMaskedFileHasNoAdditions) {
  put("usr/web.policy");
  put("usr/web.policy.d/10-a.policy");
  put("etc/web.policy", "");
  EXPECT_THAT(list(), IsEmpty());
}

TEST_F(RuleFiles, WhatOthersMayWriteToIsRefused) {
  const std::string path = put("etc/a.policy");
  for (const mode_t mode : {0664, 0646, 0666}) {
    chmod(path.c_str(), mode);
    EXPECT_EQ(refused(path).message, '"' + path + "\" can be written to by others; rule files are root's alone");
    EXPECT_EQ(refused(path).code, EPERM);
  }
  chmod(path.c_str(), 0644);
  EXPECT_EQ(TrustedFiles(getuid()).read(path).value(), "label x;\n");
}

TEST_F(RuleFiles, ADirectoryThatOthersMayWriteToIsRefused) {
  const std::string path = put("etc/a.policy");
  chmod((root_ + "/etc").c_str(), 0777);
  EXPECT_EQ(refused(path).message,
            '"' + root_ + "/etc\" can be written to by others; rule files are root's alone");
  EXPECT_FALSE(list_rule_files({root_ + "/etc"}, trusted_));
  chmod((root_ + "/etc").c_str(), 01777);
  EXPECT_EQ(refused(path).code, EPERM);
  chmod((root_ + "/etc").c_str(), 0755);
  chmod(root_.c_str(), 0770);
  EXPECT_EQ(refused(path).message, '"' + root_ + "\" can be written to by others; rule files are root's alone");
}

TEST_F(RuleFiles, AnotherOwnersAreRefused) {
  const std::string path = put("etc/a.policy");
  if (getuid() != 0) GTEST_SKIP() << "only root can give files away";
  ASSERT_EQ(chown(path.c_str(), 1000, 1000), 0);
  EXPECT_EQ(refused(path).message, '"' + path + "\" belongs to uid 1000; rule files are root's alone");
  EXPECT_EQ(TrustedFiles(1000).read(path).value(), "label x;\n");
  ASSERT_EQ(chown((root_ + "/etc").c_str(), 1000, 1000), 0);
  ASSERT_EQ(chown(path.c_str(), 0, 0), 0);
  EXPECT_EQ(refused(path).message, '"' + root_ + "/etc\" belongs to uid 1000; rule files are root's alone");
}

TEST_F(RuleFiles, LinksAndOtherThingsAreRefused) {
  const std::string target = put("etc/a.policy");
  const std::string link = root_ + "/etc/b.policy";
  std::filesystem::create_symlink(target, link);
  EXPECT_EQ(refused(link).message, '"' + link + "\" is a symbolic link; rule files are root's alone");
  const std::string fifo = root_ + "/etc/c.policy";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(refused(fifo).message, '"' + fifo + "\" is no regular file; rule files are root's alone");
  EXPECT_EQ(refused(root_ + "/etc/none").code, ENOENT);
}

TEST_F(RuleFiles, ALongFileBelowAtAndAboveTheLimit) {
  for (const std::size_t size : {base::kMaxTextFile - 1, base::kMaxTextFile})
    EXPECT_EQ(TrustedFiles(getuid()).read(put("etc/a.policy", std::string(size, '#'))).value().size(), size);
  EXPECT_EQ(refused(put("etc/a.policy", std::string(base::kMaxTextFile + 1, '#'))).code, EFBIG);
}

TEST_F(RuleFiles, WhatWasReadStaysAsItWas) {
  const std::string path = put("etc/a.policy", "label a;\n");
  EXPECT_EQ(trusted_.read(path).value(), "label a;\n");
  put("etc/a.policy", "label b;\n");
  EXPECT_EQ(trusted_.read(path).value(), "label a;\n");
}

TEST(SourceOf, IncludesEachFile) {
  const emit::Source source = source_of({"/etc/policyd/a.policy", "/etc/policyd/b.policy"});
  EXPECT_EQ(source.text,
            "policy 1;\ninclude \"/etc/policyd/a.policy\";\ninclude \"/etc/policyd/b.policy\";\n");
}

}  // namespace
}  // namespace eventfilter::labeld
