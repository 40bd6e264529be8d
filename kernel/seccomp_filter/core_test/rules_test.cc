// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "core/rules.h"

#include <gtest/gtest.h>

#include "core_test/schema.hh"

namespace eventfilter::core_test {
namespace {

TEST(Rules, AreKeptInTheOrderOfTheText) {
  Rules rules;
  ASSERT_EQ(rules.parse("file_open: label & tmp_t else errno ENOENT\n"
                        "# comment\n"
                        "syscalls: deny errno ENOSYS\n"
                        "file_open, file_exec: uid == 5 else kill quiet\n"),
            0);
  ASSERT_EQ(rules->nr, 4U);
  EXPECT_STREQ(rules.event(0)->name, "file_open");
  EXPECT_EQ(rules[0].action.kind, EVF_ACTION_ERRNO);
  EXPECT_EQ(rules[0].action.error, ENOENT);
  EXPECT_EQ(rules[0].group, EVF_GROUP_FILE);
  EXPECT_EQ(rules.event(1), nullptr);
  EXPECT_EQ(rules[1].group, EVF_GROUP_SYSCALLS);
  EXPECT_EQ(rules[1].kind, EVF_RULE_DENY);
  EXPECT_EQ(rules[1].action.error, ENOSYS);
  EXPECT_EQ(rules[1].offset, 53U);
  EXPECT_STREQ(rules.event(2)->name, "file_open");
  EXPECT_STREQ(rules.event(3)->name, "file_exec");
  EXPECT_EQ(rules[3].action.kind, EVF_ACTION_KILL);
  EXPECT_TRUE(rules[3].action.quiet);
  EXPECT_EQ(rules[3].offset, rules[2].offset);
}

// A list of hundreds of system calls takes room for its names only
TEST(Rules, ShareWhatALineSays) {
  Rules rules;
  ASSERT_EQ(rules.parse("file_open, file_exec: deny errno ENOENT\n"
                        "file_link: deny errno ENOENT\n"
                        "sys_enter_write, file_stat, file_unlink: allow\n"
                        "file_create, file_truncate: uid == 5\n"),
            0);
  ASSERT_EQ(rules->nr, 8U);
  EXPECT_EQ(&rules[0], &rules[1]);
  EXPECT_NE(&rules[1], &rules[2]) << "another line";
  EXPECT_NE(&rules[3], &rules[4]) << "another group";
  EXPECT_EQ(rules[3].group, EVF_GROUP_SYSCALLS);
  EXPECT_EQ(rules[4].group, EVF_GROUP_META);
  EXPECT_EQ(rules[5].group, EVF_GROUP_FILE);
  EXPECT_NE(rules[6].program, rules[7].program) << "compiled for its event";
  EXPECT_EQ(rules->nr_rules, 7U);
}

// An error in the middle of a line takes back what was added of it
TEST(Rules, AnErrorLeavesThemAsTheyWere) {
  Rules rules("file_open: deny\n");
  EXPECT_EQ(rules.parse("file_exec, file_stat: allow\nfile_open, nonsense: deny\n"), -EINVAL);
  EXPECT_EQ(rules->nr, 1U);
  EXPECT_EQ(rules->nr_rules, 1U);
  ASSERT_EQ(rules.parse("file_exec: uid == 1\nfile_stat: deny\n"), 0);
  EXPECT_EQ(rules->nr, 3U);
  EXPECT_EQ(rules[1].kind, EVF_RULE_FILTER);
  EXPECT_EQ(rules[2].kind, EVF_RULE_DENY);
}

TEST(Rules, CountOffsetsThroughAllWrites) {
  Rules rules("file: deny\n");
  ASSERT_EQ(rules.parse("meta: deny\nuse: allow"), 0);
  EXPECT_EQ(rules[1].offset, 11U);
  EXPECT_EQ(rules[2].offset, 22U);
  EXPECT_EQ(rules->text_len, 32U);
}

TEST(Rules, TakeAnEmptyText) {
  Rules rules;
  EXPECT_EQ(rules.parse(""), 0);
  EXPECT_EQ(rules.parse("\n\n  \t\n# nothing\n"), 0);
  EXPECT_EQ(rules->nr, 0U);
}

TEST(Rules, CompatIsAllowedWhereItSaysSo) {
  Rules rules("file: deny\n");
  EXPECT_FALSE(rules->compat_allow);
  ASSERT_EQ(rules.parse("compat: allow\ncompat: allow\n"), 0);
  EXPECT_TRUE(rules->compat_allow);
  EXPECT_EQ(rules->nr, 1U);
}

// Defect of 2011: a filter that was refused had cleared the one before it.
TEST(Defects2011, ARefusedWriteLeavesTheEarlierTextInForce) {
  Rules rules("sys_enter_write: fd == 1\n");
  const evf_program* program = rules[0].program;
  ASSERT_EQ(
      rules.parse("compat: allow\nfile: deny\nsys_enter_write: fd == 2\nsys_enter_write: fd ==\n"),
      -EINVAL);
  EXPECT_EQ(rules.code(), "missing_value");
  EXPECT_EQ(rules->nr, 1U);
  EXPECT_EQ(rules[0].program, program);
  EXPECT_FALSE(rules->compat_allow);
  EXPECT_EQ(rules->text_len, 25U);
  EXPECT_EQ(rules.parse("file: deny\n"), 0);
}

// Defect of 2011: filters were joined as text, "a || b && c".
TEST(Defects2011, LinesAreNeverJoinedAsText) {
  Rules rules("sys_enter_write: fd == 1 || fd == 2\nsys_enter_write: count == 3\n");
  ASSERT_EQ(rules->nr, 2U);
  evf_record record{};
  record.v[0].num = 1;
  EXPECT_EQ(evf_program_run(rules[0].program, &record), EVF_PASS);
  EXPECT_EQ(evf_program_run(rules[1].program, &record), 0);
}

// Defect of 2011: "(" + text + ")" let a text close the parenthesis itself.
TEST(Defects2011, ParenthesesCannotBeInjected) {
  Rules rules;
  EXPECT_EQ(rules.parse("sys_enter_write: fd == 1) || (fd != 1"), -EINVAL);
  EXPECT_EQ(rules.code(), "unexpected_parenthesis");
  EXPECT_EQ(rules.error().offset, 24U);
}

// Defect of 2011: a long string was cut and then matched something else.
TEST(Defects2011, NothingIsCutSilently) {
  Rules rules;
  EXPECT_EQ(rules.parse("file_open: name == \"" + repeat("a", 256) + "\""), -EINVAL);
  EXPECT_EQ(rules.code(), "string_too_long");
  EXPECT_EQ(rules.parse("sys_enter_write: fd == 4294967297"), -EINVAL);
  EXPECT_EQ(rules.code(), "out_of_range");
}

// Defect of 2011: the byte behind the buffer was parsed as well.
TEST(Defects2011, TheByteBehindTheTextIsNotRead) {
  Rules rules;
  EXPECT_EQ(rules.parse(std::string_view("sys_enter_write: fd == 1x", 24)), 0);
  EXPECT_EQ(rules.parse(std::string_view("sys_enter_write: fd == 1\0", 25)), -EINVAL);
  EXPECT_EQ(rules.code(), "control_character");
  EXPECT_EQ(rules.error().offset, 24U);
}

// Defect of 2011: "0" and "1" were special texts that switched filters.
TEST(Defects2011, ZeroAndOneAreNoFilters) {
  for (const char* text : {"sys_enter_write: 0", "sys_enter_write: 1"}) {
    Rules rules;
    EXPECT_EQ(rules.parse(text), -EINVAL);
    EXPECT_EQ(sentence(rules.error()),
              "a constant is no filter; write allow or deny as the whole of it");
  }
}

TEST(Defects2011, AndBindsTighterThanOr) {
  EXPECT_EQ(format("sys_enter_write: fd == 1 || fd == 2 && count == 3"),
            "sys_enter_write: fd == 1 || (fd == 2 && count == 3)\n");
}

TEST(Rules, NegatedGroupsAreNeverOpenedByAnUndefinedId) {
  Rules rules("file_open: !(owner == 5 && uid == 6)\n");
  evf_record record{};
  record.undefined = 1U << EVF_SLOT_file_open_owner;
  record.v[EVF_SLOT_UID].num = 6;
  EXPECT_EQ(evf_program_run(rules[0].program, &record), 1);
  record.v[EVF_SLOT_UID].num = 7;
  EXPECT_EQ(evf_program_run(rules[0].program, &record), EVF_PASS);
}

}  // namespace
}  // namespace eventfilter::core_test
