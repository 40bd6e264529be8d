// SPDX-License-Identifier: BSD-2-Clause
//
// Access vectors of the policy's own classes. Not for other layers.
#pragma once

#include <vector>

#include "av/vectors.h"

namespace eventfilter::av {

std::vector<UserVector> user_vectors(const policy::Domain& domain);

}  // namespace eventfilter::av
