// SPDX-License-Identifier: BSD-2-Clause
// file_open, field by field, on real files.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/eventfilter.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/calls.h"
#include "support/event.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class FileOpen : public testing::Test {
 protected:
  FileOpen() { require_call(stat(file_.c_str(), &stat_), "stat"); }
  [[nodiscard]] Raised opened(int flags = O_RDONLY, Subject subject = Subject::kUser) const {
    return {subject, "file_open", [this, flags] { return try_open(file_, flags); }, &space_};
  }

  const Tree tree_{Fs::kExt4};
  const std::string file_ = tree_.make_file("directory/file.txt");
  const LabelSpace space_{"a_t b_t"};
  struct stat stat_ {};
};

TEST_F(FileOpen, AllowedAndRefused) {
  in_child([&] {
    enforce("file_open: name != \"other\"");
    EXPECT_ALLOWED(try_open(file_, O_RDWR));
  });
  in_child([&] {
    enforce("file_open: deny");
    EXPECT_REFUSED(EACCES, try_open(file_, O_RDONLY));
    EXPECT_REFUSED(ENOENT, try_open(file_ + "x", O_RDONLY)) << "what isn't there raises nothing";
  });
}

TEST_F(FileOpen, Label) {
  space_.label_file(file_, "a_t");
  expect_label(opened(), "label", "a_t", "b_t");
  EXPECT_TRUE(holds(opened(), "label in { a_t, b_t }"));
  EXPECT_FALSE(holds(opened(), "label in { b_t }"));
}

TEST_F(FileOpen, OwnerAndGroup) {
  require_call(chown(file_.c_str(), 4711, 4712), "chown");
  expect_number(opened(), "owner", 4711, 1000);
  expect_number(opened(), "group", 4712, 4711);
}

TEST_F(FileOpen, OwnerIsComparedWithTheSubject) {
  EXPECT_TRUE(holds(opened(), "owner == uid"));
  EXPECT_FALSE(holds(opened(O_RDONLY, Subject::kRoot), "owner == uid"));
}

TEST_F(FileOpen, Mode) {
  require_call(chmod(file_.c_str(), 02755), "chmod");
  expect_number(opened(), "mode", S_IFREG | 02755, S_IFREG | 0755);
  EXPECT_TRUE(holds(opened(), "mode & 02000"));
  EXPECT_FALSE(holds(opened(), "mode & 022"));
}

TEST_F(FileOpen, FlagsAreThoseOfTheDescription) {
  EXPECT_FALSE(holds(opened(O_RDONLY), "flags & 03"));
  EXPECT_TRUE(holds(opened(O_WRONLY), "flags & 01"));
  EXPECT_TRUE(holds(opened(O_RDWR), "flags & 02"));
  for (const int flag : {O_APPEND, O_NONBLOCK, O_NOFOLLOW, O_DSYNC, O_NOATIME}) {
    EXPECT_TRUE(holds(opened(O_RDWR | flag), "flags & " + std::to_string(flag))) << flag;
    EXPECT_FALSE(holds(opened(O_RDWR), "flags & " + std::to_string(flag))) << flag;
  }
}

TEST_F(FileOpen, AccessIsWhatTheDescriptorWillBeUsableFor) {
  const struct {
    int flags;
    int access;
  } cases[] = {
      {O_RDONLY, EVF_ACCESS_READ},
      {O_WRONLY, EVF_ACCESS_WRITE},
      {O_RDWR, EVF_ACCESS_READ | EVF_ACCESS_WRITE},
      {O_WRONLY | O_APPEND, EVF_ACCESS_WRITE | EVF_ACCESS_APPEND},
      {O_RDWR | O_APPEND, EVF_ACCESS_READ | EVF_ACCESS_WRITE | EVF_ACCESS_APPEND},
  };
  for (const auto& [flags, access] : cases) {
    expect_number(opened(flags), "access", access, 64);
  }
}

TEST_F(FileOpen, AccessModeThreeCountsAsBoth) {
  // It gives neither, but ioctl() works, and it wants the right to both
  expect_number(opened(3), "access", EVF_ACCESS_READ | EVF_ACCESS_WRITE, 0);
}

TEST_F(FileOpen, NameIsTheLastComponent) {
  expect_string(opened(), "name", "file.txt");
  EXPECT_TRUE(holds(opened(), "name ~ \"*.txt\""));
  EXPECT_FALSE(holds(opened(), "name ~ \"*directory*\""));
}

TEST_F(FileOpen, NameIsTheObjectsNotTheSymlinks) {
  const std::string link = tree_.path("link");
  require_call(symlink(file_.c_str(), link.c_str()), "symlink");
  const Raised by_link{Subject::kUser, "file_open", [&] { return try_open(link, O_RDONLY); }};
  EXPECT_TRUE(holds(by_link, "name == \"file.txt\""));
  EXPECT_FALSE(holds(by_link, "name == \"link\""));
}

TEST_F(FileOpen, NamesWithAnyBytes) {
  const std::string odd = tree_.make_file("a\"b\\c\n\xff");
  const Raised raised{Subject::kUser, "file_open", [&] { return try_open(odd, O_RDONLY); }};
  EXPECT_TRUE(holds(raised, R"(name == "a\"b\\c\x0a\xff")"));
  EXPECT_TRUE(holds(raised, R"(name ~ "*\x0a?")"));
}

TEST_F(FileOpen, Fact9DevIsThatOfStat) {
  // As the kernel shows it to userspace, in 32 bits
  expect_number(opened(), "dev", device_number(stat_.st_dev), 1);
}

TEST_F(FileOpen, InoIsThatOfStat) {
  expect_number(opened(), "ino", static_cast<long long>(stat_.st_ino),
                static_cast<long long>(stat_.st_ino) + 1);
}

TEST_F(FileOpen, UidAndGidAreTheSubjects) {
  expect_number(opened(), "uid", 1000, 0);
  expect_number(opened(), "gid", 1000, 0);
  expect_number(opened(O_RDONLY, Subject::kRoot), "uid", 0, 1000);
  // The effective ones
  const Raised mixed{Subject::kRoot, "file_open", [&] {
                       require_call(setresgid(5, 6, 7), "setresgid");
                       require_call(setresuid(8, 9, 10), "setresuid");
                       return try_open(file_, O_RDONLY);
                     }};
  EXPECT_TRUE(holds(mixed, "uid == 9 && gid == 6"));
}

TEST_F(FileOpen, DirectoriesAndDevicesToo) {
  const Raised directory{Subject::kUser, "file_open",
                         [&] { return try_open(tree_.root(), O_RDONLY | O_DIRECTORY); }};
  EXPECT_TRUE(holds(directory, "mode & 040000"));
  const Raised device{Subject::kUser, "file_open", [] { return try_open("/dev/null", O_RDWR); }};
  EXPECT_TRUE(holds(device, "name == \"null\" && mode & 020000"));
}

TEST_F(FileOpen, FieldsTogether) {
  space_.label_file(file_, "a_t");
  EXPECT_TRUE(
      holds(opened(),
            "label & a_t && (owner == 1000 || mode & 04) && name ~ \"*.txt\" && !(access & 2)"));
  EXPECT_FALSE(
      holds(opened(O_RDWR),
            "label & a_t && (owner == 1000 || mode & 04) && name ~ \"*.txt\" && !(access & 2)"));
}

TEST_F(FileOpen, WhatRaisesNothing) {
  // Documented: these give no descriptor that reads or writes
  in_child([&] {
    enforce("file_open: deny");
    EXPECT_ALLOWED(try_open(file_, O_PATH));
    EXPECT_ALLOWED(access(file_.c_str(), R_OK));
    EXPECT_ALLOWED(chdir(tree_.root().c_str()));
    struct stat unused {};
    EXPECT_ALLOWED(stat(file_.c_str(), &unused));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
