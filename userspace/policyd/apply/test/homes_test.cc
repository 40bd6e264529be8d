// SPDX-License-Identifier: BSD-2-Clause
#include "apply/homes.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace eventfilter::apply {
namespace {

TEST(Homes, LoginDefsSayWhichIdsArePeoples) {
  EXPECT_EQ(parse_login_defs(""), (UserIds{1000, 60000}));
  EXPECT_EQ(parse_login_defs("# UID_MIN 5\nUID_MIN\t\t 500\n  UID_MAX 999 # so\nSYS_UID_MIN 1\n"),
            (UserIds{500, 999}));
  EXPECT_EQ(parse_login_defs("UID_MIN many\nUID_MAX -1\nUID_MIN\n"), (UserIds{1000, 60000}));
}

TEST(Homes, ARootDirectoryIsNobodysHome) {
  EXPECT_EQ(usable_home("/home/alice"), "/home/alice");
  EXPECT_EQ(usable_home("/home/alice//"), "/home/alice");
  EXPECT_EQ(usable_home("/"), "");
  EXPECT_EQ(usable_home("//"), "");
  EXPECT_EQ(usable_home("home"), "");
  EXPECT_EQ(usable_home(""), "");
}

TEST(Homes, RootsIsAmongThemAndSystemUsersAreNot) {
  const std::vector<std::string> homes = homes_of_people();
  const std::string roots = home_of(0);
  if (roots.empty()) GTEST_SKIP() << "root has no home here";
  EXPECT_NE(std::find(homes.begin(), homes.end(), roots), homes.end());
  EXPECT_EQ(std::find(homes.begin(), homes.end(), home_of(2)), homes.end()) << "bin's";
  EXPECT_TRUE(std::is_sorted(homes.begin(), homes.end()));
}

}  // namespace
}  // namespace eventfilter::apply
