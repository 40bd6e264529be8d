// SPDX-License-Identifier: BSD-2-Clause
#include "policy/number.h"

#include <algorithm>

namespace eventfilter::policy {

std::string print(Number number) {
  std::string digits;
  const bool minus = number < 0;
  if (minus) number = -number;
  do {
    digits += static_cast<char>('0' + static_cast<int>(number % 10));
    number /= 10;
  } while (number != 0);
  if (minus) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace eventfilter::policy
