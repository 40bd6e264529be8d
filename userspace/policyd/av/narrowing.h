// SPDX-License-Identifier: BSD-2-Clause
//
// What a domain allows in vain, because another one that holds as well refuses it. Not for other
// layers.
#pragma once

#include <vector>

#include "av/vectors.h"

namespace eventfilter::av {

void check_narrowing(const policy::Policy& policy, const std::vector<DomainVectors>& vectors,
                     diag::Diagnostics& diagnostics);

}  // namespace eventfilter::av
