// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/numbering.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace eventfilter::daemon {
namespace {

// Texts of each length, equal and different in one place
TEST(Numbering, TextsAreComparedWhole) {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string one(size, 'x');
    EXPECT_TRUE(is_same(one, std::string(size, 'x'))) << size;
    EXPECT_FALSE(is_same(one, one + 'x')) << size;
    EXPECT_FALSE(is_same(one + 'x', one)) << size;
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = one;
      other[at] = 'y';
      EXPECT_FALSE(is_same(one, other)) << size << ' ' << at;
    }
  }
}

TEST(Numbering, SaysWhatAMapSays) {
  std::mt19937 random(1);
  const auto some_text = [&] {
    std::string text(random() % 20, 'a');
    for (char& one : text) one = static_cast<char>('a' + random() % 2);
    return text;
  };
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> names;
    std::map<std::string, std::uint32_t> known;
    for (unsigned i = 0; i < 200; ++i) {
      names.push_back(some_text());
      known.try_emplace(names.back(), static_cast<std::uint32_t>(known.size()) + 1);
    }
    const Numbering numbering(names);
    EXPECT_EQ(numbering.size(), known.size());
    for (int i = 0; i < 500; ++i) {
      const std::string name = some_text();
      const auto at = known.find(name);
      EXPECT_EQ(numbering.of(name), at == known.end() ? 0 : at->second) << name;
    }
  }
}

TEST(Numbering, AnEmptyOneKnowsNothing) {
  EXPECT_EQ(Numbering().of("x_t"), 0U);
  EXPECT_EQ(Numbering().of(""), 0U);
  EXPECT_EQ(Numbering({"x_t"}).of("y_t"), 0U);
  EXPECT_EQ(Numbering({"x_t"}).of("x_t"), 1U);
}

}  // namespace
}  // namespace eventfilter::daemon
