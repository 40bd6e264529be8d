// SPDX-License-Identifier: BSD-2-Clause
// Decoding records: what the kernel may write, and what it never does.
#include <cerrno>
#include <climits>
#include <string>

#include <gtest/gtest.h>

#include "eventfilter.hpp"

namespace eventfilter {
namespace {

constexpr const char* kSubject = "event=file_open pid=71 tid=72 comm=\"cat\" uid=1000 domain=5 layer=3 ";
constexpr const char* kVerdict = "action=errno error=13 predicate=\"label & tmp_t\" path=\"/etc/passwd\"";

std::string line(const std::string& values) { return std::string(kSubject) + kVerdict + values + "\n"; }

int next(const std::string& text, eventfilter_record& record) {
  eventfilter_slice rest{text.data(), text.size()};
  return eventfilter_record_next(&rest, &record);
}

std::string value_of(const eventfilter_record& record, const char* name) {
  eventfilter_slice value;
  return eventfilter_record_value(&record, name, &value) == 0 ? std::string(view(value)) : "no such";
}

TEST(Record, WhatIsAlwaysOnHasAnEventOfSeveralWordsAndMayBeOfAllLayers) {
  eventfilter_record record;
  const std::string text =
      "event=cross-label rename pid=71 tid=72 comm=\"mv\" uid=0 domain=5 layer=-1 action=errno error=18 "
      "predicate=\"\" path=\"\"\n";
  ASSERT_EQ(next(text, record), 1);
  EXPECT_EQ(view(record.event), "cross-label rename");
  EXPECT_EQ(record.layer, -1);
  EXPECT_EQ(record.error, 18);
}

TEST(Record, HasEveryField) {
  eventfilter_record record;
  const std::string text = line(" label=none owner=0 name=\"a b=c\" flags=-1");
  ASSERT_EQ(next(text, record), 1);
  EXPECT_EQ(record.lost, 0u);
  EXPECT_EQ(view(record.event), "file_open");
  EXPECT_EQ(record.pid, 71);
  EXPECT_EQ(record.tid, 72);
  EXPECT_EQ(view(record.comm), "cat");
  EXPECT_EQ(record.uid, 1000);
  EXPECT_EQ(record.domain, 5u);
  EXPECT_EQ(record.layer, 3);
  EXPECT_EQ(view(record.action), "errno");
  EXPECT_EQ(record.error, 13);
  EXPECT_EQ(view(record.predicate), "label & tmp_t");
  EXPECT_EQ(view(record.path), "/etc/passwd");
  EXPECT_EQ(record.cut, 0);
  EXPECT_EQ(value_of(record, "label"), "none");
  EXPECT_EQ(value_of(record, "name"), "a b=c");
  EXPECT_EQ(value_of(record, "flags"), "-1");
  EXPECT_EQ(value_of(record, "b"), "no such") << "a name within a string is no name";
}

TEST(Record, MayHaveNoValuesOrBeCut) {
  eventfilter_record record;
  const std::string bare = line(""), cut = line(" owner=0 ..."), all_cut = line(" ...");
  ASSERT_EQ(next(bare, record), 1);
  EXPECT_EQ(record.values.length, 0u);
  ASSERT_EQ(next(cut, record), 1);
  EXPECT_EQ(record.cut, 1);
  EXPECT_EQ(value_of(record, "owner"), "0");
  ASSERT_EQ(next(all_cut, record), 1);
  EXPECT_EQ(record.cut, 1);
  EXPECT_EQ(record.values.length, 0u);
}

TEST(Record, UidMayBeUnmappedAndNumbersLarge) {
  eventfilter_record record;
  std::string text = line("");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string other = text;
    other.replace(other.find(from), from.size(), to);
    return other;
  };
  ASSERT_EQ(next(with("uid=1000", "uid=unmapped"), record), 1);
  EXPECT_EQ(record.uid, -1);
  ASSERT_EQ(next(with("uid=1000", "uid=4294967295"), record), 1);
  EXPECT_EQ(record.uid, 4294967295);
  EXPECT_EQ(next(with("uid=1000", "uid=4294967296"), record), -EBADMSG);
  ASSERT_EQ(next(with("domain=5", "domain=18446744073709551615"), record), 1);
  EXPECT_EQ(record.domain, ULLONG_MAX);
  EXPECT_EQ(next(with("domain=5", "domain=18446744073709551616"), record), -EBADMSG);
  EXPECT_EQ(next(with("pid=71", "pid=2147483648"), record), -EBADMSG);
}

TEST(Record, LostStandsAlone) {
  eventfilter_record record;
  ASSERT_EQ(next("lost=12\n", record), 1);
  EXPECT_EQ(record.lost, 12u);
  EXPECT_EQ(record.event.length, 0u);
  EXPECT_EQ(next("lost=0\n", record), -EBADMSG);
  EXPECT_EQ(next("lost=1 event=x\n", record), -EBADMSG);
}

TEST(Record, OneLineAfterTheOtherAndAHalfOneWaits) {
  const std::string text = line("") + "lost=3\n" + "nonsense\n" + line(" owner=1") + "event=fi";
  eventfilter_slice rest{text.data(), text.size()};
  eventfilter_record record;
  EXPECT_EQ(eventfilter_record_next(&rest, &record), 1);
  EXPECT_EQ(eventfilter_record_next(&rest, &record), 1);
  EXPECT_EQ(record.lost, 3u);
  EXPECT_EQ(eventfilter_record_next(&rest, &record), -EBADMSG);
  EXPECT_EQ(record.event.length, 0u);
  EXPECT_EQ(eventfilter_record_next(&rest, &record), 1);
  EXPECT_EQ(eventfilter_record_next(&rest, &record), 0);
  EXPECT_EQ(view(rest), "event=fi");
  eventfilter_slice none{nullptr, 0};
  EXPECT_EQ(eventfilter_record_next(&none, &record), 0);
  int seen = 0;
  EXPECT_FALSE(for_each_record(text, [&](const eventfilter_record&) { seen++; }));
  EXPECT_EQ(seen, 3);
}

TEST(Record, WhatTheKernelNeverWritesIsNone) {
  eventfilter_record record;
  const std::string good = line(" owner=0");
  for (size_t cut = 0; cut + 2 < good.size(); cut++) {
    const bool is_whole = cut == good.find(" owner");
    EXPECT_EQ(next(good.substr(0, cut) + "\n", record), is_whole ? 1 : -EBADMSG) << cut;
  }
  for (const char* values : {" owner", " =1", " owner=1 ", "owner=1", " owner=\"x", " owner=x\"y",
                             " owner=\"x\"y", "  owner=1", " owner=1 .....", " owner= x=1"})
    EXPECT_EQ(next(line(values), record), -EBADMSG) << values;
}

TEST(Unescape, EveryEscapeOfTheKernel) {
  const std::string_view text = R"(a\a\b\t\n\v\f\r\e\\\042\000\377z)";
  const eventfilter_slice slice{text.data(), text.size()};
  char bytes[16];
  ASSERT_EQ(eventfilter_unescape(&slice, bytes, sizeof(bytes)), 14);
  EXPECT_EQ(std::string(bytes, 14), std::string("a\a\b\t\n\v\f\r\x1b\\\"\0\xffz", 14));
  EXPECT_EQ(eventfilter_unescape(&slice, bytes, 14), 14);
  EXPECT_EQ(eventfilter_unescape(&slice, bytes, 13), -ERANGE);
}

TEST(Unescape, RefusesOthers) {
  char bytes[16];
  for (const std::string_view text : {"\\", "\\x", "\\0", "\\04", "\\048", "\\400", "\\08 "}) {
    const eventfilter_slice slice{text.data(), text.size()};
    EXPECT_EQ(eventfilter_unescape(&slice, bytes, sizeof(bytes)), -EBADMSG) << text;
  }
}

}  // namespace
}  // namespace eventfilter
