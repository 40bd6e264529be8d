// SPDX-License-Identifier: BSD-2-Clause
#include "differential/core_judge.h"

#include <algorithm>
#include <stdexcept>

namespace eventfilter::differential {

using analysis::Outcome;
using interpreter::Booleans;
using interpreter::Event;

// The type, and the groups that it is in.
analysis::Carried CoreJudge::carried(const std::string& label, const Booleans& now) const {
  analysis::Carried all;
  if (!label.empty()) all.insert(label);
  for (const emit::CompiledGroup& group : policy_.groups) {
    const bool is_on = std::all_of(
        group.guards.begin(), group.guards.end(),
        [&](const emit::CompiledBoolean& guard) { return now.at(guard.name) == guard.value; });
    const auto& members = group.members;
    if (is_on && std::find(members.begin(), members.end(), label) != members.end()) {
      all.insert(group.name);
    }
  }
  return all;
}

analysis::Values CoreJudge::values(const Event& event, const Booleans& now) const {
  analysis::Values made;
  for (const auto& [field, label] : event.labels) made.carried[field] = carried(label, now);
  made.numbers = event.numbers;
  made.strings = event.strings;
  made.unmapped = event.undefined;
  return made;
}

Outcome CoreJudge::domain(const std::string& name, const Event& event, const Booleans& now) {
  return replay_.domain(*policy_.find_domain(name), *target_.find(event.name), values(event, now));
}

Outcome CoreJudge::handle(const std::string& name, const Event& event, const Booleans& now) {
  for (const emit::CompiledDomain& one : policy_.handles) {
    if (one.name != name) continue;
    return replay_.ruleset(one.ruleset, *target_.find(event.name), values(event, now));
  }
  throw std::invalid_argument(name);
}

Outcome CoreJudge::session(const std::string& role, const Event& event, const Booleans& now) {
  for (const emit::CompiledRole& one : policy_.roles) {
    if (one.name != role) continue;
    return replay_.ruleset(one.session, *target_.find(event.name), values(event, now));
  }
  throw std::invalid_argument(role);
}

}  // namespace eventfilter::differential
