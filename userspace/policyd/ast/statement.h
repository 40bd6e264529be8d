// SPDX-License-Identifier: BSD-2-Clause
//
// What stands in a domain or a macro, as it was written. Types only.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "ast/condition.h"

namespace eventfilter::ast {

// A list of names, or "*".
struct Names {
  bool all = false;
  std::vector<Name> list;
  Range range;
};

// What happens to an event that a rule refuses.
struct Action {
  enum class Kind { Default, Errno, Kill, Log };
  Kind kind = Kind::Default;
  Name error;  // for Errno
  bool quiet = false;
  Range range;
};

enum class Effect { Allow, Deny };

// [optional] allow|deny CLASS PERMISSIONS [on OBJECTS] [when CONDITION] [ACTION];
struct Rule {
  Effect effect = Effect::Allow;
  Name object_class;
  Names permissions;
  std::optional<Names> objects;
  ConditionPtr when;  // or null
  Action action;
  Range range;
  bool is_optional = false;  // what the target lacks is left out
};

// default CLASS|* allow;
struct Default {
  Names classes;
  Range range;
};

// use MACRO, ...;
struct Use {
  std::vector<Name> macros;
};

using Statement = std::variant<Rule, Default, Use>;

}  // namespace eventfilter::ast
