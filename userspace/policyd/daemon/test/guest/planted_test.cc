// SPDX-License-Identifier: BSD-2-Clause
//
// While labels are put, somebody changes what is there: a directory and a link change places all
// the time.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/test/guest/daemon.h"
#include "support/child.h"
#include "support/long_run.h"
#include "support/program.h"
#include "support/require.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kCarol = 2003;
constexpr const char* kHome = "/home/carol";
constexpr const char* kRules =
    "label app_t = \"@{HOME}/app/**\";\n"
    "label note_t = \"@{HOME}/note\";\n"
    "label drop_t = \"HERE/drop/spool/**\";\n"
    "domain a_t { " kChannel "allow file open on { app_t note_t drop_t }; }\n";

int open_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) close(fd);
  return fd;
}

class Planted : public ::testing::Test {
 protected:
  Planted() : daemon_("domain a_t { }\n") {
    if (getpwnam("carol") == nullptr)
      std::ofstream("/etc/passwd", std::ios::app) << "carol:x:2003:2003::" << kHome << ":/bin/sh\n";
    for (const char* const below : {"", "/app", "/mine"})
      fs::create_directories(std::string(kHome) + below);
    for (const char* const below : {"/note", "/app/file"})
      write_file(std::string(kHome) + below, "x");
    chmod(kHome, 0755);
    fs::create_directories(drop() + "/spool");
    chmod(drop().c_str(), 0777);
    // Not carol's, and for everybody to read as far as modes go
    fs::create_directory(daemon_.here() + "/secret");
    write_file(secret(), "x");
    chmod(secret().c_str(), 0644);
    fs::create_directory_symlink(daemon_.here() + "/secret", std::string(kHome) + "/link");
    fs::create_symlink(secret(), std::string(kHome) + "/alias");
    fs::create_directory_symlink(daemon_.here() + "/secret", drop() + "/link");
    for (const auto& one : fs::recursive_directory_iterator(kHome))
      require(lchown(one.path().c_str(), kCarol, kCarol) == 0, "giving it to carol");
    require(chown(kHome, kCarol, kCarol) == 0, "giving a home away");
    daemon_.put("test.policy", kRules);
    daemon_.wait_for_policy(2);
  }
  ~Planted() override { fs::remove_all(kHome); }

  std::string drop() const { return daemon_.here() + "/drop"; }
  std::string secret() const { return daemon_.here() + "/secret/file"; }

  // Has two names in a directory change places, until it's killed.
  static void swap_for_ever(const std::string& one, const std::string& other) {
    for (;;) renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE);
  }
  static void be_carol() {
    require(setresgid(kCarol, kCarol, kCarol) == 0 && setresuid(kCarol, kCarol, kCarol) == 0,
            "becoming carol");
  }
  // Is what isn't carol's closed to carol, by any name, with every reload?
  void expect_closed(int times) const {
    for (int i = 0; i < times; ++i) {
      auto admin = daemon_.admin();
      must<ipc::Reloaded>(admin, ipc::Reload{});
      in_child(Subject::kRoot, [&] {
        be_carol();
        enter(daemon_, "a_t");
        EXPECT_REFUSED(EACCES, open_file(secret()));
        EXPECT_REFUSED(EACCES, open_file(daemon_.here() + "/secret"));
        EXPECT_REFUSED(EACCES, open_file("/etc/passwd"));
      });
    }
  }
  void race(const std::string& one, const std::string& other) const {
    const Child attacker(Subject::kRoot, [&] {
      be_carol();
      swap_for_ever(one, other);
    });
    expect_closed(rounds(15, 300));
    kill(attacker.pid(), SIGKILL);
  }

  Daemon daemon_;
};

TEST_F(Planted, WhatIsCarolsIsOpenToCarol) {
  in_child(Subject::kRoot, [&] {
    be_carol();
    enter(daemon_, "a_t");
    EXPECT_ALLOWED(open_file(std::string(kHome) + "/app/file"));
    EXPECT_ALLOWED(open_file(std::string(kHome) + "/note"));
  });
  expect_closed(1);
}

TEST_F(Planted, ADirectoryOfAHomeAndALink) {
  race(std::string(kHome) + "/app", std::string(kHome) + "/link");
}

TEST_F(Planted, AFileOfAHomeAndALink) {
  race(std::string(kHome) + "/note", std::string(kHome) + "/alias");
}

// Renamed only by who may write to both: the folder is root's, and open to all
TEST_F(Planted, ADirectoryWhereAllMayWriteAndALink) {
  require(chown((drop() + "/spool").c_str(), kCarol, kCarol) == 0, "carol's spool");
  race(drop() + "/spool", drop() + "/link");
}

}  // namespace
}  // namespace eventfilter::selftest
