// SPDX-License-Identifier: BSD-2-Clause
//
// The layer of a session: what some domain of a role lets through. Not for other layers.
#pragma once

#include <string>

#include "av/vectors.h"
#include "base/result.h"
#include "emit/label_names.h"
#include "emit/schema.h"
#include "events/target.h"
#include "policy/policy.h"

namespace eventfilter::emit {

// The ruleset of a role, canonical and taken by the core's parser. A role without domains lets
// nothing through that a class closes.
base::Result<std::string> session_of(const policy::Role& role, const policy::Policy& policy,
                                     const std::vector<av::DomainVectors>& vectors,
                                     const events::Target& target, LabelNames& labels,
                                     const CoreSchema& schema);

}  // namespace eventfilter::emit
