// SPDX-License-Identifier: BSD-2-Clause
//
// Numbers of any field.
#pragma once

#include <string>
#include <vector>

namespace eventfilter::policy {

// The numbers that a comparison of one field lets through: disjoint, ascending. Numbers of
// 64 bits, signed or not, fit into 128.
__extension__ using Number = __int128;
struct Interval {
  Number from;
  Number to;
};
using Numbers = std::vector<Interval>;

// "-100"; without the standard library's help for 128 bits.
std::string print(Number number);

}  // namespace eventfilter::policy
