// SPDX-License-Identifier: BSD-2-Clause
//
// Checked policy -> access vectors: per domain and event, on which objects and under which
// condition it passes. The entry of this layer.
#pragma once

#include <cstdint>
#include <optional>
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

// What the policy's own classes allow on objects with a label, or on all others: a bit for each
// permission, in the order of the class.
struct UserVector {
  std::size_t user_class = 0;
  std::optional<policy::LabelId> label;
  std::uint32_t allowed = 0;
  std::uint32_t audited = 0;  // of those: recorded although they pass
  std::uint32_t quiet = 0;    // of the others: refused without a record

  bool operator==(const UserVector&) const = default;
};

struct DomainVectors {
  std::string name;
  diag::Range range;
  bool permissive = false;
  std::set<events::Group> closed;   // groups whose events pass only with a vector of their own
  std::vector<EventVector> events;  // object events in the target's order, then syscalls by name
  std::vector<UserVector> user;     // by class; the one without label first
};

struct AccessVectors {
  std::vector<DomainVectors> domains;
  std::vector<DomainVectors> handles;
};

// The vectors of every domain and handle, in the policy's order. Warns about rules that do nothing,
// and reports what a domain allows in vain because the one that it is from refuses it.
AccessVectors compute(const policy::Policy& policy, const events::Target& target,
                      diag::Diagnostics& diagnostics);

}  // namespace eventfilter::av
