// SPDX-License-Identifier: BSD-2-Clause
#include "records/record.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace eventfilter::records {
namespace {

constexpr const char* kOpen =
    "event=file_open pid=71 tid=72 comm=\"cat\" uid=1000 domain=5 layer=1 action=errno error=13 "
    "predicate=\"label & tmp_t\" path=\"/etc/passwd\" label=etc_t,data owner=0 name=\"passwd\"";

Record parsed(std::string_view line) {
  auto record = parse_record(line);
  EXPECT_TRUE(record.ok()) << (record ? "" : record.error().message);
  return record ? record.value() : Record{};
}

TEST(Record, HasAllThatTheLineSays) {
  const Record record = parsed(kOpen);
  EXPECT_EQ(record.event, "file_open");
  EXPECT_EQ(record.pid, 71);
  EXPECT_EQ(record.tid, 72);
  EXPECT_EQ(record.comm, "cat");
  EXPECT_EQ(record.uid, "1000");
  EXPECT_EQ(record.domain, 5U);
  EXPECT_EQ(record.layer, 1);
  EXPECT_EQ(record.action, "errno");
  EXPECT_EQ(record.error, 13);
  EXPECT_EQ(record.predicate, "label & tmp_t");
  EXPECT_EQ(record.path, "/etc/passwd");
  EXPECT_EQ(record.values,
            (std::vector<Value>{
                {"label", "etc_t,data", false}, {"owner", "0", false}, {"name", "passwd", true}}));
  EXPECT_FALSE(record.is_cut);
  EXPECT_EQ(parsed(std::string(kOpen) + "\n"), record);
}

TEST(Record, LabelsAndNumbersOfFields) {
  const Record record =
      parsed(std::string(kOpen) +
             " new_label=none far_label=unknown ip=0xfffe big=18446744073709551615 low=-7");
  EXPECT_EQ(record.labels("label"), (std::vector<std::string>{"etc_t", "data"}));
  EXPECT_TRUE(record.labels("new_label").empty());
  EXPECT_TRUE(record.labels("far_label").empty());
  EXPECT_TRUE(record.labels("no_such").empty());
  EXPECT_EQ(number_of(*record.find("owner")).value(), 0);
  EXPECT_EQ(number_of(*record.find("ip")).value(), 0xfffe);
  EXPECT_EQ(number_of(*record.find("big")).value(), -1);
  EXPECT_EQ(number_of(*record.find("low")).value(), -7);
  EXPECT_EQ(number_of(*record.find("label")).error().message, "label=etc_t,data is no number");
  EXPECT_FALSE(number_of(*record.find("name")).ok());
}

TEST(Record, EscapesAreUndone) {
  const Record record = parsed(
      "event=file_open pid=1 tid=1 comm=\"a\\042b\\\\c\" uid=unmapped domain=1 layer=0 action=log "
      "error=0 predicate=\"\" path=\"/\\n\\t\\e\\377\\a\\b\\v\\f\\r\"");
  EXPECT_EQ(record.comm, "a\"b\\c");
  EXPECT_EQ(record.uid, "unmapped");
  EXPECT_EQ(record.path, "/\n\t\033\377\a\b\v\f\r");
}

TEST(Record, AuditPutsWordsBeforeItAndCountsLostOnes) {
  const Record record = parsed(
      "type=AVC msg=audit(1.0:7): lsm=eventfilter event=file_open pid=71 tid=71 comm=\"cat\" uid=0 "
      "domain=5 layer=0 action=errno error=13 lost=3 predicate=\"\" path=\"/x\" label=none ...");
  EXPECT_EQ(record.lost, 3U);
  EXPECT_EQ(record.path, "/x");
  EXPECT_TRUE(record.is_cut);
  EXPECT_EQ(record.values.size(), 1U);
  const Record odd = parsed(
      "event=file_open pid=71 tid=71 comm=\"x lost=5\" uid=0 domain=5 layer=0 action=errno "
      "error=13 "
      "lost=3 predicate=\"\" path=\"/ lost=7\"");
  EXPECT_EQ(odd.lost, 3U);
  EXPECT_EQ(odd.comm, "x lost=5");
  EXPECT_EQ(odd.path, "/ lost=7");
}

TEST(Record, EventsThatAreAlwaysOnHaveSeveralWords) {
  const Record record = parsed(
      "event=cross-label rename pid=71 tid=71 comm=\"mv\" uid=0 domain=5 layer=0 action=errno "
      "error=18 "
      "predicate=\"\" path=\"\"");
  EXPECT_EQ(record.event, "cross-label rename");
  EXPECT_EQ(record.comm, "mv");
}

TEST(Record, LostRecordsAreALineOfTheirOwn) {
  const Record record = parsed("lost=12\n");
  EXPECT_EQ(record.lost, 12U);
  EXPECT_EQ(record.event, "");
}

TEST(Record, NothingIsGuessed) {
  const std::string whole = kOpen;
  for (const std::string& line :
       {std::string(), std::string("lost=x"), std::string("lost=1 x=2"),
        std::string("event=a pid=1"), whole.substr(0, whole.size() - 1), whole + " x=\"a\"b",
        whole + " x=\"\\q\"", whole + " nothing", whole + " x=\"\\777\"", whole + "\n" + whole}) {
    const auto record = parse_record(line);
    ASSERT_FALSE(record.ok()) << line;
    EXPECT_EQ(record.error().code, EINVAL);
    EXPECT_EQ(record.error().message, "this is no record of the kernel");
  }
}

TEST(Record, AllLayersAreMinusOne) {
  std::string line = kOpen;
  line.replace(line.find("layer=1"), 7, "layer=-1");
  EXPECT_EQ(parsed(line).layer, -1);
  line.replace(line.find("layer=-1"), 8, "layer=-2");
  EXPECT_FALSE(parse_record(line).ok());
}

TEST(Record, AFileCalledLostIsNoLostRecord) {
  std::string line = kOpen;
  line.replace(line.find("/etc/passwd"), 11, "/ lost=9 predicate=");
  EXPECT_EQ(parsed(line).lost, 0U);
  EXPECT_EQ(parsed(line).path, "/ lost=9 predicate=");
}

}  // namespace
}  // namespace eventfilter::records
