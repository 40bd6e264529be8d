// SPDX-License-Identifier: BSD-2-Clause
//
// The words of a rule: "send", "(send, receive)", "set=(hup int)", "peer=x".
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace eventfilter::apparmor {

struct Words {
  std::set<std::string> plain;                                    // those in parentheses one by one
  std::map<std::string, std::vector<std::string>> conditions;     // by what is before "="

  bool has(const std::string& condition) const { return conditions.contains(condition); }
};

// Without the first word, the rule's class.
Words read_words(const std::vector<std::string>& words);

}  // namespace eventfilter::apparmor
