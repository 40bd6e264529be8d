// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One program for several passes where all of them pass, whatever they test.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core_test/schema.hh"

namespace eventfilter::core_test {
namespace {

struct Freed {
  void operator()(evf_program* program) const { evf_program_free(program); }
};
using Joined = std::unique_ptr<evf_program, Freed>;

int join(const std::vector<const evf_program*>& programs, Joined* joined) {
  evf_program* program = nullptr;
  const int error = evf_program_join(programs.data(), static_cast<u32>(programs.size()), &program);
  joined->reset(program);
  return error;
}

// What the vectors say of one event: filters, and records to try them on
struct Material {
  std::vector<std::unique_ptr<Rules>> filters;
  std::vector<const char*> records;
};

std::map<const evf_event*, Material> material() {
  std::map<const evf_event*, Material> events;
  for (u32 i = 0; i < evf_nr_vectors; ++i) {
    const evf_vector& vector = evf_vectors[i];
    if (vector.kind != EVF_V_PASSES && vector.kind != EVF_V_REFUSES) continue;
    auto rules = std::make_unique<Rules>(std::string_view(vector.text, vector.text_len));
    Material& of_event = events[rules->event(0)];
    of_event.records.push_back(vector.record);
    of_event.filters.push_back(std::move(rules));
  }
  return events;
}

TEST(Join, PassesWhereAllPass) {
  std::mt19937 random(6);
  int passed = 0, refused = 0;
  for (const auto& [event, of_event] : material()) {
    for (int round = 0; round < 300; ++round) {
      std::vector<const evf_program*> programs(1 + random() % 4);
      for (auto& program : programs)
        program = (*of_event.filters[random() % of_event.filters.size()])[0].program;
      Joined joined;
      ASSERT_EQ(join(programs, &joined), 0);
      for (const char* record : of_event.records) {
        evf_vector_values values;
        ASSERT_TRUE(evf_vector_record(event, record, &values));
        bool all = true;
        for (const evf_program* program : programs)
          all = all && evf_program_run(program, &values.record) == EVF_PASS;
        ASSERT_EQ(evf_program_run(joined.get(), &values.record) == EVF_PASS, all)
            << event->name << ", round " << round << ": " << record;
        (all ? passed : refused) += 1;
      }
    }
  }
  EXPECT_GT(passed, 10000);
  EXPECT_GT(refused, 10000);
}

TEST(Join, ReadsWhatAnyOfThemReads) {
  const Rules rules(
      "file_open: label & tmp_t\nfile_open: owner == 1 && name == \"a\"\nfile_open: mode & 1\n");
  Joined joined;
  ASSERT_EQ(join({rules[0].program, rules[1].program, rules[2].program}, &joined), 0);
  EXPECT_EQ(evf_program_slots(joined.get()),
            1U << EVF_SLOT_file_open_label | 1U << EVF_SLOT_file_open_owner |
                1U << EVF_SLOT_file_open_name | 1U << EVF_SLOT_file_open_mode);
  EXPECT_EQ(evf_program_label_slots(joined.get()), 1U << EVF_SLOT_file_open_label);
}

TEST(Join, RunsTheSameOnlyOnce) {
  const Rules rules("sys_enter_write: fd in { 1, 200 }\n");
  const Rules again("sys_enter_write: fd in { 1, 200 }\n");
  const Rules other("sys_enter_write: fd in { 1, 201 }\n");
  Joined one, twice, both;
  ASSERT_EQ(join({rules[0].program}, &one), 0);
  ASSERT_EQ(join({rules[0].program, again[0].program, rules[0].program}, &twice), 0);
  ASSERT_EQ(join({rules[0].program, other[0].program}, &both), 0);
  EXPECT_EQ(evf_program_size(one.get()), evf_program_size(twice.get()));
  EXPECT_EQ(evf_program_cost(twice.get()), 1U);
  EXPECT_EQ(evf_program_cost(both.get()), 2U);
}

TEST(Join, NarrowsTheSameLimit) {
  const Rules rules(
      "sys_enter_write: count < 1000\nsys_enter_write: fd == 1\nsys_enter_write: count <= 100\n"
      "sys_enter_write: count >= 50\nsys_enter_write: !(count < 20)\n");
  Joined joined;
  evf_record record{};
  record.v[0].num = 1;
  const auto passes = [&](u64 count) {
    record.v[2].num = count;
    return evf_program_run(joined.get(), &record) == EVF_PASS;
  };
  ASSERT_EQ(join({rules[0].program, rules[1].program, rules[2].program}, &joined), 0);
  EXPECT_EQ(evf_program_cost(joined.get()), 2U);
  EXPECT_TRUE(passes(0));
  EXPECT_TRUE(passes(100));
  EXPECT_FALSE(passes(101));
  EXPECT_FALSE(passes(1000));
  ASSERT_EQ(join({rules[2].program, rules[0].program}, &joined), 0);
  EXPECT_FALSE(passes(101)) << "whichever comes first";
  ASSERT_EQ(join({rules[0].program, rules[3].program, rules[4].program}, &joined), 0);
  EXPECT_EQ(evf_program_cost(joined.get()), 3U) << "not of those that begin elsewhere";
  EXPECT_FALSE(passes(49));
  EXPECT_TRUE(passes(50));
  EXPECT_TRUE(passes(999));
}

TEST(Join, NarrowsTheSameSmallNumber) {
  const Rules rules(
      "sys_enter_write: fd in { 1, 2, 5 }\nsys_enter_write: fd in { 0, 1, 2 }\n"
      "sys_enter_write: fd in { 3, 7 }\nsys_enter_write: count in { 1, 2 }\n"
      "sys_enter_write: fd in { 1, 2 } && count\n");
  Joined joined;
  evf_record record{};
  const auto passes = [&](u64 fd) {
    record.v[0].num = fd;
    return evf_program_run(joined.get(), &record) == EVF_PASS;
  };
  ASSERT_EQ(join({rules[0].program, rules[1].program}, &joined), 0);
  EXPECT_EQ(evf_program_cost(joined.get()), 1U);
  EXPECT_FALSE(passes(0));
  EXPECT_TRUE(passes(1));
  EXPECT_TRUE(passes(2));
  EXPECT_FALSE(passes(5));
  EXPECT_FALSE(passes(65)) << "64 more than 1";
  ASSERT_EQ(join({rules[0].program, rules[1].program, rules[2].program}, &joined), 0);
  EXPECT_EQ(evf_program_cost(joined.get()), 1U);
  for (u64 fd = 0; fd < 8; ++fd) EXPECT_FALSE(passes(fd)) << fd;
  ASSERT_EQ(join({rules[0].program, rules[3].program, rules[1].program}, &joined), 0);
  EXPECT_EQ(evf_program_cost(joined.get()), 2U) << "wherever it stands";
  ASSERT_EQ(join({rules[0].program, rules[4].program}, &joined), 0);
  EXPECT_EQ(evf_program_cost(joined.get()), 3U) << "of whole programs only";
}

// Programs of one test each, none like another
std::vector<const evf_program*> different(const Rules& rules) {
  std::vector<const evf_program*> programs;
  for (u32 i = 0; i < rules->nr; ++i) programs.push_back(rules[i].program);
  return programs;
}

TEST(Join, IsRefusedWhereItWouldBeTooLong) {
  std::string text;
  for (int i = 0; i <= EVF_MAX_PREDICATES; ++i)
    text += "sys_enter_write: count != " + std::to_string(i) + "\n";
  const Rules rules(text);
  std::vector<const evf_program*> programs = different(rules);
  Joined joined;
  EXPECT_EQ(join(programs, &joined), -E2BIG);
  EXPECT_EQ(joined, nullptr);
  programs.pop_back();
  ASSERT_EQ(join(programs, &joined), 0);
  evf_record record{};
  record.v[2].num = EVF_MAX_PREDICATES;
  EXPECT_EQ(evf_program_run(joined.get(), &record), EVF_PASS);
  record.v[2].num = EVF_MAX_PREDICATES - 1;
  EXPECT_NE(evf_program_run(joined.get(), &record), EVF_PASS);
  programs.pop_back();
  ASSERT_EQ(join(programs, &joined), 0);
  EXPECT_EQ(evf_program_run(joined.get(), &record), EVF_PASS);
}

}  // namespace
}  // namespace eventfilter::core_test
