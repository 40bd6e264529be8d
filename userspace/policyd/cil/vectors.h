// SPDX-License-Identifier: BSD-2-Clause
// Which types each domain may do what to. Not for other layers.
#pragma once

#include <vector>

#include "cil/import.h"
#include "cil/policy.h"

namespace eventfilter::cil {

// What a domain may do: for each of parts(), to which of Policy::names; empty: to none.
struct DomainVectors {
  TypeId type = 0;
  std::vector<Bits> parts;
};

// Counts the rules in report, too.
std::vector<DomainVectors> vectors_of(const Policy& policy, Report& report);

// The neverallow rules that don't hold.
std::vector<Violation> violations_of(const Policy& policy);

}  // namespace eventfilter::cil
