// SPDX-License-Identifier: BSD-2-Clause
//
// Numbers from a seed: the same on every machine.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace eventfilter::differential {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
  bool one_in(std::size_t count) { return below(count) == 0; }

  template <typename T>
  const T& one_of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace eventfilter::differential
