// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace eventfilter::selftest {

// A system call, its registers exactly as they will be
struct Call {
  long number;
  std::array<uint64_t, 6> arguments;
};

// Makes the calls under the rules, as uid 1000, in one process: a letter each, 'P' for passed, 'r'
// for refused. Rules say "else errno EDOM"; the calls must be ones that fail or do nothing by
// themselves.
std::string verdicts(const std::string& rules, const std::vector<Call>& calls);

// "sys_enter_NAME: FILTER else errno EDOM" for one call of that number
bool passes(const std::string& name, const std::string& filter, const Call& call);

}  // namespace eventfilter::selftest
