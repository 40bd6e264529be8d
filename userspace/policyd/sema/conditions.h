// SPDX-License-Identifier: BSD-2-Clause
//
// What follows `when`, in terms of one event's fields.
#pragma once

#include "ast/ast.h"
#include "events/target.h"
#include "policy/condition.h"
#include "sema/names.h"
#include "sema/reporter.h"

namespace eventfilter::sema {

// An event, and what messages call it: "file open", "syscall write".
struct Subject {
  const events::Event* event;
  std::string name;
};

// Whether every event has every field that the condition names; reports those that don't.
bool check_fields(const ast::Condition& condition, const std::vector<Subject>& subjects,
                  Reporter& reporter);

// What a condition is lowered against.
struct ConditionScope {
  const events::Event& event;
  const Names& names;
  const Scope& scope;
  Reporter& reporter;
};

// The condition in the kernel's terms; Never after a mistake, which is reported. Its fields
// are checked already.
policy::ConditionPtr lower(const ast::Condition& condition, const ConditionScope& scope);

}  // namespace eventfilter::sema
