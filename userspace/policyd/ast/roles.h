// SPDX-License-Identifier: BSD-2-Clause
//
// Who may enter which domain, as it was written. Types only.
#pragma once

#include <vector>

#include "ast/condition.h"

namespace eventfilter::ast {

// role NAME [inherits ROLE, ...] { DOMAIN, ... }
struct Role {
  Name name;
  std::vector<Name> inherits;
  std::vector<Name> domains;
};

// user NAME { ROLE, ... }, or user %GROUP { ... }
struct User {
  Name name;
  bool is_group = false;
  std::vector<Name> roles;
};

// exclusive [active] role ROLE, ROLE, ...;
struct Exclusive {
  std::vector<Name> roles;
  bool is_active = false;  // in one session; else: of one user
  Range range;
};

// constrain ROLE when CONDITION;
struct Constrain {
  Name role;
  ConditionPtr when;
  Range range;
};

}  // namespace eventfilter::ast
