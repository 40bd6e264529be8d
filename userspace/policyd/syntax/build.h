// SPDX-License-Identifier: BSD-2-Clause
//
// What the grammar's actions build conditions with. Not for other layers.
#pragma once

#include "ast/ast.h"
#include "syntax/parse_context.h"

namespace eventfilter::syntax {

// `left || right` or `left && right`; a chain becomes one node.
ast::ConditionPtr chain(ast::Condition::Kind kind, ast::ConditionPtr left,
                        ast::ConditionPtr right);

// `!operand`; two of them are none.
ast::ConditionPtr negate(ast::ConditionPtr operand, const diag::Range& range);

// `field`
ast::ConditionPtr truth(ast::Name field);

// `( inner )`
ast::ConditionPtr close(ParseContext& state, ast::ConditionPtr inner, const diag::Range& range);

// `term & values`
ast::ConditionPtr mask(ParseContext& state, ast::ConditionPtr term, ast::Values values,
                       const diag::Range& range);

// `term compare values`; the term is a field or a field's masked bits in parentheses.
ast::ConditionPtr compare(ParseContext& state, ast::ConditionPtr term, ast::Compare how,
                          ast::Values values, const diag::Range& range);

// `term & mask compare values`: reported, with the parentheses that it lacks.
ast::ConditionPtr unparenthesised(ParseContext& state, ast::ConditionPtr term, ast::Values mask,
                                  const ast::Values& values, const diag::Range& range);

// `term in { items }`
ast::ConditionPtr member(ParseContext& state, ast::ConditionPtr term,
                         std::vector<ast::Item> items, const diag::Range& range);

// `left | right`
ast::Values either(ast::Values left, ast::Values right);

// A word as a value.
ast::Value word_value(ast::Name word);

}  // namespace eventfilter::syntax
