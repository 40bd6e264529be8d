// SPDX-License-Identifier: BSD-2-Clause
// The access vector cache in one thread: what it answers, when it asks, what it never does.
#include <algorithm>
#include <cerrno>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "eventfilter/avc.hpp"

namespace eventfilter {
namespace {

// Answers as the test says, and remembers what it was asked
class AvcTest : public testing::Test {
 protected:
  Avc make(size_t entries = 64, int page = -1) {
    return Avc::create(entries,
                       [this](const eventfilter_avc_question& question,
                              eventfilter_avc_decision& decision) {
                         asked_++;
                         last_ = std::string(question.subject) + " " + question.object + " " +
                                 question.class_name + " (" + question.permissions + ")";
                         decision.allowed = allowed_;
                         decision.decided = decided_;
                         decision.audited = audited_;
                         if (during_) during_(decision);
                         return error_;
                       },
                       page)
        .value();
  }
  int check(Avc& avc, uint32_t requested, eventfilter_avc_decision* decision = nullptr) {
    eventfilter_avc_decision ignored;
    return eventfilter_avc_decide(avc.get(), avc.id("browser_t").value(), avc.id("disk_t").value(),
                                  avc.class_id("vdisk", "read write flush").value(), requested,
                                  decision != nullptr ? decision : &ignored);
  }

  int asked_ = 0;
  std::string last_;
  uint32_t allowed_ = 1, decided_ = ~0U, audited_ = 4;
  int error_ = 0;
  std::function<void(eventfilter_avc_decision&)> during_;
};

TEST_F(AvcTest, AsksOnceAndRemembers) {
  Avc avc = make();
  eventfilter_avc_decision decision;
  EXPECT_EQ(check(avc, 1, &decision), 0);
  EXPECT_EQ(last_, "browser_t disk_t vdisk (read write flush)");
  EXPECT_EQ(check(avc, 1), 0);
  EXPECT_EQ(check(avc, 2), -EACCES);
  EXPECT_EQ(check(avc, 3), -EACCES) << "all of them, or none";
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(decision.allowed, 1u);
  EXPECT_EQ(decision.decided, ~0U);
  EXPECT_EQ(decision.audited, 4u);
  eventfilter_avc_decision again;
  EXPECT_EQ(check(avc, 1, &again), 0);
  EXPECT_EQ(again.allowed, 1u);
  EXPECT_EQ(again.audited, 4u);
  EXPECT_EQ(again.generation, decision.generation);
  EXPECT_EQ(avc.stats().hits, 4u);
  EXPECT_EQ(avc.stats().misses, 1u);
  EXPECT_EQ(avc.stats().inserts, 1u);
  EXPECT_EQ(avc.stats().entries, 64u);
}

TEST_F(AvcTest, WhatIsOfYesterdayIsAskedAgain) {
  Avc avc = make();
  eventfilter_avc_decision before;
  EXPECT_EQ(check(avc, 1, &before), 0);
  EXPECT_TRUE(avc.is_current(before));
  allowed_ = 0;
  EXPECT_EQ(check(avc, 1), 0) << "nobody has said that it changed";
  ASSERT_TRUE(avc.invalidate().ok());
  EXPECT_FALSE(avc.is_current(before));
  EXPECT_EQ(check(avc, 1), -EACCES);
  EXPECT_EQ(asked_, 2);
  EXPECT_EQ(avc.stats().stale, 1u);
}

TEST_F(AvcTest, AChangeDuringTheAnswerIsAskedAgain) {
  Avc avc = make();
  during_ = [&](eventfilter_avc_decision& decision) {
    if (asked_ == 1) {
      ASSERT_TRUE(avc.invalidate().ok());
      decision.allowed = ~0U;
    }
  };
  allowed_ = 0;
  EXPECT_EQ(check(avc, 1), -EACCES) << "the second answer";
  EXPECT_EQ(asked_, 2);
  EXPECT_EQ(avc.stats().retries, 1u);
}

TEST_F(AvcTest, GivesUpWhereThePolicyNeverRests) {
  Avc avc = make();
  during_ = [&](eventfilter_avc_decision&) { ASSERT_TRUE(avc.invalidate().ok()); };
  eventfilter_avc_decision decision{1, 1, 1, 1};
  EXPECT_EQ(check(avc, 1, &decision), -EAGAIN);
  EXPECT_EQ(asked_, 8);
  EXPECT_EQ(decision.allowed, 0u);
  EXPECT_EQ(avc.stats().failures, 1u);
}

TEST_F(AvcTest, AnAnswerThatIsAheadCountsWhenItIsPublished) {
  AvcPublisher publisher = AvcPublisher::create().value();
  Avc avc = make(64, publisher.fd());
  during_ = [&](eventfilter_avc_decision& decision) {
    decision.generation = publisher.generation() + 1;
    if (asked_ == 3) publisher.publish();
  };
  EXPECT_EQ(check(avc, 1), 0);
  EXPECT_EQ(asked_, 3);
  during_ = nullptr;
  EXPECT_EQ(check(avc, 1), 0);
  EXPECT_EQ(asked_, 3) << "from the cache";
}

TEST_F(AvcTest, PartsOfAnAnswerAddUp) {
  Avc avc = make();
  allowed_ = ~0U;
  decided_ = 1;
  EXPECT_EQ(check(avc, 1), 0);
  decided_ = 2;
  allowed_ = 0;
  EXPECT_EQ(check(avc, 2), -EACCES);
  EXPECT_EQ(asked_, 2);
  eventfilter_avc_decision decision;
  EXPECT_EQ(check(avc, 3, &decision), -EACCES);
  EXPECT_EQ(asked_, 2) << "known from the two";
  EXPECT_EQ(decision.allowed, 1u) << "and nothing that wasn't decided";
  EXPECT_EQ(decision.decided, 3u);
}

TEST_F(AvcTest, AnAnswerThatDoesNotDecideIsNone) {
  Avc avc = make();
  decided_ = 1;
  EXPECT_EQ(check(avc, 3), -EBADMSG);
  EXPECT_EQ(check(avc, 2), -EBADMSG);
  EXPECT_EQ(avc.stats().inserts, 0u);
}

TEST_F(AvcTest, AFailedResolverIsARefusalThatIsNotKept) {
  Avc avc = make();
  error_ = -ETIMEDOUT;
  eventfilter_avc_decision decision{1, 1, 1, 1};
  EXPECT_EQ(check(avc, 1, &decision), -ETIMEDOUT);
  EXPECT_EQ(decision.allowed, 0u);
  EXPECT_EQ(decision.generation, 0u);
  error_ = 1;
  EXPECT_EQ(check(avc, 1), -EBADMSG) << "no errno";
  error_ = 0;
  EXPECT_EQ(check(avc, 1), 0);
  EXPECT_EQ(asked_, 3);
  EXPECT_EQ(avc.stats().failures, 2u);
}

TEST_F(AvcTest, NumbersThatWereNeverGivenAreRefused) {
  Avc avc = make();
  const uint32_t subject = avc.id("a").value(), object = avc.id("b").value();
  const uint16_t vdisk = avc.class_id("vdisk", "read").value();
  for (const uint32_t wrong : {0U, 3U, 512U, 257U, 0x10001U, 0x1000001U, 0x7fff'ffffU, ~0U}) {
    EXPECT_EQ(eventfilter_avc_check(avc.get(), wrong, object, vdisk, 1), -EINVAL) << wrong;
    EXPECT_EQ(eventfilter_avc_check(avc.get(), subject, wrong, vdisk, 1), -EINVAL) << wrong;
    EXPECT_EQ(eventfilter_avc_check(avc.get(), subject, object, static_cast<uint16_t>(wrong), 1), -EINVAL) << wrong;
  }
  EXPECT_EQ(eventfilter_avc_check(avc.get(), 0, 0, 0, 1), -EINVAL);
  EXPECT_EQ(eventfilter_avc_check(avc.get(), subject, object, vdisk, 0), -EINVAL)
      << "asking for nothing is no way to a yes";
  EXPECT_EQ(asked_, 0);
}

TEST_F(AvcTest, NumbersOfOneSumAreTold) {
  // Keys that would be one if the parts ran into each other
  Avc avc = make();
  std::vector<uint32_t> ids;
  for (int i = 0; i < 600; i++) ids.push_back(avc.id("n" + std::to_string(i)).value());
  const uint16_t vdisk = avc.class_id("vdisk", "read").value();
  EXPECT_EQ(eventfilter_avc_check(avc.get(), ids[0], ids[255], vdisk, 1), 0);
  allowed_ = 0;
  EXPECT_EQ(eventfilter_avc_check(avc.get(), ids[255], ids[0], vdisk, 1), -EACCES);
  EXPECT_EQ(eventfilter_avc_check(avc.get(), ids[1], ids[255], vdisk, 1), -EACCES);
}

TEST_F(AvcTest, NamesAreBounded) {
  Avc avc = make();
  EXPECT_EQ(avc.id("").error().code(), EINVAL);
  EXPECT_TRUE(avc.id(std::string(255, 'x')).ok());
  EXPECT_EQ(avc.id(std::string(256, 'x')).error().code(), EINVAL);
  for (int i = 1; i < EVENTFILTER_AVC_MAX_NAMES; i++)
    ASSERT_EQ(avc.id("n" + std::to_string(i)).value(), static_cast<uint32_t>(i) + 1);
  EXPECT_EQ(avc.id("one too many").error().code(), ENOSPC);
  EXPECT_EQ(avc.id("n7").value(), 8u) << "those there are stay";
}

TEST_F(AvcTest, ClassesHavePermissionsInOrder) {
  Avc avc = make();
  const uint16_t vdisk = avc.class_id("vdisk", "  read write   flush ").value();
  EXPECT_EQ(avc.class_id("vdisk", "read write flush").value(), vdisk);
  EXPECT_EQ(avc.permission(vdisk, "read"), 1u);
  EXPECT_EQ(avc.permission(vdisk, "write"), 2u);
  EXPECT_EQ(avc.permission(vdisk, "flush"), 4u);
  EXPECT_EQ(avc.permission(vdisk, "flus"), 0u);
  EXPECT_EQ(avc.permission(vdisk, ""), 0u);
  EXPECT_EQ(avc.permission(static_cast<uint16_t>(vdisk * 2), "read"), 0u);
  EXPECT_EQ(avc.permission(static_cast<uint16_t>(vdisk + 1), "read"), 0u);
  EXPECT_EQ(avc.class_id("vdisk", "read flush").error().code(), EEXIST);
  EXPECT_EQ(avc.class_id("c", "").error().code(), EINVAL);
  EXPECT_EQ(avc.class_id("c", "a b a").error().code(), EINVAL);
  EXPECT_EQ(avc.class_id("", "a").error().code(), EINVAL);
  EXPECT_EQ(avc.class_id(std::string(256, 'c'), "a").error().code(), EINVAL);
  EXPECT_EQ(avc.class_id("c", std::string(256, 'a')).error().code(), EINVAL);
  EXPECT_TRUE(avc.class_id(std::string(255, 'c'), std::string(255, 'a')).ok());
}

TEST_F(AvcTest, ClassesAreBounded) {
  Avc avc = make();
  std::string permissions;
  for (int i = 0; i < 31; i++) permissions += "p" + std::to_string(i) + " ";
  const uint16_t c31 = avc.class_id("c31", permissions).value();
  EXPECT_EQ(avc.permission(c31, "p30"), 1U << 30);
  permissions += "p31 ";
  EXPECT_EQ(avc.permission(avc.class_id("c32", permissions).value(), "p31"), 1U << 31);
  EXPECT_EQ(avc.class_id("c33", permissions + "p32").error().code(), EINVAL);
  for (int i = 3; i < EVENTFILTER_AVC_MAX_CLASSES; i++)
    ASSERT_TRUE(avc.class_id("n" + std::to_string(i), "p").ok()) << i;
  EXPECT_EQ(avc.class_id("one too many", "p").error().code(), ENOSPC);
}

TEST_F(AvcTest, CreateRefuses) {
  eventfilter_avc* avc = nullptr;
  const eventfilter_avc_resolver resolver =
      [](void*, const eventfilter_avc_question*, eventfilter_avc_decision*) { return -EACCES; };
  EXPECT_EQ(eventfilter_avc_create(0, -1, resolver, nullptr, &avc), -EINVAL);
  EXPECT_EQ(eventfilter_avc_create(EVENTFILTER_AVC_MAX_ENTRIES + 1, -1, resolver, nullptr, &avc), -EINVAL);
  EXPECT_EQ(eventfilter_avc_create(1, -1, nullptr, nullptr, &avc), -EINVAL);
  EXPECT_EQ(eventfilter_avc_create(1, 0, resolver, nullptr, &avc), -EPERM) << "no page";
  EXPECT_EQ(eventfilter_avc_create(1, -2, resolver, nullptr, &avc), -EBADF);
  EXPECT_EQ(avc, nullptr);
  eventfilter_avc_destroy(nullptr);
  ASSERT_EQ(eventfilter_avc_create(EVENTFILTER_AVC_MAX_ENTRIES, -1, resolver, nullptr, &avc), 0);
  eventfilter_avc_destroy(avc);
}

TEST_F(AvcTest, FollowsThePublisherAndRefusesWithoutOne) {
  auto publisher = std::make_unique<AvcPublisher>(AvcPublisher::create().value());
  Avc avc = make(64, publisher->fd());
  eventfilter_avc_decision decision;
  EXPECT_EQ(check(avc, 1, &decision), 0);
  EXPECT_EQ(check(avc, 1), 0);
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(avc.invalidate().error().code(), EPERM);
  publisher->publish();
  EXPECT_EQ(check(avc, 1), 0);
  EXPECT_EQ(asked_, 2);
  publisher.reset();
  EXPECT_EQ(check(avc, 1), -ENOTCONN) << "nobody would tell of a change";
  EXPECT_FALSE(avc.is_current(decision));
  EXPECT_EQ(asked_, 2);

  AvcPublisher next = AvcPublisher::create().value();
  ASSERT_TRUE(avc.reconnect(next.fd()).ok());
  allowed_ = 0;
  EXPECT_EQ(check(avc, 1), -EACCES);
  EXPECT_EQ(asked_, 3) << "nothing is left of before";
  EXPECT_EQ(avc.reconnect(0).error().code(), EPERM);
  EXPECT_EQ(check(avc, 1), -EACCES) << "the page stays that was there";
  EXPECT_EQ(asked_, 3);
  EXPECT_EQ(make().reconnect(next.fd()).error().code(), EINVAL);
}

// Keys spread over the buckets: at half load few lose their place
TEST_F(AvcTest, KeysSpread) {
  Avc avc = make(4096);
  const uint16_t vdisk = avc.class_id("vdisk", "read").value();
  for (uint32_t subject = 0; subject < 32; subject++)
    for (uint32_t object = 0; object < 64; object++)
      ASSERT_TRUE(avc.allows(avc.id("n" + std::to_string(subject)).value(),
                             avc.id("n" + std::to_string(object)).value(), vdisk, 1));
  EXPECT_EQ(avc.stats().inserts, 2048u);
  EXPECT_LT(avc.stats().evictions, 100u);
}

// What was decided is what a map says, whatever is asked in whatever order, and however small the cache
TEST_F(AvcTest, SaysWhatAMapSays) {
  std::mt19937 random(20221);
  const auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  using Key = std::tuple<std::string, std::string>;
  for (const size_t entries : {1U, 8U, 64U, 4096U}) {
    std::map<Key, uint32_t> policy;
    Avc avc = Avc::create(entries,
                          [&](const eventfilter_avc_question& question,
                              eventfilter_avc_decision& decision) {
                            // Sometimes all is answered, sometimes only the question
                            decision.decided = below(2) == 0 ? ~0U : question.requested;
                            decision.allowed = policy[Key(question.subject, question.object)];
                            decision.audited = ~decision.allowed;
                            return 0;
                          })
                  .value();
    const uint16_t vdisk = avc.class_id("vdisk", "read").value();
    for (int step = 0; step < 8000; step++) {
      const Key key("s" + std::to_string(below(40)), "o" + std::to_string(below(40)));
      if (below(200) == 0) {
        policy[key] = static_cast<uint32_t>(random());
        ASSERT_TRUE(avc.invalidate().ok());
        continue;
      }
      const uint32_t requested = 1U << below(32) | 1U << below(32);
      const uint32_t subject = avc.id(std::get<0>(key)).value(), object = avc.id(std::get<1>(key)).value();
      eventfilter_avc_decision decision;
      const int result =
          eventfilter_avc_decide(avc.get(), subject, object, vdisk, requested, &decision);
      const uint32_t allowed = policy[key];
      ASSERT_EQ(result, (requested & ~allowed) == 0 ? 0 : -EACCES);
      ASSERT_EQ(requested & ~decision.decided, 0u);
      ASSERT_EQ(decision.allowed, allowed & decision.decided);
      ASSERT_EQ(decision.audited & decision.decided, ~allowed & decision.decided);
      const auto hits = avc.stats().hits;
      ASSERT_EQ(eventfilter_avc_check(avc.get(), subject, object, vdisk, requested), result);
      ASSERT_EQ(avc.stats().hits, hits + 1) << "what was just answered is there";
    }
    const auto stats = avc.stats();
    EXPECT_EQ(stats.failures, 0u);
    EXPECT_EQ(stats.crowded, 0u);
    EXPECT_GE(stats.entries, entries);
    EXPECT_EQ(stats.evictions > 0, entries < 1000) << entries;
  }
}

}  // namespace
}  // namespace eventfilter
