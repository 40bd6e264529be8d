// SPDX-License-Identifier: BSD-2-Clause
// Arguments are compared in their declared C type. A register is 64 bits wide whatever that type
// is, and a filter that looked at bits which the call ignores could be walked around.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/calls.h"
#include "syscalls/verdicts.h"

namespace eventfilter::selftest {
namespace {

// fd is unsigned int, offset is off_t, whence is unsigned int; descriptor -1 is never open
Call lseek_of(uint64_t fd, uint64_t offset = 0, uint64_t whence = 0) {
  return {SYS_lseek, {fd, offset, whence, 0, 0, 0}};
}
// which and who are int; an unknown which is EINVAL
Call getpriority_of(uint64_t which, uint64_t who = 0) {
  return {SYS_getpriority, {which, who, 0, 0, 0, 0}};
}
// mode is umode_t, 16 bits
Call fchmod_of(uint64_t mode) { return {SYS_fchmod, {~0ULL, mode, 0, 0, 0, 0}}; }

constexpr uint64_t minus(uint64_t value) { return ~value + 1; }

TEST(Typed, GarbageInTheUpperHalfOfAnIntIsIgnored) {
  EXPECT_TRUE(passes("getpriority", "which == 100", getpriority_of(dirty(100))));
  EXPECT_FALSE(passes("getpriority", "which != 100", getpriority_of(dirty(100))));
  EXPECT_TRUE(passes("getpriority", "which < 101", getpriority_of(dirty(100))));
  EXPECT_TRUE(passes("getpriority", "which in { 99..101 }", getpriority_of(dirty(100))));
  EXPECT_FALSE(passes("getpriority", "which & 0x8", getpriority_of(dirty(0xf7))));
  EXPECT_TRUE(passes("getpriority", "which == who", getpriority_of(dirty(100), 100)));
}

TEST(Typed, GarbageInTheUpperHalfOfAnUnsignedIntIsIgnored) {
  EXPECT_TRUE(passes("lseek", "fd == 4294967295", lseek_of(~0ULL)));
  EXPECT_TRUE(passes("lseek", "fd == 77", lseek_of(dirty(77))));
  EXPECT_TRUE(passes("lseek", "fd > 2147483647", lseek_of(dirty(0x80000000))));
  EXPECT_FALSE(passes("lseek", "fd > 2147483647", lseek_of(dirty(0x7fffffff))));
}

TEST(Typed, GarbageAboveSixteenBitsIsIgnored) {
  EXPECT_TRUE(passes("fchmod", "mode == 0644", fchmod_of(0xffff'ffff'ffff'0000 | 0644)));
  EXPECT_FALSE(passes("fchmod", "mode & 04000", fchmod_of(0x10000 << 12 | 0644)));
  EXPECT_TRUE(passes("fchmod", "mode == 65535", fchmod_of(~0ULL)));
}

TEST(Typed, NegativeIntsAreNegative) {
  EXPECT_TRUE(passes("getpriority", "which == -1", getpriority_of(0xffffffff)));
  EXPECT_TRUE(passes("getpriority", "which == -1", getpriority_of(~0ULL)));
  EXPECT_TRUE(passes("getpriority", "which == -1", getpriority_of(dirty(0xffffffff))));
  EXPECT_TRUE(passes("getpriority", "which < 0", getpriority_of(minus(5))));
  EXPECT_FALSE(passes("getpriority", "which > 0", getpriority_of(0x80000000)));
  EXPECT_TRUE(passes("getpriority", "which in { -10..-1 }", getpriority_of(minus(5))));
  EXPECT_TRUE(passes("getpriority", "which == -2147483648", getpriority_of(0x80000000)));
  EXPECT_TRUE(passes("getpriority", "which & 0x80000000", getpriority_of(minus(1))));
}

TEST(Typed, SixtyFourBitsAreAllOfThem) {
  EXPECT_FALSE(passes("lseek", "offset == 5", lseek_of(~0ULL, 0x1'0000'0005)));
  EXPECT_TRUE(passes("lseek", "offset == 0x100000005", lseek_of(~0ULL, 0x1'0000'0005)));
  EXPECT_TRUE(passes("lseek", "offset < 0", lseek_of(~0ULL, 1ULL << 63))) << "off_t is signed";
  EXPECT_TRUE(passes("lseek", "offset == -9223372036854775808", lseek_of(~0ULL, 1ULL << 63)));
  EXPECT_TRUE(passes("lseek", "offset == 9223372036854775807", lseek_of(~0ULL, ~(1ULL << 63))));
}

TEST(Typed, UnsignedLongsAreNot) {
  const Call top{SYS_mmap, {1ULL << 63, 0, 0, 0, 0, 1}};
  EXPECT_TRUE(passes("mmap", "addr > 0x7fffffffffffffff", top));
  EXPECT_TRUE(passes("mmap", "addr == 9223372036854775808", top));
  EXPECT_TRUE(passes("mmap", "len == 18446744073709551615", {SYS_mmap, {0, ~0ULL, 0, 0, 0, 1}}));
}

TEST(Typed, AllSixArgumentsAreInTheirPlace) {
  const Call call{SYS_mmap, {11, 12, 13, 14, 15, 17}};
  EXPECT_TRUE(passes(
      "mmap", "addr == 11 && len == 12 && prot == 13 && flags == 14 && fd == 15 && off == 17",
      call));
  for (const char* wrong :
       {"addr == 12", "len == 11", "prot == 14", "flags == 13", "fd == 17", "off == 15"}) {
    EXPECT_FALSE(passes("mmap", wrong, call)) << wrong;
  }
}

TEST(Typed, FieldsOfDifferentTypesCompareByValue) {
  // A negative int is no large unsigned number
  EXPECT_TRUE(passes("lseek", "fd == whence", lseek_of(dirty(7), 0, 7)));
  EXPECT_FALSE(passes("lseek", "fd == offset", lseek_of(0xffffffff, minus(1))));
  EXPECT_TRUE(passes("lseek", "fd > offset", lseek_of(0, minus(1))));
}

TEST(Typed, UidAndGidAreTheCallers) {
  const Call call{SYS_getppid, {}};
  EXPECT_TRUE(passes("getppid", "uid == 1000 && gid == 1000", call));
  EXPECT_FALSE(passes("getppid", "uid == 0", call));
  EXPECT_TRUE(passes("getpriority", "who == uid", getpriority_of(100, dirty(1000))));
}

}  // namespace
}  // namespace eventfilter::selftest
