// SPDX-License-Identifier: BSD-2-Clause
//
// Parts that a rule file can have: none whose order nobody sees, none that changes nothing.
#pragma once

#include <vector>

#include "apparmor/division.h"

namespace eventfilter::apparmor {

// Where the compiler would ask which of two patterns counts, both get what both have.
void agree(std::vector<Part>& parts);

// Leaves out what would have the same access without a pattern of its own.
void reduce(std::vector<Part>& parts);

}  // namespace eventfilter::apparmor
