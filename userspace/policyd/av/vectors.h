// SPDX-License-Identifier: BSD-2-Clause
//
// Checked policy -> access vectors: per domain and event, on which objects and under which
// condition it passes. The entry of this layer.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "diag/diagnostics.h"
#include "events/target.h"
#include "policy/condition.h"
#include "policy/policy.h"

namespace eventfilter::av {

// Objects with one of `labels`, where `when` holds.
struct LabelGroup {
  std::vector<policy::LabelId> labels;  // sorted, not empty
  policy::ConditionPtr when;
};

// An event passes if (`any`, or one of `allow` holds) and none of `deny` and `deny_any` does.
// Groups are disjoint and sorted by their first label.
struct Verdict {
  policy::ConditionPtr any;
  std::vector<LabelGroup> allow;
  std::vector<LabelGroup> deny;
  policy::ConditionPtr deny_any;

  bool is_always() const;
  bool is_never() const;
};

// A verdict, and what happens where it is no.
struct Step {
  Verdict verdict;
  std::string action;  // "errno ENOENT quiet"; empty for the event's default
};

// All steps of an event must pass; the first that doesn't decides the action.
struct EventVector {
  const events::Event* event = nullptr;
  std::vector<Step> steps;
};

struct DomainVectors {
  std::string name;
  diag::Range range;
  bool permissive = false;
  std::set<events::Group> closed;   // groups whose events pass only with a vector of their own
  std::vector<EventVector> events;  // object events in the target's order, then syscalls by name
};

// The vectors of every domain, in the policy's order. Warns about rules that do nothing.
std::vector<DomainVectors> compute(const policy::Policy& policy, const events::Target& target,
                                   diag::Diagnostics& diagnostics);

}  // namespace eventfilter::av
