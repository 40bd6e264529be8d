// SPDX-License-Identifier: BSD-2-Clause
//
// What stands in a domain or a macro, as it was written. Types only.
#pragma once

#include <memory>
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
  enum class Kind { Default, Errno, Kill, Trap, Log };
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
  bool is_audited = false;   // what an allow lets through is recorded
};

// default CLASS|* allow;
struct Default {
  Names classes;
  Range range;
};

// MACRO or MACRO(label, { label ... }, ...)
struct Invocation {
  Name macro;
  std::vector<Names> arguments;
  bool has_arguments = false;
};

// use MACRO, MACRO(...), ...;
struct Use {
  std::vector<Invocation> macros;
};

struct If;
using Statement = std::variant<Rule, Default, Use, std::unique_ptr<If>>;

// if [!]BOOLEAN { statements } [else { statements }]
struct If {
  Name boolean;
  bool is_negated = false;
  std::vector<Statement> then;
  std::vector<Statement> otherwise;
};

}  // namespace eventfilter::ast
