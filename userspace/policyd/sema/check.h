// SPDX-License-Identifier: BSD-2-Clause
//
// Syntax tree -> checked policy. The entry of this layer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ast/ast.h"
#include "diag/diagnostics.h"
#include "events/target.h"
#include "policy/policy.h"

namespace eventfilter::sema {

// Values of @{NAME}.
using Variables = std::map<std::string, std::string>;

// Values of booleans that aren't as the policy declares them.
using Booleans = std::map<std::string, bool>;

// What a policy is checked for.
struct Settings {
  Variables variables;
  Booleans booleans;
  std::vector<std::string> homes;  // what @{HOMES} stands for, all of them
};

// Looks every name up and takes every rule apart. The result is whole exactly if no error
// was added to `diagnostics`; it refers to `target`.
policy::Policy check(const ast::Policy& policy, const events::Target& target,
                     const Settings& settings, diag::Diagnostics& diagnostics);

}  // namespace eventfilter::sema
