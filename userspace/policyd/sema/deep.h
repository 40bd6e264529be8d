// SPDX-License-Identifier: BSD-2-Clause
//
// Patterns P/**/GLOB: names at any depth beneath a directory.
#pragma once

#include <vector>

#include "policy/policy.h"
#include "sema/reporter.h"

namespace eventfilter::sema {

// Hands them to the policy, whose other patterns and places are settled already. Reports those whose
// directory has no label of its own, and names that have two.
void settle_deep_names(std::vector<policy::Assignment> deep, policy::Policy& ret, Reporter& reporter);

}  // namespace eventfilter::sema
