// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "core/program.h"

#include <gtest/gtest.h>

#include "core_test/schema.hh"

namespace eventfilter::core_test {
namespace {

std::string false_part(std::string_view text, int number, std::size_t size = 200) {
  Rules rules(text);
  std::string buf(size, 'x');
  buf.resize(evf_program_print_false(rules[0].program, number, rules.event(0),
                                     &evf_vector_schema, buf.data(), size));
  return buf;
}

TEST(Program, PrintsPredicates) {
  EXPECT_EQ(false_part("sys_enter_lseek: offset<-5", 0), "offset < -5");
  EXPECT_EQ(false_part("sys_enter_write: fd in {3,1..2,9..12}", 0), "fd in { 1 .. 3, 9 .. 12 }");
  EXPECT_EQ(false_part("file_open: name~\"*.c\"&&owner==uid", 0), "name ~ \"*.c\"");
  EXPECT_EQ(false_part("file_open: name~\"*.c\"&&owner==uid", 1), "owner == uid");
  EXPECT_EQ(false_part("sys_enter_write: fd&&count", 1), "count");
  EXPECT_EQ(false_part("sys_enter_write: fd & 3 && count", 0), "fd & 3");
}

// Each of what || joins was false: the last one alone would mislead
TEST(Program, PrintsAllThatAnOrJoins) {
  EXPECT_EQ(false_part("sys_enter_write: fd==1||fd==0x10", 0), "fd == 1 || fd == 16");
  EXPECT_EQ(false_part("sys_enter_write: fd==1||fd==0x10", 1), "fd == 1 || fd == 16");
  EXPECT_EQ(false_part("sys_enter_write: fd & 3||count&1", 1), "(fd & 3) || (count & 1)");
  EXPECT_EQ(false_part("file_open: label&tmp_t||label in {web_t,bin_t}", 1),
            "(label & tmp_t) || label in { bin_t, web_t }");
  EXPECT_EQ(false_part("sys_enter_write: (fd == 1 && count) || (fd == 2 && !count)", 2),
            "(fd == 1 && count) || (fd == 2 && !count)");
}

TEST(Program, PrintsTheOperandOfTheOutermostAnd) {
  const std::string filter =
      "sys_enter_write: fd == 1 && (fd == 2 || (fd == 3 && (count == 4 || count == 5))) && count == 6";
  const std::string middle = "fd == 2 || (fd == 3 && (count == 4 || count == 5))";
  EXPECT_EQ(false_part(filter, 0), "fd == 1");
  for (const int number : {1, 2, 3, 4}) EXPECT_EQ(false_part(filter, number), middle) << number;
  EXPECT_EQ(false_part(filter, 5), "count == 6");
  EXPECT_EQ(false_part("sys_enter_write: ((fd == 1 && fd == 2) || fd == 3) && count", 1),
            "(fd == 1 && fd == 2) || fd == 3");
  EXPECT_EQ(false_part("sys_enter_write: (fd || count) && (fd == 1 || (fd & 2))", 0), "fd || count");
  EXPECT_EQ(false_part("sys_enter_write: (fd || count) && (fd == 1 || (fd & 2))", 3),
            "fd == 1 || (fd & 2)");
}

TEST(Program, PrintsNegatedPredicatesAsWhatWasNeeded) {
  EXPECT_EQ(false_part("sys_enter_write: !(fd == 1 || count)", 0), "!(fd == 1)");
  EXPECT_EQ(false_part("sys_enter_write: !(fd == 1 || count)", 1), "!count");
  EXPECT_EQ(false_part("sys_enter_write: !(!(fd == 1) || count)", 0), "fd == 1");
}

TEST(Program, CutsATextThatIsTooLong) {
  EXPECT_EQ(false_part("sys_enter_write: count == 12345", 0, 15), "count == 12345");
  EXPECT_EQ(false_part("sys_enter_write: count == 12345", 0, 14), "count == 1...");
  EXPECT_EQ(false_part("sys_enter_write: count == 12345", 0, 5), "c...");
  EXPECT_EQ(false_part("sys_enter_write: count == 12345", 0, 4), "...");
  EXPECT_EQ(false_part("sys_enter_write: !(count == 12345)", 0, 10), "!(coun...");
}

TEST(Program, SaysWhatItReads) {
  Rules rules(
      "file_open: label & tmp_t && owner == uid && (mode & 1 || name == \"a\")\n"
      "file_open: access >= 0 || label & tmp_t\nfile_open: ino in { 1 .. 3 }");
  const auto bit = [](unsigned slot) { return 1U << slot; };
  EXPECT_EQ(evf_program_slots(rules[0].program),
            bit(EVF_SLOT_file_open_label) | bit(EVF_SLOT_file_open_owner) | bit(EVF_SLOT_UID) |
                bit(EVF_SLOT_file_open_mode) | bit(EVF_SLOT_file_open_name));
  EXPECT_EQ(evf_program_label_slots(rules[0].program), bit(EVF_SLOT_file_open_label));
  EXPECT_EQ(evf_program_slots(rules[1].program), bit(EVF_SLOT_file_open_label));
  EXPECT_EQ(evf_program_slots(rules[2].program), bit(EVF_SLOT_file_open_ino));
  EXPECT_EQ(evf_program_label_slots(rules[2].program), 0U);
}

TEST(Program, IsSmall) {
  Rules rules(
      "sys_enter_write: fd == 1 || fd == 2\nsys_enter_write: fd == 1 && count == 2 && !fd\n");
  EXPECT_LE(evf_program_size(rules[0].program), 128U);
  EXPECT_LE(evf_program_size(rules[1].program), 192U);
}

// The cost follows the names on the object: one test, whatever the filter names.
TEST(Program, MergesAnOrOfLabelsIntoOneTest) {
  Rules one("file_open: label in { bin_t, etc_t, tmp_t, user_home_t }");
  Rules many("file_open: label & bin_t || label & etc_t || label & tmp_t || label & user_home_t");
  // A predicate is 16 bytes and so would be an instruction; the set's constants differ
  EXPECT_LE(evf_program_size(many[0].program), evf_program_size(one[0].program) + 3 * 16);
}

}  // namespace
}  // namespace eventfilter::core_test
