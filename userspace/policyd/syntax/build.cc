// SPDX-License-Identifier: BSD-2-Clause
#include "syntax/build.h"

#include <iterator>

namespace eventfilter::syntax {
namespace {

using Kind = ast::Condition::Kind;

ast::ConditionPtr node(Kind kind, const diag::Range& range) {
  auto condition = std::make_unique<ast::Condition>();
  condition->kind = kind;
  condition->range = range;
  return condition;
}

// A comparison's left side must be a field; anything else is reported.
bool is_field(ParseContext& state, const ast::Condition& term) {
  if (term.kind == Kind::Truth) return true;
  state.report(diag::Message::not_a_field, term.range);
  return false;
}

}  // namespace

ast::ConditionPtr chain(Kind kind, ast::ConditionPtr left, ast::ConditionPtr right) {
  const diag::Range range = diag::join(left->range, right->range);
  if (left->kind == kind && !left->parenthesised) {
    left->operands.push_back(std::move(right));
    left->range = range;
    return left;
  }
  ast::ConditionPtr made = node(kind, range);
  made->operands.push_back(std::move(left));
  made->operands.push_back(std::move(right));
  return made;
}

ast::ConditionPtr negate(ast::ConditionPtr operand, const diag::Range& range) {
  // Folded here, so that the depth of the tree stays bounded by the parentheses.
  if (operand->kind == Kind::Not) return std::move(operand->operands.front());
  ast::ConditionPtr made = node(Kind::Not, range);
  made->operands.push_back(std::move(operand));
  return made;
}

ast::ConditionPtr truth(ast::Name field) {
  ast::ConditionPtr made = node(Kind::Truth, field.range);
  made->field = std::move(field);
  return made;
}

ast::ConditionPtr close(ParseContext& state, ast::ConditionPtr inner, const diag::Range& range) {
  state.close();
  inner->parenthesised = true;
  inner->range = range;
  return inner;
}

ast::ConditionPtr mask(ParseContext& state, ast::ConditionPtr term, ast::Values values,
                       const diag::Range& range) {
  if (!is_field(state, *term)) return term;
  ast::ConditionPtr made = node(Kind::Mask, range);
  made->field = std::move(term->field);
  made->values = std::move(values);
  return made;
}

ast::ConditionPtr compare(ParseContext& state, ast::ConditionPtr term, ast::Compare how,
                          ast::Values values, const diag::Range& range) {
  const bool masked = term->kind == Kind::Mask && term->parenthesised;
  if (!masked && !is_field(state, *term)) return term;
  ast::ConditionPtr made = node(masked ? Kind::Masked : Kind::Comparison, range);
  made->compare = how;
  made->values = std::move(values);
  if (masked) {
    made->operands.push_back(std::move(term));
  } else {
    made->field = std::move(term->field);
  }
  return made;
}

ast::ConditionPtr unparenthesised(ParseContext& state, ast::ConditionPtr term, ast::Values mask,
                                  const ast::Values& values, const diag::Range& range) {
  const diag::Range left = diag::join(term->range, mask.range);
  const std::string between =
      state.text({left.source, left.end, values.range.begin});
  state.report(diag::Message::mask_without_parentheses, range,
               "write (" + state.text(left) + ")" + between + state.text(values.range));
  return term;
}

ast::ConditionPtr member(ParseContext& state, ast::ConditionPtr term,
                         std::vector<ast::Item> items, const diag::Range& range) {
  if (!is_field(state, *term)) return term;
  ast::ConditionPtr made = node(Kind::In, range);
  made->field = std::move(term->field);
  made->items = std::move(items);
  return made;
}

ast::Values either(ast::Values left, ast::Values right) {
  left.range = diag::join(left.range, right.range);
  std::move(right.parts.begin(), right.parts.end(), std::back_inserter(left.parts));
  return left;
}

ast::Value word_value(ast::Name word) {
  return {ast::Value::Kind::Word, std::move(word.text), word.range};
}

}  // namespace eventfilter::syntax
