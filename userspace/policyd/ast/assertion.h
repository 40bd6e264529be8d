// SPDX-License-Identifier: BSD-2-Clause
//
// What must hold of the compiled policy, as it was written. Types only.
#pragma once

#include <optional>

#include "ast/statement.h"

namespace eventfilter::ast {

// A path, or a label by name.
struct Place {
  Name name;
  bool is_path = false;
};

// never|only DOMAINS CLASS PERMISSIONS [on OBJECTS] [when CONDITION];
// expect DOMAINS CLASS PERMISSIONS ["PATH" | on LABEL] [when CONDITION] allowed|denied;
struct Assertion {
  enum class Kind { Never, Only, Allowed, Denied };
  Kind kind = Kind::Never;
  Names domains;
  Name object_class;
  Names permissions;
  std::optional<Names> objects;
  std::optional<Place> place;
  ConditionPtr when;  // or null
  Range range;
};

}  // namespace eventfilter::ast
