// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/label_table.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace eventfilter::daemon {
namespace {

// Texts of each length, equal and different in one place
TEST(LabelTable, TextsAreComparedWhole) {
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

TEST(LabelTable, SaysWhatAMapSays) {
  std::mt19937 random(1);
  const auto some_text = [&] {
    std::string text(random() % 20, 'a');
    for (char& one : text) one = static_cast<char>('a' + random() % 2);
    return text;
  };
  for (int round = 0; round < 50; ++round) {
    std::vector<std::pair<std::string, ipc::Vector>> vectors;
    std::map<std::string, ipc::Vector> known;
    for (unsigned i = 0; i < 200; ++i) {
      const std::string label = some_text();
      vectors.push_back({label, {i, i + 1, i + 2}});
      known[label] = {i, i + 1, i + 2};
    }
    const LabelTable table(vectors);
    for (int i = 0; i < 500; ++i) {
      const std::string label = some_text();
      const auto at = known.find(label);
      EXPECT_EQ(table.of(label), at == known.end() ? known[""] : at->second) << label;
    }
  }
}

TEST(LabelTable, AnEmptyOneGrantsNothing) {
  EXPECT_EQ(LabelTable().of("x_t"), (ipc::Vector{0, 0, 0}));
  EXPECT_EQ(LabelTable().of(""), (ipc::Vector{0, 0, 0}));
  EXPECT_EQ(LabelTable({{"x_t", {1, 2, 3}}}).of("y_t"), (ipc::Vector{0, 0, 0}));
}

}  // namespace
}  // namespace eventfilter::daemon
