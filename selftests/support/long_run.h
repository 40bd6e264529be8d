// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdlib>

namespace eventfilter::selftest {

// How often a stress test goes round: a little by default, EVF_LONG=1 asks for all of it
inline int rounds(int by_default, int when_long) {
  return std::getenv("EVF_LONG") != nullptr ? when_long : by_default;
}

}  // namespace eventfilter::selftest
