// SPDX-License-Identifier: BSD-2-Clause
//
// The algebra of grants: conditions for parts of an event, by label. Not for other layers.
#pragma once

#include <map>
#include <set>

#include "av/vectors.h"
#include "policy/permissions.h"

namespace eventfilter::av {

// What each condition grants, or refuses.
using Terms = std::map<policy::ConditionPtr, policy::Needs, policy::Less>;

// Terms for every object, and further ones by label.
struct ByLabel {
  Terms any;
  std::map<policy::LabelId, Terms> labels;

  void add(const policy::Grant& grant);

  // Forgets what is said about the labels that `deny` refuses as a whole.
  void remove_refused(const ByLabel& deny, policy::Needs whole);

  bool empty() const { return any.empty() && labels.empty(); }
};

// Labels that an object can carry besides others: those of tasks, which have one of each domain that
// they are in.
using Shared = std::set<policy::LabelId>;

// Allowed by `allow`, not refused by `deny`, of an event whose parts are `whole`.
Verdict settle(ByLabel allow, const ByLabel& deny, policy::Needs whole, const Shared& shared);

// Passes unless `deny` says otherwise.
Verdict refusal(const ByLabel& deny, policy::Needs whole);

}  // namespace eventfilter::av
