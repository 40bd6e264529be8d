// SPDX-License-Identifier: BSD-2-Clause
//
// What must outlive labeld: it rests with whoever started it, as descriptors and one sealed memfd that
// says what they are.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/fd.h"
#include "ipc/client_protocol.h"
#include "labeld/rulesets.h"
#include "labeld/plan.h"

namespace eventfilter::labeld {

using Handed = std::map<std::string, std::vector<base::Fd>>;

// All that there is to know.
struct State {
  std::uint64_t policy = 0;             // number of the last one
  std::map<std::string, bool> booleans;  // that were set by hand
  std::set<uid_t> users;                // who have instances
  Plan by_hand;
  std::map<RulesetKey, HeldRuleset> rulesets;
};

// The bytes that describe it; descriptors aren't in them.
std::string describe(const State& state);

// What was described, with the descriptors found among those that were handed over. What has none
// is left out. None if the bytes aren't a description.
std::optional<State> recall(const std::string& bytes, Handed& handed);

// Keeps descriptors and descriptions with whoever started this process.
class Rest {
 public:
  // Of what rests, the latest description that is whole; what it refers to is known to rest.
  std::optional<State> take_back(Handed& handed);

  void keep_space(int space);

  // After this the state would be found again, whenever this process dies. What an earlier state had
  // and this one doesn't is let go.
  void put(const State& state);

 private:
  void keep_one(const std::string& name, int descriptor, std::set<std::string>& wanted);

  std::set<std::string> resting_;  // names
  std::uint64_t serial_ = 0;
};

}  // namespace eventfilter::labeld
