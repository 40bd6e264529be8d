// SPDX-License-Identifier: BSD-2-Clause
//
// Rules that don't do what their author may think. Not for other layers.
#pragma once

#include "diag/diagnostics.h"
#include "events/target.h"
#include "policy/policy.h"

namespace eventfilter::av {

// Warns about the rules of one domain.
void warn(const policy::Domain& domain, const events::Target& target,
          diag::Diagnostics& diagnostics);

}  // namespace eventfilter::av
