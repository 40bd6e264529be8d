// SPDX-License-Identifier: BSD-2-Clause
//
// Paths of label declarations.
#pragma once

#include <vector>

#include "ast/ast.h"
#include "policy/policy.h"
#include "sema/check.h"
#include "sema/reporter.h"

namespace eventfilter::sema {

// Patterns with a glob in one directory: each is compared with each.
inline constexpr std::size_t kMaxGlobs = 1000;

// Takes a path apart: one assignment, or one for each home. Nothing comes back for one that is wrong
// (reported) and for one with a variable that has no value (a warning). The label isn't filled in.
std::vector<policy::Assignment> parse_pattern(const ast::Pattern& pattern,
                                              const Settings& settings, Reporter& reporter);

// Reports patterns that give one object different labels, and drops repetitions. Sorts the
// assignments by path and pattern.
void settle_patterns(policy::Policy& policy, Reporter& reporter);

}  // namespace eventfilter::sema
