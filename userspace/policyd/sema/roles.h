// SPDX-License-Identifier: BSD-2-Clause
//
// Roles, users, and what excludes what.
#pragma once

#include "ast/ast.h"
#include "diag/diagnostics.h"
#include "policy/policy.h"
#include "sema/names.h"
#include "sema/reporter.h"

namespace eventfilter::sema {

// Roles that one can have, with those that they inherit.
inline constexpr std::size_t kMaxRoles = 1000;

// Looks up the roles and users of a policy whose domains are checked already.
void add_roles(const ast::Policy& tree, const Names& names, Reporter& reporter,
               diag::Diagnostics& diagnostics, policy::Policy& ret);

}  // namespace eventfilter::sema
