// SPDX-License-Identifier: BSD-2-Clause
#include "learn/observation.h"

#include <gtest/gtest.h>

namespace eventfilter::learn {
namespace {

const std::vector<Place> kPlaces = {{"place0", "/", "/", "ext4"},
                                    {"place1", "/mnt/x", "/sub", "ext4"},
                                    {"place2", "/proc", "/", "proc"}};

records::Record record(const std::string& rest, const std::string& event = "file_open") {
  return records::parse_record(
             "event=" + event +
             " pid=1 tid=1 comm=\"app\" uid=0 domain=1 layer=0 action=log error=0 predicate=\"\" " +
             rest)
      .value();
}

TEST(Observe, PathsAreThoseOfTheirMounts) {
  EXPECT_EQ(observe(record("path=\"/etc/x\" label=place0"), kPlaces)->path, "/etc/x");
  EXPECT_EQ(observe(record("path=\"/sub/a/b\" label=place1"), kPlaces)->path, "/mnt/x/a/b");
  EXPECT_EQ(observe(record("path=\"/sub\" label=place1"), kPlaces)->path, "/mnt/x");
  EXPECT_EQ(observe(record("path=\"/elsewhere\" label=place1"), kPlaces)->path, "")
      << "not beneath what is mounted";
  EXPECT_EQ(observe(record("path=\"/memfd:x\" label=none"), kPlaces)->path, "");
}

TEST(Observe, WhatBelongsToATaskIsInProc) {
  const auto own = observe(record("path=\"/71/maps\" label=own_task"), kPlaces);
  EXPECT_EQ(own->path, "/proc/71/maps");
  EXPECT_TRUE(own->is_own_task);
  EXPECT_EQ(own->fs_type, "proc");
  EXPECT_FALSE(observe(record("path=\"/etc/x\" label=place0"), kPlaces)->is_own_task);
}

TEST(Observe, ARenamesNewNameIsBesideTheOldUnlessItSaysMore) {
  EXPECT_EQ(
      observe(record("path=\"/a/x\" label=place0 new_label=place0 new_name=\"y\"", "file_rename"),
              kPlaces)
          ->new_path,
      "/a/y");
  EXPECT_EQ(
      observe(record("path=\"/a/x\" label=place0 new_label=place0 new_name=\"y\" new_path=\"/b/y\"",
                     "file_rename"),
              kPlaces)
          ->new_path,
      "/b/y");
}

TEST(Observe, WhatIsAlwaysOnIsNoEventOfARule) {
  EXPECT_FALSE(observe(record("path=\"\"", "cross-label rename"), kPlaces));
  EXPECT_FALSE(observe(records::parse_record("lost=3").value(), kPlaces));
}

TEST(Observe, MergedBySaying) {
  const auto first = observe(record("path=\"/etc/x\" label=place0 ino=1 access=4"), kPlaces);
  const auto second = observe(record("path=\"/etc/x\" label=place0 ino=2 access=4"), kPlaces);
  const auto other = observe(record("path=\"/etc/x\" label=place0 ino=2 access=2"), kPlaces);
  EXPECT_EQ(merged({*first, *second, *other, *first}).size(), 2U);
}

}  // namespace
}  // namespace eventfilter::learn
