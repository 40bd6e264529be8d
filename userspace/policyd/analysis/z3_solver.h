// SPDX-License-Identifier: BSD-2-Clause
//
// Z3's answer. Not for other layers; the entry is solve.h.
#pragma once

#include "analysis/solve.h"

namespace eventfilter::analysis {

// Whether the filter can be true; its tests of "label" are decided already.
Answer ask_z3(const Filter& filter, const Universe& universe);

}  // namespace eventfilter::analysis
