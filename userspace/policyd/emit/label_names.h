// SPDX-License-Identifier: BSD-2-Clause
//
// How filters name labels: one by one, or by an attribute where that is shorter. Not for other layers.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "events/target.h"
#include "policy/condition.h"
#include "policy/policy.h"

namespace eventfilter::emit {

// Refers to the policy. Remembers which attributes were named.
class LabelNames {
 public:
  explicit LabelNames(const policy::Policy& policy);

  // The test of a label field for any of some labels (sorted, not empty). Up to four are named one by
  // one, as a reader expects it.
  policy::ConditionPtr test(const events::Event& event, const std::string& field,
                            const std::vector<policy::LabelId>& labels);

  // All names that the label space can have: labels, groups that booleans switch, and attributes as far
  // as the kernel's limits allow it. Sorted.
  std::vector<policy::Label> names() const;

  // The attributes that some test named, sorted by name.
  std::vector<const policy::Attribute*> used() const;

 private:
  policy::ConditionPtr carried(const std::string& field, const std::vector<policy::LabelId>& labels);

  const policy::Policy& policy_;
  std::vector<const policy::Attribute*> attributes_;
  std::set<const policy::Attribute*> used_;
};

}  // namespace eventfilter::emit
