// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include "events/target.h"

namespace eventfilter::events {
namespace {

std::string mistake(std::string_view listing) {
  const base::Result<Target> target = parse_target("t", listing);
  return target ? "" : target.error().message;
}

TEST(ParseTarget, ReadsEveryType) {
  const base::Result<Target> target = parse_target(
      "t",
      "# comment\n\nfile_open file label:label owner:uid group:gid mode:u16 name:string ino:u64 uid:uid gid:gid\n"
      "sys_enter_newstat,sys_enter_stat syscalls nr=4 filename:pointer(file_stat) "
      "statbuf:pointer what:s8 uid:uid gid:gid\n");
  ASSERT_TRUE(target.ok()) << target.error().message;
  const Event* const open = target.value().find("file_open");
  ASSERT_NE(open, nullptr);
  EXPECT_EQ(open->group, Group::File);
  EXPECT_EQ(type_name(*open->find("label")), "label");
  EXPECT_EQ(type_name(*open->find("owner")), "uid");
  EXPECT_EQ(type_name(*open->find("group")), "gid");
  EXPECT_EQ(type_name(*open->find("mode")), "u16");
  EXPECT_EQ(type_name(*open->find("name")), "string");
  EXPECT_EQ(type_name(*open->find("uid")), "uid");
  const Event* const stat = target.value().find_syscall("stat");
  ASSERT_NE(stat, nullptr);
  EXPECT_EQ(stat, target.value().find_syscall("newstat"));
  EXPECT_EQ(stat->syscall(), "newstat");
  EXPECT_EQ(stat->number, 4U);
  EXPECT_EQ(stat->find("filename")->instead, "file_stat");
  EXPECT_EQ(stat->find("statbuf")->instead, "");
  EXPECT_EQ(type_name(*stat->find("what")), "s8");
  EXPECT_TRUE(stat->find("what")->is_signed);
}

TEST(ParseTarget, SaysLineAndWord) {
  EXPECT_EQ(mistake("a file\nfile_open\n"), "t:2: can't read \"file_open\"");
  EXPECT_EQ(mistake("file_open nowhere\n"), "t:1: can't read \"nowhere\"");
  EXPECT_EQ(mistake("file_open file x\n"), "t:1: can't read \"x\"");
  EXPECT_EQ(mistake("file_open file x:u24\n"), "t:1: can't read \"x:u24\"");
  EXPECT_EQ(mistake("file_open file x:pointer()\n"), "t:1: can't read \"x:pointer()\"");
  EXPECT_EQ(mistake("a,b,c file\n"), "t:1: can't read \"a,b,c\"");
  EXPECT_EQ(mistake("sys_enter_x syscalls\n"), "t:1: can't read \"syscalls\"");
  EXPECT_EQ(mistake("sys_enter_x syscalls nr=-1\n"), "t:1: can't read \"nr=-1\"");
  EXPECT_EQ(mistake("sys_enter_x syscalls nr=65536\n"), "t:1: can't read \"nr=65536\"");
  EXPECT_EQ(mistake("x syscalls nr=1\n"), "t:1: can't read \"x\"");
  EXPECT_EQ(mistake("a file x:u8 y:u8\n"), "t:1: can't read \"y:u8\"");
  EXPECT_EQ(mistake("a file x:u8\n"), "t:1: can't read \"x:u8\"");
  EXPECT_EQ(mistake("a file\na file\n"), "t:2: a second event a");
}

TEST(ParseTarget, FieldsBelowAtAndAboveTheLimit) {
  for (const int count : {15, 16, 17}) {
    std::string line = "a file";
    for (int i = 2; i < count; ++i) line += " f" + std::to_string(i) + ":u8";
    EXPECT_EQ(mistake(line + " uid:uid gid:gid\n"), count > 16 ? "t:1: can't read \"gid:gid\"" : "");
  }
}

TEST(BuiltinTarget, HasObjectEventsAndSyscalls) {
  const Target& target = builtin_target();
  ASSERT_NE(target.find("file_rename"), nullptr);
  EXPECT_EQ(type_name(*target.find("file_rename")->find("new_label")), "label");
  EXPECT_EQ(target.find("system_io_uring")->group, Group::System);
  ASSERT_NE(target.find_syscall("write"), nullptr);
  EXPECT_EQ(target.find_syscall("write")->number, 1U);
  EXPECT_EQ(type_name(*target.find_syscall("write")->find("fd")), "u32");
  EXPECT_EQ(target.find_syscall("openat")->find("filename")->instead, "file_open");
  EXPECT_EQ(target.find_syscall("write")->find("nothing"), nullptr);
  EXPECT_GT(target.syscall_names().size(), 350U);
}

}  // namespace
}  // namespace eventfilter::events
