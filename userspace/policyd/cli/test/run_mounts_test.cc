// SPDX-License-Identifier: BSD-2-Clause
//
// policyctl run in the virtual machine, as root, who can mount.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

namespace {

namespace fs = std::filesystem;

class Mounts : public ::testing::Test {
 protected:
  Mounts() : here_(fs::current_path() / "scratch") {
    fs::create_directories(here_ / "tree/inner");
    fs::create_directories(here_ / "tree/bound");
    fs::create_directories(here_ / "secret");
    std::ofstream(here_ / "secret/file") << "secret";
    std::ofstream(here_ / "p.policy")
        << "policy 1;\ninclude <base>;\nlabel bin_t = \"/usr/bin/**\";\nlabel tree_t = \""
        << (here_ / "tree").string()
        << "/**\";\ndomain d_t { use base; allow file { read exec } on bin_t; "
           "allow file read on tree_t; }\n";
  }
  void SetUp() override {
    ASSERT_EQ(unshare(CLONE_NEWNS), 0);
    ASSERT_EQ(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
  }

  bool can_read(const std::string& file) {
    const fs::path policyctl =
        fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "bin/policyctl";
    const std::string line = "cd " + here_.string() + " && " + policyctl.string() +
                             " run --policy p.policy -- cat " + file + " >/dev/null 2>&1";
    return std::system(line.c_str()) == 0;
  }

  fs::path here_;
};

TEST_F(Mounts, ATreeCoversWhatIsMountedInItButNoBindMount) {
  ASSERT_EQ(mount("none", (here_ / "tree/inner").c_str(), "tmpfs", 0, nullptr), 0);
  ASSERT_EQ(mount((here_ / "secret").c_str(), (here_ / "tree/bound").c_str(), nullptr, MS_BIND,
                  nullptr),
            0);
  std::ofstream(here_ / "tree/file") << "x";
  std::ofstream(here_ / "tree/inner/file") << "x";
  EXPECT_TRUE(can_read("tree/file"));
  EXPECT_TRUE(can_read("tree/inner/file"));
  EXPECT_FALSE(can_read("tree/bound/file")) << "a bind mount changes no label";
  EXPECT_FALSE(can_read("secret/file"));
}

}  // namespace
