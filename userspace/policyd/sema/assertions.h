// SPDX-License-Identifier: BSD-2-Clause
//
// Assertions: their names looked up.
#pragma once

#include "ast/ast.h"
#include "policy/policy.h"
#include "sema/check.h"
#include "sema/rules.h"

namespace eventfilter::sema {

// Adds the assertion to the policy unless something is wrong with it, which is reported.
void add_assertion(const ast::Assertion& assertion, const Names& names, RuleChecker& rules,
                   const Variables& variables, Reporter& reporter, policy::Policy& ret);

}  // namespace eventfilter::sema
