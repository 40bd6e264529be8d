// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Every error's name and full sentence. Where each occurs is in the vectors.
#include "core/error.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "core_test/schema.hh"

namespace eventfilter::core_test {
namespace {

struct Row {
  const char* name;
  int code;
  const char* hint;
  const char* sentence;
};

constexpr Row kRows[] = {
    {"control_character", EVF_E_control_character, nullptr,
     "control characters, the null byte included, can't be in rule text"},
    {"not_ascii", EVF_E_not_ascii, nullptr,
     "only ASCII can be in rule text; in a string, write the byte as \\xHH"},
    {"unexpected_character", EVF_E_unexpected_character, nullptr,
     "this character has no meaning here"},
    {"single_equal", EVF_E_single_equal, nullptr, "\"=\" is no operator; to compare, write \"==\""},
    {"single_pipe", EVF_E_single_pipe, nullptr, "\"|\" is no operator; for \"or\", write \"||\""},
    {"bad_number", EVF_E_bad_number, nullptr,
     "this is no number; write decimal, 0x and hexadecimal, or 0 and octal digits"},
    {"number_too_large", EVF_E_number_too_large, nullptr,
     "this number is larger than 64 bits can hold"},
    {"bad_escape", EVF_E_bad_escape, nullptr,
     "a backslash in a string comes before a backslash, a quote or xHH"},
    {"unterminated_string", EVF_E_unterminated_string, nullptr, "this string has no closing quote"},
    {"string_too_long", EVF_E_string_too_long, nullptr, "a string has at most 255 bytes"},
    {"word_too_long", EVF_E_word_too_long, nullptr, "a name has at most 64 bytes"},
    {"bad_glob", EVF_E_bad_glob, nullptr,
     "in a pattern, \"[\" needs its \"]\" and ranges in it go upwards; write [[] for the character "
     "itself"},
    {"line_too_long", EVF_E_line_too_long, nullptr, "a line has at most 65536 bytes"},
    {"missing_name", EVF_E_missing_name, nullptr,
     "the name of an event or of a group is missing here"},
    {"missing_colon", EVF_E_missing_colon, nullptr,
     "\":\" is missing between the event and its filter"},
    {"too_many_names", EVF_E_too_many_names, nullptr, "a line has at most 1024 names"},
    {"too_many_rules", EVF_E_too_many_rules, nullptr, "a ruleset has at most 65536 rules"},
    {"unknown_event", EVF_E_unknown_event, nullptr, "there is no event of this name"},
    {"group_filter", EVF_E_group_filter, "file",
     "file is a group of events, which takes allow or deny but no filter"},
    {"duplicate_default", EVF_E_duplicate_default, "file", "the group file has a default already"},
    {"compat_takes_allow", EVF_E_compat_takes_allow, nullptr,
     "compat takes allow and nothing else"},
    {"empty_filter", EVF_E_empty_filter, nullptr,
     "the filter is missing; write an expression, allow or deny"},
    {"trailing_text", EVF_E_trailing_text, nullptr, "the rule has ended before this"},
    {"missing_action", EVF_E_missing_action, nullptr,
     "an action is missing: errno NAME, kill, trap, log or quiet"},
    {"bad_action", EVF_E_bad_action, nullptr,
     "this is no action; there are errno NAME, kill, trap, log and quiet"},
    {"missing_errno", EVF_E_missing_errno, nullptr, "the name of an errno is missing"},
    {"errno_number", EVF_E_errno_number, nullptr, "an errno is given by its name, such as EPERM"},
    {"unknown_errno", EVF_E_unknown_errno, nullptr, "there is no errno of this name"},
    {"trap_in_atomic", EVF_E_trap_in_atomic, "task_signal",
     "task_signal is judged where nothing can be trapped; take kill or an errno"},
    {"missing_predicate", EVF_E_missing_predicate, nullptr, "a comparison is missing here"},
    {"bare_constant", EVF_E_bare_constant, nullptr,
     "a constant is no filter; write allow or deny as the whole of it"},
    {"constant_first", EVF_E_constant_first, nullptr,
     "the field comes first, then the operator and the constant"},
    {"misplaced_verdict", EVF_E_misplaced_verdict, nullptr,
     "allow and deny stand alone, not in an expression"},
    {"missing_connective", EVF_E_missing_connective, nullptr,
     "\"&&\" or \"||\" is missing before this"},
    {"unclosed_parenthesis", EVF_E_unclosed_parenthesis, nullptr,
     "this parenthesis is never closed"},
    {"unexpected_parenthesis", EVF_E_unexpected_parenthesis, nullptr,
     "this parenthesis closes none"},
    {"empty_parentheses", EVF_E_empty_parentheses, nullptr,
     "there is nothing between these parentheses"},
    {"too_deep", EVF_E_too_deep, nullptr, "parentheses are nested at most 64 deep"},
    {"too_many_predicates", EVF_E_too_many_predicates, nullptr,
     "a filter has at most 4096 comparisons"},
    {"group_compared", EVF_E_group_compared, nullptr,
     "what is in parentheses is true or false and can't be compared"},
    {"chained_comparison", EVF_E_chained_comparison, nullptr,
     "a comparison has one operator; join two with \"&&\""},
    {"unparenthesised_mask", EVF_E_unparenthesised_mask, nullptr,
     "\"&\" tests for bits and its result can't be compared; put the test in parentheses and join "
     "with \"&&\" or \"||\""},
    {"missing_operator", EVF_E_missing_operator, nullptr,
     "an operator is missing between the field and this"},
    {"missing_value", EVF_E_missing_value, nullptr, "a value is missing here"},
    {"missing_set", EVF_E_missing_set, nullptr, "after in comes a set: { item, item }"},
    {"empty_set", EVF_E_empty_set, nullptr, "a set has at least one item"},
    {"unclosed_set", EVF_E_unclosed_set, nullptr, "this set is never closed"},
    {"set_separator", EVF_E_set_separator, nullptr, "items of a set are separated by commas"},
    {"reversed_range", EVF_E_reversed_range, nullptr,
     "a range goes from its lowest to its highest value"},
    {"too_many_items", EVF_E_too_many_items, nullptr, "a set has at most 4096 items"},
    {"event_without_fields", EVF_E_event_without_fields, "sys_enter_vserver",
     "the arguments of sys_enter_vserver are unknown; it can only be allowed or denied"},
    {"unknown_field", EVF_E_unknown_field, "sys_enter_write",
     "sys_enter_write has no field of this name"},
    {"unknown_label", EVF_E_unknown_label, nullptr, "the label space has no label of this name"},
    {"pointer_field", EVF_E_pointer_field, "file_open",
     "this is a pointer to user memory, which a filter never reads; filter the event file_open "
     "instead"},
    {"pointer_argument", EVF_E_pointer_argument, nullptr,
     "this is a pointer to user memory, which a filter never reads"},
    {"label_operator", EVF_E_label_operator, nullptr,
     "a label is a set of names; test it with \"label & NAME\" or \"label in { A, B }\""},
    {"label_expected", EVF_E_label_expected, nullptr, "a label is tested for the name of a label"},
    {"bare_label", EVF_E_bare_label, nullptr,
     "a label is a set of names; write which one to test for: \"label & NAME\""},
    {"string_operator", EVF_E_string_operator, nullptr,
     "a string is compared by ==, !=, in, ~ or !~"},
    {"string_expected", EVF_E_string_expected, nullptr,
     "a string is compared with a string in quotes"},
    {"bare_string", EVF_E_bare_string, nullptr, "a string is neither true nor false; compare it"},
    {"number_expected", EVF_E_number_expected, nullptr,
     "this field is a number and compared with a number"},
    {"glob_on_number", EVF_E_glob_on_number, nullptr,
     "\"~\" and \"!~\" match strings, and this field is a number"},
    {"glob_is_constant", EVF_E_glob_is_constant, nullptr,
     "a pattern is a string in quotes, not a field"},
    {"mask_on_id", EVF_E_mask_on_id, nullptr,
     "an id has no bits to test; compare it by ==, !=, <, <=, >, >= or in"},
    {"fields_differ", EVF_E_fields_differ, nullptr,
     "these two fields are of types that can't be compared"},
    {"out_of_range", EVF_E_out_of_range, "-128 to 127", "this field takes values from -128 to 127"},
    {"internal", EVF_E_internal, nullptr,
     "the filter was compiled wrongly, which is a mistake of eventfilter itself"},
};

TEST(Errors, HaveTheseNamesAndSentences) {
  EXPECT_EQ(std::size(kRows), EVF_NR_CODES - 1U);
  int code = EVF_OK;
  for (const Row& row : kRows) {
    EXPECT_EQ(row.code, ++code);
    evf_error error{};
    error.code = static_cast<std::uint16_t>(row.code);
    error.hint = row.hint;
    EXPECT_EQ(sentence(error), row.sentence);
    EXPECT_STREQ(evf_code_name(error.code), row.name);
  }
}

TEST(Errors, HintsComeFromTheText) {
  const auto told = [](const char* text) {
    Rules rules;
    EXPECT_EQ(rules.parse(text), -EINVAL);
    return sentence(rules.error());
  };
  EXPECT_EQ(told("sys_enter_openat: filename == 5"),
            "this is a pointer to user memory, which a filter never reads; filter the event "
            "file_open instead");
  EXPECT_EQ(told("file_open, file_exec: access == 5"), "file_exec has no field of this name");
  EXPECT_EQ(told("sys_enter_vserver: fd == 5"),
            "the arguments of sys_enter_vserver are unknown; it can only be allowed or denied");
  EXPECT_EQ(told("meta: deny\nmeta: allow"), "the group meta has a default already");
  EXPECT_EQ(told("use: fd == 5"),
            "use is a group of events, which takes allow or deny but no filter");
  EXPECT_EQ(told("test_types: s16 == 40000"), "this field takes values from -32768 to 32767");
  EXPECT_EQ(told("test_types: u8 == 256"), "this field takes values from 0 to 255");
  EXPECT_EQ(told("test_types: u16 == 65536"), "this field takes values from 0 to 65535");
  EXPECT_EQ(told("test_types: s32 == 2147483648"),
            "this field takes values from -2147483648 to 2147483647");
  EXPECT_EQ(told("test_types: u32 == 4294967296"), "this field takes values from 0 to 4294967295");
  EXPECT_EQ(told("test_types: u64 == -1"),
            "this field takes values from 0 to 18446744073709551615");
  EXPECT_EQ(told("test_types: s64 == 9223372036854775808"),
            "this field takes values from -9223372036854775808 to 9223372036854775807");
}

TEST(Errors, AreCutToTheBuffer) {
  evf_error error{};
  error.code = EVF_E_unknown_field;
  error.hint = "file_open";
  char buf[64];
  EXPECT_EQ(evf_error_sentence(&error, buf, 1), 0U);
  EXPECT_STREQ(buf, "");
  EXPECT_EQ(evf_error_sentence(&error, buf, 5), 4U);
  EXPECT_STREQ(buf, "file");
  EXPECT_EQ(evf_error_sentence(&error, buf, 14), 13U);
  EXPECT_STREQ(buf, "file_open has");
  EXPECT_EQ(evf_error_sentence(&error, buf, sizeof(buf)), 35U);
}

TEST(Errors, CodesThatDontExistAreOurMistake) {
  EXPECT_STREQ(evf_code_name(EVF_NR_CODES), "internal");
  EXPECT_STREQ(evf_code_name(0xffff), "internal");
  EXPECT_STREQ(evf_code_name(EVF_OK), "ok");
}

TEST(Errors, HaveALineAndAColumn) {
  const char text[] = "file: deny\n\n  file_open: x";
  const auto position = [&](std::uint32_t offset) {
    std::uint32_t line = 0, column = 0;
    evf_error_position(text, offset, &line, &column);
    return std::to_string(line) + ":" + std::to_string(column);
  };
  EXPECT_EQ(position(0), "1:1");
  EXPECT_EQ(position(10), "1:11");
  EXPECT_EQ(position(11), "2:1");
  EXPECT_EQ(position(12), "3:1");
  EXPECT_EQ(position(25), "3:14");
  EXPECT_EQ(position(sizeof(text) - 1), "3:15");
}

// The reference names every error with its sentence, as Markdown has it.
TEST(Errors, AreInTheReference) {
  std::ifstream file(EVF_REFERENCE);
  const std::string reference{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(reference.empty());
  for (const Row& row : kRows) {
    std::string cells = std::string("| `") + row.name + "` | ";
    if (row.hint == nullptr) {
      for (const char* c = row.sentence; *c != 0; ++c)
        cells += *c == '|' ? "\\|" : std::string(1, *c);
      cells += " |";
    }
    EXPECT_NE(reference.find(cells), std::string::npos) << cells;
  }
}

}  // namespace
}  // namespace eventfilter::core_test
