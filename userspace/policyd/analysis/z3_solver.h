// SPDX-License-Identifier: BSD-2-Clause
//
// Z3's answer. Not for other layers; the entry is solve.h.
#pragma once

#include "analysis/solve.h"

namespace eventfilter::analysis {

// Whether some event passes the one filter and not the other; their tests of "label" are decided.
Answer ask_z3(const Filter& passes, const Filter& fails, const Universe& universe);

}  // namespace eventfilter::analysis
