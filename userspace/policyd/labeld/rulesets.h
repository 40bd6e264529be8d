// SPDX-License-Identifier: BSD-2-Clause
//
// Rulesets in the kernel, one for each text: a thousand entries into a domain share it, and a
// reload that doesn't change a domain leaves those in it up to date.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "service/server.h"

namespace eventfilter::labeld {

using service::SharedFd;

// What makes a ruleset what it is.
struct RulesetKey {
  std::string domain;
  std::string label;  // that its tasks carry, or ""
  bool permissive = false;
  std::string text;

  auto operator<=>(const RulesetKey&) const = default;
};

// Frozen, and with its records open: who is handed it can neither add to it nor read them.
struct HeldRuleset {
  SharedFd ruleset;
  SharedFd records;
  std::uint64_t serial = 0;
};

// Writes a ruleset: what the kernel has to say against it comes back. For a trial as well.
base::Result<base::Fd> write_ruleset(int space, const RulesetKey& key);

class Rulesets {
 public:
  // The ruleset with this key; a new one is told to `made`.
  base::Result<HeldRuleset> get(int space, const RulesetKey& key);
  std::function<void(const RulesetKey&, const HeldRuleset&)> made;

  // One from before a restart.
  void put(const RulesetKey& key, HeldRuleset held);

  // Lets go of what nobody is to enter any more, and says which.
  std::vector<HeldRuleset> keep_only(const std::set<RulesetKey>& keys);

  const std::map<RulesetKey, HeldRuleset>& all() const { return all_; }

 private:
  std::map<RulesetKey, HeldRuleset> all_;
  std::uint64_t last_ = 0;
};

}  // namespace eventfilter::labeld
