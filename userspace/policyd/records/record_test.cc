// SPDX-License-Identifier: BSD-2-Clause
#include "records/record.h"

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

std::string mistake(std::string_view line) {
  const auto record = parse_record(line);
  return record ? "" : record.error().message;
}

TEST(Record, HasAllThatTheLineSays) {
  const Record record = parsed(kOpen);
  EXPECT_EQ(record.event, "file_open");
  EXPECT_EQ(record.pid, 71);
  EXPECT_EQ(record.tid, 72);
  EXPECT_EQ(record.comm, "cat");
  EXPECT_EQ(record.uid, "1000");
  EXPECT_EQ(record.domain, 5U);
  EXPECT_EQ(record.layer, 1U);
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
  EXPECT_EQ(mistake(""), "no record of the kernel: column 1: \"event=\" is missing");
  EXPECT_EQ(mistake("lost=x"), "no record of the kernel: column 7: no number of lost records");
  EXPECT_EQ(mistake("lost=1 x=2"), "no record of the kernel: column 7: no number of lost records");
  EXPECT_EQ(mistake("event=a pid=1"), "no record of the kernel: column 14: NAME=VALUE, please");
  EXPECT_EQ(mistake("event=a pid=x tid=1 comm=\"\" uid=0 domain=1 layer=0 action=log error=0 "
                    "predicate=\"\" path=\"\""),
            "no record of the kernel: column 70: no number where there has to be one");
  EXPECT_EQ(mistake("event=a pid= tid=1"),
            "no record of the kernel: column 13: a value is missing");
  EXPECT_EQ(mistake("event=a pid=1 tid=1 comm=\"x uid=0"),
            "no record of the kernel: column 21: a quote is missing");
  EXPECT_EQ(mistake(std::string(kOpen) + " x=\"a\"b"),
            "no record of the kernel: column 179: something follows a quote");
  EXPECT_EQ(mistake(std::string(kOpen) + " x=\"\\q\""),
            "no record of the kernel: column 174: an escape that there isn't");
  EXPECT_EQ(mistake(std::string(kOpen) + " nothing"),
            "no record of the kernel: column 174: NAME=VALUE, please");
  EXPECT_EQ(mistake(std::string(kOpen) + " x=\"\\777\""),
            "no record of the kernel: column 174: an escape that there isn't");
}

}  // namespace
}  // namespace eventfilter::records
