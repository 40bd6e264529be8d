// SPDX-License-Identifier: BSD-2-Clause
//
// Eight threads and a policy that keeps changing: no answer is older than what was said to be done before
// it was asked for. ThreadSanitizer runs these, too.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "eventfilter/avc.hpp"

namespace eventfilter {
namespace {

constexpr int kThreads = 8, kNames = 24;

int times(int usual) { return std::getenv("EVF_LONG") != nullptr ? 100 * usual : usual; }

// A policy that is a number, which every answer carries
struct Policy {
  std::atomic<uint32_t> answers = 1;  // what is answered from
  std::atomic<uint32_t> done = 1;     // what its author was told is in force
};

Avc make(Policy& policy, size_t entries, int page) {
  return Avc::create(entries,
                     [&policy](const eventfilter_avc_question&, eventfilter_avc_decision& decision) {
                       decision.decided = ~0U;
                       decision.allowed = policy.answers.load();
                       decision.audited = ~decision.allowed;
                       return 0;
                     },
                     page)
      .value();
}

struct Seen {
  uint64_t checks = 0, old = 0, torn = 0, early = 0, gave_up = 0;
};

// Asks until told to stop
Seen ask(Avc& avc, const Policy& policy, const std::atomic<bool>& stop, unsigned seed,
         std::atomic<uint64_t>& checks) {
  std::minstd_rand random(seed);
  const uint16_t vdisk = avc.class_id("vdisk", "read").value();
  Seen seen;
  while (!stop.load(std::memory_order_relaxed)) {
    const uint32_t subject = avc.id("n" + std::to_string(random() % kNames)).value();
    const uint32_t object = avc.id("n" + std::to_string(random() % kNames)).value();
    const uint32_t before = policy.done.load();
    eventfilter_avc_decision decision;
    const int result = eventfilter_avc_decide(avc.get(), subject, object, vdisk, 1, &decision);
    const uint32_t after = policy.answers.load();
    seen.checks++;
    checks.store(seen.checks, std::memory_order_relaxed);
    if (result == -EAGAIN) {
      seen.gave_up++;
      continue;
    }
    seen.old += decision.allowed < before;
    seen.early += decision.allowed > after;
    seen.torn += decision.audited != ~decision.allowed || decision.decided != ~0U ||
                 (result == 0) != ((decision.allowed & 1) != 0);
  }
  return seen;
}

void expect_never_old(Avc& avc, Policy& policy, const std::function<void()>& change, int changes) {
  std::atomic<bool> stop = false;
  std::vector<Seen> seen(kThreads);
  std::vector<std::atomic<uint64_t>> checks_of(kThreads);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < kThreads; i++)
    threads.emplace_back([&, i] { seen[i] = ask(avc, policy, stop, i + 1, checks_of[i]); });
  const auto slowest = [&] { return std::min_element(checks_of.begin(), checks_of.end())->load(); };
  // Until each thread has asked often enough, too
  for (int i = 0; i < changes || slowest() < static_cast<uint64_t>(changes); i++) {
    policy.answers++;
    change();
    policy.done = policy.answers.load();
    if (i % 8 == 0) std::this_thread::yield();
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  uint64_t checks = 0, gave_up = 0;
  for (const Seen& one : seen) {
    EXPECT_EQ(one.old, 0u);
    EXPECT_EQ(one.early, 0u);
    EXPECT_EQ(one.torn, 0u);
    checks += one.checks;
    gave_up += one.gave_up;
  }
  const auto stats = avc.stats();
  EXPECT_EQ(stats.failures, gave_up);
  EXPECT_GE(stats.hits + stats.misses, checks) << "each was counted";
  EXPECT_EQ(stats.misses, stats.inserts + stats.crowded);
}

TEST(AvcThreads, NoAnswerIsOfYesterday) {
  for (const size_t entries : {8U, 4096U}) {
    Policy policy;
    Avc avc = make(policy, entries, -1);
    expect_never_old(avc, policy, [&] { EXPECT_TRUE(avc.invalidate().ok()); }, times(3000));
  }
}

TEST(AvcThreads, NorWithAPublisher) {
  AvcPublisher publisher = AvcPublisher::create().value();
  Policy policy;
  Avc avc = make(policy, 256, publisher.fd());
  expect_never_old(avc, policy, [&] { publisher.publish(); }, times(3000));
}

TEST(AvcThreads, NorWhenThePublisherIsReplaced) {
  std::vector<AvcPublisher> publishers;
  publishers.push_back(AvcPublisher::create().value());
  Policy policy;
  Avc avc = make(policy, 256, publishers.back().fd());
  const auto replace = [&] {
    publishers.push_back(AvcPublisher::create().value());
    EXPECT_TRUE(avc.reconnect(publishers.back().fd()).ok());
    publishers.erase(publishers.begin());
  };
  expect_never_old(avc, policy, replace, times(500));
}

TEST(AvcThreads, EachLookupIsCountedOnce) {
  Policy policy;
  Avc avc = make(policy, 4096, -1);
  const uint16_t vdisk = avc.class_id("vdisk", "read").value();
  const auto count = [&](uint32_t threads, uint64_t each) {
    const auto before = avc.stats();
    std::atomic<uint32_t> running = 0;
    std::vector<std::thread> all;
    for (uint32_t i = 0; i < threads; i++)
      all.emplace_back([&, i] {
        const uint32_t name = avc.id("n" + std::to_string(i)).value();
        EXPECT_TRUE(avc.allows(name, name, vdisk, 1));
        for (running++; running < threads;) std::this_thread::yield();
        for (uint64_t times = 0; times < each; times++)
          EXPECT_TRUE(avc.allows(name, name, vdisk, 1));
      });
    for (auto& thread : all) thread.join();
    return avc.stats().hits - before.hits;
  };
  EXPECT_EQ(count(60, 500), 60u * 500u);
  ASSERT_TRUE(avc.invalidate().ok());
  EXPECT_EQ(count(60, 500), 60u * 500u) << "the places of those that ended";
  ASSERT_TRUE(avc.invalidate().ok());
  const uint64_t hits = count(80, 500);
  EXPECT_GE(hits, 64u * 500u) << "more threads than places";
  EXPECT_LE(hits, 80u * 500u);
}

TEST(AvcThreads, OneNumberForOneName) {
  Policy policy;
  Avc avc = make(policy, 64, -1);
  std::vector<std::vector<uint32_t>> seen(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++)
    threads.emplace_back([&, i] {
      for (int name = 0; name < 2000; name++)
        seen[static_cast<size_t>(i)].push_back(avc.id("n" + std::to_string(name)).value());
    });
  for (auto& thread : threads) thread.join();
  for (const auto& ids : seen) EXPECT_EQ(ids, seen[0]);
}

}  // namespace
}  // namespace eventfilter
