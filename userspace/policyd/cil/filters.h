// SPDX-License-Identifier: BSD-2-Clause
// What a domain may do -> access vectors as the emitter takes them. Not for other layers.
#pragma once

#include <vector>

#include "av/vectors.h"
#include "cil/policy.h"
#include "cil/vectors.h"
#include "events/target.h"
#include "policy/policy.h"

namespace eventfilter::cil {

// The names of the label space: types, and attributes as groups; sorted.
std::vector<policy::Label> labels_of(const Policy& policy);

av::DomainVectors filters_of(const Policy& policy, const DomainVectors& domain,
                             const events::Target& target);

}  // namespace eventfilter::cil
