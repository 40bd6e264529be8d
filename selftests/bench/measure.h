// SPDX-License-Identifier: BSD-2-Clause
// Instructions per operation. Under QEMU's -icount shift=0 one instruction is one tick of the TSC,
// so the figures repeat; elsewhere they are cycles and mean nothing.
#pragma once

#include <x86intrin.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace eventfilter::selftest {

// The median over batches: what a timer tick or the kernel's housekeeping adds to some is left out.
// A batch has to be shorter than a tick, which is 4,000,000 instructions.
template <typename Operation>
double ticks_per_operation(unsigned batch, Operation operation) {
  constexpr int kBatches = 41;
  std::vector<uint64_t> ticks;
  for (int i = 0; i <= kBatches; ++i) {
    const uint64_t start = __rdtsc();
    for (unsigned n = 0; n < batch; ++n) {
      operation();
    }
    const uint64_t end = __rdtsc();
    // The first one warms up
    if (i > 0) {
      ticks.push_back(end - start);
    }
  }
  std::nth_element(ticks.begin(), ticks.begin() + kBatches / 2, ticks.end());
  return static_cast<double>(ticks[kBatches / 2]) / batch;
}

}  // namespace eventfilter::selftest
