// SPDX-License-Identifier: BSD-2-Clause
//
// Tests of labels where names tell some of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "events/target.h"
#include "policy/condition.h"
#include "policy/policy.h"

namespace eventfilter::policy {

// The field with the name of the object whose label `field` is; nullptr if the event has none.
const char* name_field_of(const std::string& field, const events::Event& event);

// Whether names tell the label, or others from it.
bool is_told_by_names(const Policy& policy, LabelId label);

// A test of a label field for any of some labels that objects carry (sorted, not empty).
using PlainTest = std::function<ConditionPtr(const std::vector<LabelId>&)>;

// The test of a label field for any of `labels` (sorted): by `plain` as far as objects carry them,
// and by names. Where the event has no name, what names would tell has the label of its tree.
ConditionPtr test_labels(const Policy& policy, const events::Event& event, const std::string& field,
                         const std::vector<LabelId>& labels, const PlainTest& plain);

}  // namespace eventfilter::policy
