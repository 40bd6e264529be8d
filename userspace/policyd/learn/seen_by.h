// SPDX-License-Identifier: BSD-2-Clause
//
// An observation as a policy sees it: with the labels that its objects would have under that
// policy.
#pragma once

#include <string>
#include <vector>

#include "analysis/evaluate.h"
#include "learn/observation.h"

namespace eventfilter::learn {

analysis::Happening seen_by(const emit::CompiledPolicy& policy, const emit::CompiledDomain& domain,
                            const Observation& observation);

// Those that the domain would refuse.
std::vector<Observation> refused_by(const emit::CompiledPolicy& policy,
                                    const emit::CompiledDomain& domain,
                                    const events::Target& target,
                                    const std::vector<Observation>& observations);

}  // namespace eventfilter::learn
