// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>

#include "explain/explain.h"

namespace eventfilter::explain {

// An explanation as a person reads it, whole lines. `diagnostics` holds the policy's sources.
std::string print(const records::Record& record, const Explanation& explanation,
                  const diag::Diagnostics& diagnostics);

}  // namespace eventfilter::explain
