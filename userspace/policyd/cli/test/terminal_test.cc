// SPDX-License-Identifier: BSD-2-Clause
#include "cli/terminal.h"

#include <gtest/gtest.h>

namespace eventfilter::cli {
namespace {

TEST(Coloured, KindsUnderlinesAndHints) {
  EXPECT_EQ(coloured("a.policy:7:14-18: error: there is no label \"lbi_t\"\n"
                     "  allow file open on lbi_t;\n"
                     "                     ~~~~~\n"
                     "hint: did you mean \"lib_t\"?\n"),
            "\033[1ma.policy:7:14-18:\033[0m \033[1;31merror:\033[0m there is no label \"lbi_t\"\n"
            "  allow file open on lbi_t;\n"
            "                     \033[1;32m~~~~~\033[0m\n"
            "\033[1;36mhint:\033[0m did you mean \"lib_t\"?\n");
  EXPECT_EQ(coloured("a:1:1: warning: w\n  x\n\t \t^\n"),
            "\033[1ma:1:1:\033[0m \033[1;35mwarning:\033[0m w\n  x\n\t \t^\n");
  EXPECT_EQ(coloured("  \t ^\n"), "  \t \033[1;32m^\033[0m\n");
  EXPECT_EQ(coloured("a:1:1: note: n"), "\033[1ma:1:1:\033[0m \033[1;36mnote:\033[0m n");
}

TEST(Coloured, TheFirstKindOfALineCounts) {
  EXPECT_EQ(coloured("p: error: he said: note: it"),
            "\033[1mp:\033[0m \033[1;31merror:\033[0m he said: note: it");
}

TEST(Coloured, LeavesOtherTextAlone) {
  EXPECT_EQ(coloured(""), "");
  EXPECT_EQ(coloured("\n"), "\n");
  EXPECT_EQ(coloured("plain\n  text ~~~ here\n"), "plain\n  text ~~~ here\n");
}

}  // namespace
}  // namespace eventfilter::cli
