// SPDX-License-Identifier: BSD-2-Clause
//
// Levels and categories: what they leave of each domain's rules.
#pragma once

#include "ast/ast.h"
#include "policy/policy.h"
#include "sema/names.h"
#include "sema/reporter.h"

namespace eventfilter::sema {

// Looks the levels of labels and domains up, and takes out of the rules of checked domains what no
// level allows. Where the policy declares no levels nothing changes.
void apply_levels(const ast::Policy& tree, const Names& names, Reporter& reporter,
                  policy::Policy& ret);

}  // namespace eventfilter::sema
