// SPDX-License-Identifier: BSD-2-Clause
#include "learn/places.h"

#include <gtest/gtest.h>

#include "learn/writer.h"

namespace eventfilter::learn {
namespace {

Accesses accesses(const std::string& directory, int count,
                  const std::set<std::string>& permissions) {
  Accesses made;
  for (int i = 0; i < count; ++i)
    made[directory + "/f" + std::to_string(i)] = {permissions, {"app"}, false};
  return made;
}

std::size_t patterns_of(const Accesses& all) {
  std::size_t count = 0;
  for (const Kind& kind : kinds_of(all, "", Reach::General)) count += kind.patterns.size();
  return count;
}

TEST(Places, FourThatAreReadAreTheirDirectory) {
  EXPECT_EQ(patterns_of(accesses("/srv/a", 3, {"read"})), 3U);
  EXPECT_EQ(patterns_of(accesses("/srv/a", 4, {"read"})), 1U);
  EXPECT_EQ(kinds_of(accesses("/srv/a", 5, {"read"}), "", Reach::General).at(0).patterns.at(0),
            "/srv/a/**");
}

TEST(Places, ThreeThatAreChangedAreTheirDirectory) {
  EXPECT_EQ(patterns_of(accesses("/srv/a", 2, {"write"})), 2U);
  EXPECT_EQ(patterns_of(accesses("/srv/a", 3, {"write"})), 1U);
  EXPECT_EQ(patterns_of(accesses("/srv/a", 4, {"write"})), 1U);
}

TEST(Places, ExactlyIsEachAlone) {
  EXPECT_EQ(kinds_of(accesses("/srv/a", 9, {"write"}), "", Reach::Exact).at(0).patterns.size(), 9U);
}

TEST(Places, WhatIsInATreeThatMayAsMuchNeedsNoPattern) {
  Accesses all = accesses("/srv/a", 3, {"read", "write"});
  all["/srv/a/g"] = {{"read"}, {"app"}, false};
  EXPECT_EQ(patterns_of(all), 1U);
  all["/srv/a/tool"] = {{"exec"}, {"app"}, false};
  EXPECT_EQ(patterns_of(all), 2U) << "to execute isn't among what the tree may";
}

std::string rules_for(int names, const char* permission = "read") {
  Needs needs;
  OnLabel& rule = needs.on_labels[{"lib_t", permission}];
  for (int i = 0; i < names; ++i) rule.names.insert("n" + std::to_string(i));
  rule.paths = {"/usr/lib/n0"};
  return write(needs, {}, "", Reach::General).rules;
}

TEST(Places, FourNamesOnALabelAreACondition) {
  EXPECT_NE(rules_for(1).find(" when name == \"n0\";\n"), std::string::npos);
  EXPECT_NE(rules_for(4).find(" when name in { \"n0\", \"n1\", \"n2\", \"n3\" };\n"),
            std::string::npos);
  EXPECT_NE(rules_for(5).find("  allow file read on lib_t;\n"), std::string::npos);
}

TEST(Places, NamesThatARuleFileCantHaveAreGlobs) {
  Needs needs;
  needs.on_labels[{"lib_t", "write"}].names = {"a b", "a\"b", "[c]\n"};
  EXPECT_NE(
      write(needs, {}, "", Reach::General)
          .rules.find(" on lib_t when name == \"a b\" || name ~ \"[[]c]?\" || name ~ \"a?b\";\n"),
      std::string::npos)
      << write(needs, {}, "", Reach::General).rules;
}

TEST(Places, AMountHasNoName) {
  EXPECT_NE(rules_for(1, "mount").find("  allow file mount on lib_t;\n"), std::string::npos);
}

TEST(Places, WhatChangesIsAlwaysToldByName) {
  const std::string rules = rules_for(40, "write");
  EXPECT_NE(rules.find("\"n39\""), std::string::npos) << rules;
  EXPECT_EQ(rules.find("on lib_t;"), std::string::npos) << rules;
}

}  // namespace
}  // namespace eventfilter::learn
