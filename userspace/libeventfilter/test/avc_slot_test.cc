// SPDX-License-Identifier: BSD-2-Clause
//
// A reader meets a writer in a slot of the access vector cache, in every way there is: it gets all of one
// write, or nothing.
#include <algorithm>
#include <functional>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "slot_steps.h"

namespace {

constexpr uint16_t kClass = 256, kOtherClass = 512;

slot_content content(uint32_t subject, uint32_t object, uint16_t class_id, uint32_t mark) {
  return {subject, object, class_id, {mark, mark, mark, mark}};
}

// How often a reader was told what, by the mark
struct Told {
  std::set<uint32_t> marks;
  int torn = 0, nothing = 0, schedules = 0;
};

Told every_way(const std::vector<slot_content>& writes, const slot_content& asked) {
  const size_t stores = slot_record(&writes[0], writes.data() + 1, writes.size() - 1);
  Told told;
  std::vector<unsigned char> schedule(SLOT_LOADS_MAX, 0);
  slot_content answer = asked;
  EXPECT_TRUE(slot_read(schedule.data(), &answer)) << "there from the beginning";
  const size_t loads = slot_loads();
  const std::function<void(size_t, size_t)> choose = [&](size_t load, size_t made) {
    if (load == loads) {
      answer = asked;
      told.schedules++;
      if (!slot_read(schedule.data(), &answer)) {
        told.nothing++;
        return;
      }
      const auto& decision = answer.decision;
      // What is being written decides nothing
      if (decision.decided == 0)
        told.nothing++;
      else if (decision.allowed != decision.decided || decision.audited != decision.decided ||
               decision.generation != decision.decided)
        told.torn++;
      else
        told.marks.insert(decision.decided);
      return;
    }
    for (size_t now = made; now <= stores; now++) {
      schedule[load] = static_cast<unsigned char>(now);
      choose(load + 1, now);
    }
  };
  choose(0, 0);
  return told;
}

TEST(AvcSlot, ReaderGetsAllOfOneWriteOrNothing) {
  const auto asked = content(1, 2, kClass, 0);
  const Told told = every_way({content(1, 2, kClass, 11), content(1, 2, kClass, 12)}, asked);
  EXPECT_EQ(told.torn, 0);
  EXPECT_GT(told.nothing, 0);
  EXPECT_GT(told.schedules, 3000);
  EXPECT_EQ(told.marks, (std::set<uint32_t>{11, 12}));
}

TEST(AvcSlot, AnothersEntryIsNeverTold) {
  const auto asked = content(1, 2, kClass, 0);
  for (const auto& other : {content(3, 2, kClass, 99), content(1, 3, kClass, 99),
                            content(1, 2, kOtherClass, 99), content(3, 4, kOtherClass, 99)}) {
    const Told told = every_way({content(1, 2, kClass, 11), other}, asked);
    EXPECT_EQ(told.torn, 0);
    EXPECT_EQ(told.marks, (std::set<uint32_t>{11}));
  }
}

TEST(AvcSlot, GoneAndBackAgain) {
  const auto asked = content(1, 2, kClass, 0);
  const Told told =
      every_way({content(1, 2, kClass, 11), content(3, 4, kClass, 99), content(1, 2, kClass, 13)}, asked);
  EXPECT_EQ(told.torn, 0);
  EXPECT_EQ(told.marks, (std::set<uint32_t>{11, 13}));
}

}  // namespace
