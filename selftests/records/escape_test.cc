// SPDX-License-Identifier: BSD-2-Clause
// Whoever is confined chooses the names in a record. None of them ends a line or a pair of quotes,
// or reaches a terminal.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>

#include "support/calls.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/records.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class RecordEscapes : public testing::Test {
 protected:
  // The only record of opening a file of that name, as a task of that name
  Denied record_of(const std::string& name, const std::string& comm,
                   const std::string& rule = "file_open: name == \"harmless\"") {
    const Tree tree;
    const std::string file = tree.make_file(name);
    const Ruleset ruleset(rule);
    const Records records(ruleset);
    in_child([&] {
      prctl(PR_SET_NAME, comm.c_str());
      ruleset.enforce();
      EXPECT_REFUSED(EACCES, try_open(file, O_RDONLY));
    });
    text_ = records.text();
    EXPECT_EQ(std::count(text_.begin(), text_.end(), '\n'), 1) << text_;
    EXPECT_EQ(text_.find_first_of('\n'), text_.size() - 1);
    for (const char c : text_.substr(0, text_.size() - 1)) {
      EXPECT_TRUE(c >= ' ' && c <= '~') << static_cast<int>(c) << " in " << text_;
    }
    // comm, predicate, path, name
    EXPECT_EQ(std::count(text_.begin(), text_.end(), '"'), 8) << text_;
    EXPECT_LE(text_.size(), static_cast<size_t>(EVF_MAX_RECORD));
    return parse_records(text_).at(0);
  }

  std::string text_;
};

TEST_F(RecordEscapes, Newline) {
  Denied record = record_of("a\nevent=forged pid=1", "x\nlost=9");
  EXPECT_EQ(record["name"], R"(a\nevent=forged pid=1)");
  EXPECT_EQ(record["path"], R"(/a\nevent=forged pid=1)");
  EXPECT_EQ(record["comm"], R"(x\nlost=9)");
}

TEST_F(RecordEscapes, Quotes) {
  Denied record = record_of("a\" uid=0 x=\"", "b\" pid=1");
  EXPECT_EQ(record["name"], R"(a\042 uid=0 x=\042)");
  EXPECT_EQ(record["comm"], R"(b\042 pid=1)");
  EXPECT_EQ(record["uid"], "1000");
}

TEST_F(RecordEscapes, Backslashes) {
  Denied record = record_of("a\\", "b\\");
  EXPECT_EQ(record["name"], R"(a\\)");
  EXPECT_EQ(record["comm"], R"(b\\)");
  EXPECT_EQ(record["path"], R"(/a\\)");
}

TEST_F(RecordEscapes, TerminalSequencesAndOtherControls) {
  Denied record = record_of("\x1b[2J\a\b\t\v\f\r\x01\x7f", "\x1b]0;x\a");
  EXPECT_EQ(record["name"], R"(\e[2J\a\b\t\v\f\r\001\177)");
  EXPECT_EQ(record["comm"], R"(\e]0;x\a)");
}

TEST_F(RecordEscapes, WhatIsNoAsciiOrNoUtf8) {
  Denied record = record_of("\xff\xc3\xa4\x80\xc2\x9b", "\xfe\xff");
  EXPECT_EQ(record["name"], R"(\377\303\244\200\302\233)");
  EXPECT_EQ(record["comm"], R"(\376\377)");
}

TEST_F(RecordEscapes, StringsOfTheFilter) {
  Denied record = record_of("file", "x", R"(file_open: name == "a\"b\\c\x0ad")");
  EXPECT_EQ(record["predicate"], R"(name == \042a\\\042b\\\\c\\x0ad\042)");
}

TEST_F(RecordEscapes, WhatIsTooLongIsCutBetweenEscapes) {
  // Whatever the offset at which it's cut, no half of an escape is left before the quote
  for (size_t plain = 0; plain < 5; ++plain) {
    for (const char special : {'"', '\\', '\n', '\xff'}) {
      const std::string name = std::string(plain, 'x') + std::string(250 - plain, special);
      Denied record = record_of(name, "cut");
      EXPECT_EQ(record["name"].substr(0, plain), std::string(plain, 'x'));
      if (special == '"' || special == '\xff') {
        EXPECT_TRUE(record["name"].ends_with("...")) << record["name"];
        EXPECT_TRUE(record["path"].ends_with(special == '"' ? "\\042" : "\\377"))
            << "which has room for it";
      }
    }
  }
}

TEST_F(RecordEscapes, ALongPathIsCut) {
  std::string below;
  for (int i = 0; i < 4; ++i) {
    below += std::string(120, '"') + "/";
  }
  Denied record = record_of(below + "end", "x");
  EXPECT_TRUE(record["path"].ends_with("...")) << record["path"];
  EXPECT_EQ(record["name"], "end");
  EXPECT_EQ(record["uid"], "1000");
}

TEST_F(RecordEscapes, ALongPredicateIsCut) {
  const std::string rule = "file_open: name == \"" + std::string(200, '~') + "\\\"\\\"" +
                           std::string(50, '~') + "\"";
  Denied record = record_of("file", "x", rule);
  EXPECT_TRUE(record["predicate"].ends_with("...")) << record["predicate"];
  EXPECT_EQ(record["path"], "/file");
}

TEST(RecordLabels, NamesCannotBeMadeToForge) {
  // A label's name is a word, so it needs no escapes
  const LabelSpace space;
  for (const char* name : {"a\nb", "a\"b", "a b", "a=b", "a,b", "\xff", "\x1b"}) {
    EXPECT_REFUSED(EINVAL, space.write(std::string("label ") + name + "\n")) << name;
  }
  EXPECT_ALLOWED(space.write("label a_b\n"));
}

TEST(RecordLabels, ManyLongOnesAreCut) {
  const Tree tree;
  const std::string file = tree.make_file("file");
  std::string names;
  for (int i = 0; i < EVF_MAX_OBJECT_NAMES; ++i) {
    names += std::string(EVF_MAX_LABEL_NAME - 2, 'a') + std::to_string(10 + i) + " ";
  }
  const LabelSpace space(names);
  space.label_file(file, names);
  const Ruleset ruleset(space, "file_open: deny");
  const Records records(ruleset);
  in_child([&] {
    ruleset.enforce();
    EXPECT_REFUSED(EACCES, try_open(file, O_RDONLY));
  });
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_TRUE(taken[0].at("label").ends_with(",...")) << taken[0].at("label");
  EXPECT_EQ(taken[0].at("name"), "file");
}

}  // namespace
}  // namespace eventfilter::selftest
