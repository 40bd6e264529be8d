// SPDX-License-Identifier: BSD-2-Clause
// A hit, a miss and contention in the access vector cache, beside a hash table with a lock.
#include <cstdlib>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <benchmark/benchmark.h>

#include "eventfilter/avc.hpp"

namespace eventfilter {
namespace {

constexpr uint32_t kNames = 64;

int answer(const eventfilter_avc_question&, eventfilter_avc_decision& decision) {
  decision.decided = ~0U;
  decision.allowed = 1;
  return 0;
}

// kNames * kNames entries, which fit
struct OfOurs {
  OfOurs() : avc(Avc::create(4 * kNames * kNames, answer).value()) {
    vdisk = avc.class_id("vdisk", "read").value();
    for (uint32_t i = 1; i <= kNames; i++) avc.id("n" + std::to_string(i)).value();
  }
  bool check(uint32_t subject, uint32_t object) { return avc.allows(subject, object, vdisk, 1); }
  Avc avc;
  uint16_t vdisk;
};

struct Nobody {
  void lock() {}
  void unlock() {}
};

template <typename Mutex, template <typename> typename Guard>
struct OfAMap {
  bool check(uint32_t subject, uint32_t object) {
    const uint64_t key = static_cast<uint64_t>(subject) << 40 | static_cast<uint64_t>(object) << 16 | 1;
    {
      const Guard<Mutex> guard(mutex);
      if (const auto found = map.find(key); found != map.end()) return (found->second & 1) != 0;
    }
    const std::lock_guard<Mutex> guard(mutex);
    return (map[key] = 1) != 0;
  }
  Mutex mutex;
  std::unordered_map<uint64_t, uint64_t> map;
};

using WithMutex = OfAMap<std::mutex, std::lock_guard>;
using WithSharedMutex = OfAMap<std::shared_mutex, std::shared_lock>;
using WithoutLock = OfAMap<Nobody, std::lock_guard>;

template <typename Cache>
Cache& shared() {
  static Cache cache;
  return cache;
}

// Every thread asks for the same few entries
template <typename Cache>
void hit(benchmark::State& state) {
  Cache& cache = shared<Cache>();
  uint32_t i = 0;
  for (auto _ : state) {
    i = (i + 7) % kNames;
    if (!cache.check(i + 1, kNames - i)) std::abort();
  }
}

void miss(benchmark::State& state) {
  OfOurs ours;
  for (auto _ : state) {
    ours.avc.invalidate().value();
    if (!ours.check(1, 2)) std::abort();
  }
}

// A reload after so many lookups of all threads
void hit_between_reloads(benchmark::State& state) {
  OfOurs& ours = shared<OfOurs>();
  uint32_t i = 0;
  for (auto _ : state) {
    i = (i + 7) % kNames;
    if (!ours.check(i + 1, kNames - i)) std::abort();
    if (state.thread_index() == 0 && ++i % 1000 == 0) ours.avc.invalidate().value();
  }
}

BENCHMARK(hit<OfOurs>)->Name("hit/avc")->ThreadRange(1, 8);
BENCHMARK(hit<WithMutex>)->Name("hit/map_mutex")->ThreadRange(1, 8);
BENCHMARK(hit<WithSharedMutex>)->Name("hit/map_shared_mutex")->ThreadRange(1, 8);
BENCHMARK(hit<WithoutLock>)->Name("hit/map_no_lock")->Threads(1);
BENCHMARK(miss)->Name("miss/avc");
BENCHMARK(hit_between_reloads)->Name("hit_between_reloads/avc")->ThreadRange(1, 8);

}  // namespace
}  // namespace eventfilter

BENCHMARK_MAIN();
