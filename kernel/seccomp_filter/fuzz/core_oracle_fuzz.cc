// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Random filters over random records: the core against the oracle.
#include <cstddef>
#include <cstdint>

#include "fuzz/generate.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  eventfilter::oracle::compare(eventfilter::oracle::generate(data, size));
  return 0;
}
