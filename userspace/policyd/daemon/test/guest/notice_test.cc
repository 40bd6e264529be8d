// SPDX-License-Identifier: BSD-2-Clause
//
// Whatever changes in the folders of rule files is noticed, without anybody asking for it.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "daemon/test/guest/daemon.h"
#include "support/program.h"
#include "support/require.h"

namespace eventfilter::selftest {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

class Notice : public ::testing::Test {
 protected:
  Notice() : daemon_("domain a_t { }\n") {}

  std::string path(const std::string& name) const { return daemon_.rules() + '/' + name; }
  bool becomes(const Names& domains) const {
    return eventually([&] { return daemon_.status().domains == domains; });
  }
  bool is_a_problem(const std::string& part) const {
    return eventually([&] { return daemon_.status().problem.find(part) != std::string::npos; });
  }

  Daemon daemon_;
};

TEST_F(Notice, AFileThatIsWrittenWhereItIs) {
  std::ofstream(path("test.policy"), std::ios::app) << "domain b_t { }\n";
  EXPECT_TRUE(becomes({"a_t", "b_t"}));
}

TEST_F(Notice, AFileThatIsNewOrGone) {
  daemon_.put("more.policy", "domain b_t { }\n");
  EXPECT_TRUE(becomes({"a_t", "b_t"}));
  fs::remove(path("more.policy"));
  EXPECT_TRUE(becomes({"a_t"}));
}

TEST_F(Notice, AMaskAndItsEnd) {
  daemon_.put("more.policy", "domain b_t { }\n");
  EXPECT_TRUE(becomes({"a_t", "b_t"}));
  fs::create_symlink("/dev/null", path("link"));
  fs::rename(path("link"), path("more.policy"));
  EXPECT_TRUE(becomes({"a_t"}));
  daemon_.put("more.policy", "domain c_t { }\n");
  EXPECT_TRUE(becomes({"a_t", "c_t"}));
}

// The folder is there, and read, before its file is
TEST_F(Notice, AFolderOfAdditionsThatIsMadeLater) {
  fs::create_directory(path("test.policy.d"));
  daemon_.wait_for_policy(2);
  daemon_.put("test.policy.d/more.policy", "domain b_t { }\n");
  EXPECT_TRUE(becomes({"a_t", "b_t"}));
  write_file(path("test.policy.d/more.policy"), "policy 1;\ndomain c_t { }\n");
  EXPECT_TRUE(becomes({"a_t", "c_t"}));
  fs::remove_all(path("test.policy.d"));
  EXPECT_TRUE(becomes({"a_t"}));
}

TEST_F(Notice, AnIncludeThatIsMadeLater) {
  daemon_.put("test.policy", "include <shared>;\ndomain a_t { }\n");
  EXPECT_TRUE(is_a_problem("shared"));
  EXPECT_EQ(daemon_.status().domains, Names{"a_t"});
  fs::create_directory(path("include"));
  daemon_.put("include/shared.policy", "domain b_t { }\n");
  EXPECT_TRUE(becomes({"a_t", "b_t"}));
}

TEST_F(Notice, AnIncludeInFoldersInFolders) {
  daemon_.put("test.policy", "include \"include/a/b/c/shared.policy\";\ndomain a_t { }\n");
  EXPECT_TRUE(is_a_problem("there is no file for this include"));
  fs::create_directories(path("include/a/b/c"));
  daemon_.put("include/a/b/c/shared.policy", "domain b_t { }\n");
  EXPECT_TRUE(becomes({"a_t", "b_t"}));
  write_file(path("include/a/b/c/shared.policy"), "policy 1;\ndomain c_t { }\n");
  EXPECT_TRUE(becomes({"a_t", "c_t"}));
}

// As by a tool that makes a folder anew and puts it in place; labeld's own filters let it read that one
TEST_F(Notice, AnotherFolderInThePlaceOfOne) {
  const std::string fresh = daemon_.rules() + ".new";
  fs::create_directory(fresh);
  write_file(fresh + "/other.policy", "policy 1;\ndomain b_t { }\n");
  fs::rename(daemon_.rules(), daemon_.rules() + ".old");
  fs::rename(fresh, daemon_.rules());
  EXPECT_TRUE(becomes({"b_t"}));
  daemon_.put("more.policy", "domain c_t { }\n");
  EXPECT_TRUE(becomes({"b_t", "c_t"}));
  // That one is no rule file's folder any more
  write_file(daemon_.rules() + ".old/late.policy", "policy 1;\ndomain d_t { }\n");
  fs::remove_all(daemon_.rules());
  EXPECT_TRUE(becomes({}));
  fs::create_directory(daemon_.rules());
  daemon_.put("again.policy", "domain e_t { }\n");
  EXPECT_TRUE(becomes({"e_t"}));
}

// What others can write to doesn't count from then on, and what is in force stays
TEST_F(Notice, AModeThatLetsOthersWrite) {
  ASSERT_EQ(chmod(path("test.policy").c_str(), 0664), 0);
  EXPECT_TRUE(is_a_problem("can be written to by others"));
  EXPECT_EQ(daemon_.status().domains, Names{"a_t"});
  ASSERT_EQ(chmod(path("test.policy").c_str(), 0644), 0);
  EXPECT_TRUE(becomes({"a_t"}));
  EXPECT_TRUE(eventually([&] { return daemon_.status().problem.empty(); }));
}

TEST_F(Notice, SighupToWhoeverStartedBoth) {
  const auto before = daemon_.status().policy;
  kill(daemon_.keeper(), SIGHUP);
  daemon_.wait_for_policy(before + 1);
}

}  // namespace
}  // namespace eventfilter::selftest
