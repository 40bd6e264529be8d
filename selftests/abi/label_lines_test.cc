// SPDX-License-Identifier: BSD-2-Clause
// What is wrong with a text for a label space: every sentence in full, with its place.
#include <gtest/gtest.h>

#include <string>

#include "support/label_space.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

struct Wrong {
  const char* name;
  std::string text;
  std::string error;
};

class LabelLines : public testing::TestWithParam<Wrong> {};

TEST_P(LabelLines, AreRefusedWithASentence) {
  const LabelSpace space("a_t b_t");
  EXPECT_REFUSED(EINVAL, space.write("label fresh_t\n" + GetParam().text));
  EXPECT_EQ(space.error(), GetParam().error);
  EXPECT_ALLOWED(space.try_commit());
  EXPECT_REFUSED(EINVAL, Ruleset(space).write("file_open: label & fresh_t")) << "all or nothing";
}

std::string names(unsigned nr) {
  std::string text;
  for (unsigned i = 0; i < nr; ++i) {
    text += " n" + std::to_string(i);
  }
  return text;
}

std::string declared(unsigned nr) {
  std::string text;
  for (unsigned i = 0; i < nr; ++i) {
    text += "label n" + std::to_string(i) + "\n";
  }
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    Wrong, LabelLines,
    testing::Values(
        Wrong{"word", "lable a_t", 
             "2:1:5: expected_line: a line begins with \"label\", \"group\", \"fs\", "
             "\"endpoint\" or \"unendpoint\"\n"},
        Wrong{"no_word", "= a_t", "2:1:1: single_equal: \"=\" is no operator; to compare, write \"==\"\n"},
        Wrong{"label_nothing", "label",
              "2:6:0: missing_label_name: the label's name is missing; it starts with a letter or "
              "\"_\"\n"},
        Wrong{"label_two", "label c_t d_t",
              "2:11:3: trailing_text: the line has ended before this\n"},
        Wrong{"group_nothing", "group",
              "2:6:0: missing_group_name: the group's name is missing; it starts with a letter or "
              "\"_\"\n"},
        Wrong{"group_alone", "group g",
              "2:8:0: missing_equals: between a group and its members stands \"=\"\n"},
        Wrong{"group_no_equals", "group g a_t",
              "2:9:3: missing_equals: between a group and its members stands \"=\"\n"},
        Wrong{"group_twice_equal", "group g == a_t",
              "2:10:1: single_equal: \"=\" is no operator; to compare, write \"==\"\n"},
        Wrong{"group_comma", "group g = a_t, b_t",
              "2:14:1: expected_label_name: a label's name starts with a letter or \"_\"\n"},
        Wrong{"group_unknown", "group g = a_t never_t",
              "2:15:7: unknown_label: the label space has no such name\n"},
        Wrong{"group_in_group", "group g = a_t\ngroup h = a_t g",
              "3:15:1: group_in_group: the members of a group are labels, and this is a group\n"},
        Wrong{"group_of_itself", "group g = g",
              "2:11:1: group_in_group: the members of a group are labels, and this is a group\n"},
        Wrong{"group_was_a_label", "group a_t = b_t",
              "2:7:3: other_kind: a name is that of a label or of a group, and this was the other\n"},
        Wrong{"label_is_a_group", "group g = a_t\nlabel g",
              "3:7:1: other_kind: a name is that of a label or of a group, and this was the other\n"},
        Wrong{"group_is_a_label", "label g\ngroup g = a_t",
              "3:7:1: other_kind: a name is that of a label or of a group, and this was the other\n"},
        Wrong{"group_on_object", "group g = a_t\nfs proc a_t g",
              "3:13:1: group_on_object: objects carry labels, and this is a group\n"},
        Wrong{"fs_nothing", "fs",
              "2:3:0: missing_fs_type: the file system's type is missing, a word or a \"string\"\n"},
        Wrong{"fs_mark", "fs : a_t",
              "2:4:1: missing_fs_type: the file system's type is missing, a word or a \"string\"\n"},
        Wrong{"fs_empty", "fs \"\" a_t",
              "2:4:2: fs_type_too_long: a file system type has 1 to 64 bytes\n"},
        Wrong{"fs_long", "fs \"" + std::string(65, 'x') + "\" a_t",
              "2:4:67: fs_type_too_long: a file system type has 1 to 64 bytes\n"},
        Wrong{"fs_no_name", "fs proc a_t, b_t",
              "2:12:1: expected_label_name: a label's name starts with a letter or \"_\"\n"},
        Wrong{"fs_unknown", "fs proc a_t\nfs sysfs a_t never_t b_t",
              "3:14:7: unknown_label: the label space has no such name\n"},
        Wrong{"fs_names", declared(65) + "fs proc" + names(65),
              "67:255:3: too_many_names: an object carries at most 64 names\n"}),
    [](const auto& of) { return of.param.name; });

TEST(LabelLinesElsewhere, NamesOfATextAreKnownInAllOfItsLines) {
  const LabelSpace space;
  EXPECT_ALLOWED(space.write("fs proc later_t\nlabel later_t\n"));
}

TEST(LabelLinesElsewhere, ALineMayCarryAsManyNamesAsAnObject) {
  const LabelSpace space;
  EXPECT_ALLOWED(space.write(declared(64) + "fs proc" + names(63) + "\nfs sysfs" + names(64) +
                             "\nfs tmpfs" + names(64) + names(64) + "\n"));
}

TEST(LabelLinesElsewhere, AFileSystemTypeOfSixtyFourBytes) {
  const LabelSpace space("a_t");
  EXPECT_ALLOWED(space.write("fs " + std::string(64, 'x') + " a_t\n"));
  EXPECT_ALLOWED(space.write("fs \"" + std::string(64, 'y') + "\" a_t\n"));
}

std::string types(unsigned from, unsigned to) {
  std::string text;
  for (unsigned i = from; i < to; ++i) {
    text += "fs t" + std::to_string(i) + " a_t\n";
  }
  return text;
}

TEST(LabelLinesElsewhere, FileSystemTypesCountAsAssignments) {
  constexpr unsigned kMost = EVF_MAX_SPACE_ASSIGNMENTS;
  const LabelSpace space("a_t b_t");
  for (unsigned i = 0; i < kMost - 1; i += 65536) {
    ASSERT_ALLOWED(space.write(types(i, std::min(i + 65536, kMost - 1))));
  }
  EXPECT_REFUSED(EINVAL, space.write("fs last a_t\nfs more a_t\n")) << "all or nothing";
  EXPECT_EQ(space.error(),
            "2:4:4: too_many_assignments: a label space has at most 262144 assignments\n");
  EXPECT_ALLOWED(space.write("fs last a_t\n"));
  EXPECT_REFUSED(EINVAL, space.write("fs more a_t\n"));
  EXPECT_ALLOWED(space.write("fs last b_t\nfs t0 b_t\nfs more\n")) << "none of these is new";
  EXPECT_ALLOWED(space.write("fs t0\n"));
  EXPECT_REFUSED(EINVAL, space.write("fs more a_t\n")) << "not before the commit";
  EXPECT_ALLOWED(space.try_commit());
  EXPECT_ALLOWED(space.write("fs more a_t\n"));
}

}  // namespace
}  // namespace eventfilter::selftest
