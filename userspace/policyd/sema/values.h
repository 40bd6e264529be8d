// SPDX-License-Identifier: BSD-2-Clause
//
// Numbers and strings that a field is compared with.
#pragma once

#include <optional>
#include <string>

#include "ast/ast.h"
#include "policy/condition.h"
#include "sema/conditions.h"

namespace eventfilter::sema {

using policy::Number;

// The least and the greatest number of an integer or id field.
policy::Interval range_of(const events::Field& field);

// The number that the parts, joined by "|", stand for. `as_mask`: the field's bits count, so
// that the sign bit may be written as a positive number. nullopt after a finding.
std::optional<Number> number_of(const ast::Values& values, const events::Field& field,
                                bool as_mask, const ConditionScope& scope);

// A string as the kernel's language writes it, quotes included; `glob`: it is a pattern.
std::optional<std::string> string_of(const ast::Values& values, const events::Field& field,
                                     bool glob, const ConditionScope& scope);

// The field that the only part names, if it names one of the event's and no constant.
const events::Field* field_of(const ast::Values& values, const ConditionScope& scope);

}  // namespace eventfilter::sema
