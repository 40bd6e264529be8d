// SPDX-License-Identifier: BSD-2-Clause
// Every operator of the language, at the boundaries of its values, through the ABI.
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <functional>
#include <vector>

#include "syscalls/verdicts.h"

namespace eventfilter::selftest {
namespace {

// Values of getpriority's "which" that it doesn't know: nothing happens
const std::vector<int> kValues = {
    -2147483647 - 1, -2147483647, -101, -100, -99, -1, 3, 4, 99, 100, 101, 255, 256,
    2147483646,      2147483647};

std::vector<Call> calls() {
  std::vector<Call> all;
  for (const int value : kValues) {
    all.push_back({SYS_getpriority, {static_cast<uint32_t>(value), 0, 0, 0, 0, 0}});
  }
  return all;
}

void expect(const std::string& filter, const std::function<bool(int)>& oracle) {
  std::string expected;
  for (const int value : kValues) {
    expected += oracle(value) ? 'P' : 'r';
  }
  EXPECT_EQ(verdicts("sys_enter_getpriority: " + filter + " else errno EDOM", calls()), expected)
      << filter;
}

TEST(Operators, Comparisons) {
  for (const int constant : {-100, -1, 0, 100, 2147483647}) {
    const std::string c = std::to_string(constant);
    expect("which == " + c, [&](int v) { return v == constant; });
    expect("which != " + c, [&](int v) { return v != constant; });
    expect("which < " + c, [&](int v) { return v < constant; });
    expect("which <= " + c, [&](int v) { return v <= constant; });
    expect("which > " + c, [&](int v) { return v > constant; });
    expect("which >= " + c, [&](int v) { return v >= constant; });
  }
}

TEST(Operators, Masks) {
  for (const unsigned mask : {1U, 2U, 0x64U, 0x100U, 0x80000000U, 0xffffffffU}) {
    expect("which & " + std::to_string(mask),
           [&](int v) { return (static_cast<unsigned>(v) & mask) != 0; });
    expect("!(which & " + std::to_string(mask) + ")",
           [&](int v) { return (static_cast<unsigned>(v) & mask) == 0; });
  }
}

TEST(Operators, SetsAndRanges) {
  expect("which in { 100 }", [](int v) { return v == 100; });
  expect("which in { 3, 4, 99..101 }",
         [](int v) { return v == 3 || v == 4 || (v >= 99 && v <= 101); });
  expect("which in { -101..-99, 255..256 }",
         [](int v) { return (v >= -101 && v <= -99) || v == 255 || v == 256; });
  expect("!(which in { 3..100 })", [](int v) { return v < 3 || v > 100; });
  expect("which in { -2147483648..2147483647 }", [](int) { return true; });
}

TEST(Operators, AFieldAlone) {
  expect("which", [](int v) { return v != 0; });
  expect("!which", [](int v) { return v == 0; });
  expect("who", [](int) { return false; });
}

TEST(Operators, Numbers) {
  expect("which == 0x64", [](int v) { return v == 100; });
  expect("which == 0144", [](int v) { return v == 100; });
  expect("which == -0x64", [](int v) { return v == -100; });
}

TEST(Operators, PrecedenceAndAssociativity) {
  expect("which == 3 || which == 4 && who == 1", [](int v) { return v == 3; });
  expect("(which == 3 || which == 4) && who == 1", [](int) { return false; });
  expect("who == 1 && which == 3 || which == 4", [](int v) { return v == 4; });
  expect("which > 0 && which < 100 || which > 200",
         [](int v) { return (v > 0 && v < 100) || v > 200; });
  expect("!which == 3", [](int v) { return v != 3; });
  expect("!(which == 3 || which == 4)", [](int v) { return v != 3 && v != 4; });
  expect("!(which == 3) && !(which == 4)", [](int v) { return v != 3 && v != 4; });
  expect("!!(which == 3)", [](int v) { return v == 3; });
  expect("!(!(which == 3) && which != 4)", [](int v) { return v == 3 || v == 4; });
  expect("((((which == 3)) || ((which == 4))))", [](int v) { return v == 3 || v == 4; });
}

TEST(Operators, SpaceIsFree) {
  expect("which==3||which==4", [](int v) { return v == 3 || v == 4; });
  expect("\t which\t==  3   ||which in{4}", [](int v) { return v == 3 || v == 4; });
}

TEST(Operators, AllowAndDeny) {
  EXPECT_EQ(verdicts("sys_enter_getpriority: allow", calls()), std::string(kValues.size(), 'P'));
  expect("deny", [](int) { return false; });
}

}  // namespace
}  // namespace eventfilter::selftest
