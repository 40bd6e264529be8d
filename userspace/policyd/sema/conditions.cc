// SPDX-License-Identifier: BSD-2-Clause
#include "sema/conditions.h"

#include <algorithm>
#include <set>

#include "policy/permissions.h"
#include "sema/values.h"

namespace eventfilter::sema {
namespace {

using Kind = ast::Condition::Kind;
using events::Field;
using policy::ConditionPtr;
using policy::Numbers;

constexpr const char* kOperators[] = {"==", "!=", "<", "<=", ">", ">=", "~", "!~"};

const char* text_of(ast::Compare compare) { return kOperators[static_cast<int>(compare)]; }

bool is_glob(ast::Compare compare) {
  return compare == ast::Compare::Glob || compare == ast::Compare::NotGlob;
}

bool is_equality(ast::Compare compare) {
  return compare == ast::Compare::Equal || compare == ast::Compare::NotEqual;
}

bool is_id(const Field& field) {
  return field.kind == events::Kind::Uid || field.kind == events::Kind::Gid;
}

bool is_number(const Field& field) { return field.kind == events::Kind::Integer || is_id(field); }

// What to write instead of a test of what a pointer points to.
std::string pointer_hint(const Field& field) {
  for (const policy::Permission& permission : policy::permissions()) {
    if (permission.event != field.instead) continue;
    return "write a rule for " + std::string(permission.object_class) + " " +
           std::string(permission.name) + " on the labels that are meant";
  }
  return {};
}

// Lowers one condition.
class Lowering {
 public:
  explicit Lowering(const ConditionScope& scope) : scope_(scope) {}

  ConditionPtr lower(const ast::Condition& condition);

 private:
  ConditionPtr fail(Message message, const Range& range,
                    std::initializer_list<std::string_view> arguments = {},
                    std::string hint = {});
  const Field* find_field(const ast::Name& name);
  ConditionPtr comparison(const ast::Condition& condition, const Field& field);
  ConditionPtr with_field(const ast::Condition& condition, const Field& field, const Field& other);
  ConditionPtr string_comparison(const ast::Condition& condition, const Field& field);
  ConditionPtr truth(const ast::Condition& condition, const Field& field);
  ConditionPtr mask(const ast::Condition& condition, const Field& field);
  ConditionPtr masked(const ast::Condition& condition);
  ConditionPtr label_mask(const ast::Condition& condition, const Field& field);
  ConditionPtr member(const ast::Condition& condition, const Field& field);
  ConditionPtr label_member(const ast::Condition& condition, const Field& field);
  ConditionPtr string_member(const ast::Condition& condition, const Field& field);
  bool add_labels(const ast::Values& values, const Field& field, Labels& labels);
  ConditionPtr label_test(const Field& field, Labels labels, const Range& range);
  bool tests_label(const ast::Condition& condition);

  const ConditionScope& scope_;
};

ConditionPtr Lowering::fail(Message message, const Range& range,
                            std::initializer_list<std::string_view> arguments,
                            std::string hint) {
  scope_.reporter.report(message, range, arguments, std::move(hint));
  return policy::never();
}

const Field* Lowering::find_field(const ast::Name& name) {
  // check_fields() has reported one that isn't there.
  const Field* const field = scope_.event.find(name.text);
  if (field == nullptr) return nullptr;
  if (field->kind != events::Kind::Pointer) return field;
  fail(Message::pointer_field, name.range, {name.text}, pointer_hint(*field));
  return nullptr;
}

ConditionPtr Lowering::truth(const ast::Condition& condition, const Field& field) {
  if (!is_number(field)) return fail(Message::bare_field, condition.range, {field.name});
  return is_id(field) ? policy::id_predicate(field.name) : policy::predicate(field.name);
}

ConditionPtr Lowering::with_field(const ast::Condition& condition, const Field& field,
                                  const Field& other) {
  if (other.kind == events::Kind::Pointer) {
    return fail(Message::pointer_field, condition.values.range, {other.name}, pointer_hint(other));
  }
  const bool two_ids = is_id(field) && is_id(other) && field.kind != other.kind;
  const bool comparable = is_number(field) ? is_number(other) && !two_ids
                                           : field.kind == other.kind && field.kind == events::Kind::String;
  if (!comparable) {
    return fail(Message::fields_differ, condition.range, {field.name, other.name});
  }
  std::string text = field.name + " " + text_of(condition.compare) + " " + other.name;
  const bool has_id = is_id(field) || is_id(other);
  return has_id ? policy::id_predicate(std::move(text)) : policy::predicate(std::move(text));
}

ConditionPtr Lowering::string_comparison(const ast::Condition& condition, const Field& field) {
  if (!is_equality(condition.compare) && !is_glob(condition.compare)) {
    return fail(Message::string_operator, condition.range);
  }
  const auto text = string_of(condition.values, field, is_glob(condition.compare), scope_);
  if (!text) return policy::never();
  return policy::predicate(field.name + " " + text_of(condition.compare) + " " + *text);
}

// The numbers of a field that a comparison with one number lets through.
Numbers numbers_of(ast::Compare compare, Number number, const policy::Interval& all) {
  Numbers numbers;
  const auto add = [&](Number from, Number to) {
    if (from <= to) numbers.push_back({from, to});
  };
  switch (compare) {
    case ast::Compare::Equal: add(number, number); break;
    case ast::Compare::NotEqual:
      add(all.from, number - 1);
      add(number + 1, all.to);
      break;
    case ast::Compare::Less: add(all.from, number - 1); break;
    case ast::Compare::LessEqual: add(all.from, number); break;
    case ast::Compare::Greater: add(number + 1, all.to); break;
    case ast::Compare::GreaterEqual: add(number, all.to); break;
    case ast::Compare::Glob:
    case ast::Compare::NotGlob: break;
  }
  return numbers;
}

ConditionPtr Lowering::comparison(const ast::Condition& condition, const Field& field) {
  if (field.kind == events::Kind::Label) return fail(Message::label_operator, condition.range);
  if (const Field* const other = field_of(condition.values, scope_)) {
    if (is_number(field) && is_glob(condition.compare)) {
      return fail(Message::number_operator, condition.range, {field.name});
    }
    if (is_glob(condition.compare)) {
      return fail(Message::string_wanted, condition.values.range, {field.name});
    }
    return with_field(condition, field, *other);
  }
  if (field.kind == events::Kind::String) return string_comparison(condition, field);
  if (is_glob(condition.compare)) {
    return fail(Message::number_operator, condition.range, {field.name});
  }
  const auto number = number_of(condition.values, field, false, scope_);
  if (!number) return policy::never();
  std::string text = field.name + " " + text_of(condition.compare) + " " + policy::print(*number);
  if (is_id(field)) return policy::id_predicate(std::move(text));
  Numbers numbers = numbers_of(condition.compare, *number, range_of(field));
  if (numbers.empty()) return policy::never();
  return policy::predicate(std::move(text), field.name, std::move(numbers));
}

bool Lowering::add_labels(const ast::Values& values, const Field& field, Labels& labels) {
  for (const ast::Value& part : values.parts) {
    if (part.kind != ast::Value::Kind::Word) {
      fail(Message::label_wanted, part.range, {field.name});
      return false;
    }
    const Labels* const found = scope_.names.find_labels({part.text, part.range}, scope_.scope);
    if (found == nullptr) return false;
    labels.insert(labels.end(), found->begin(), found->end());
  }
  return true;
}

ConditionPtr Lowering::label_test(const Field& field, Labels labels, const Range& range) {
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  const std::string subject = scope_.event.name + " for its " + field.name;
  if (!scope_.names.check_names(scope_.event, field.name, subject, labels, range)) return policy::never();
  return scope_.names.label_test(scope_.event, field.name, labels);
}

ConditionPtr Lowering::label_mask(const ast::Condition& condition, const Field& field) {
  Labels labels;
  if (!add_labels(condition.values, field, labels)) return policy::never();
  return label_test(field, std::move(labels), condition.range);
}

ConditionPtr Lowering::mask(const ast::Condition& condition, const Field& field) {
  if (field.kind == events::Kind::Label) return label_mask(condition, field);
  if (field.kind == events::Kind::String) return fail(Message::string_operator, condition.range);
  if (is_id(field)) return fail(Message::mask_on_id, condition.range, {field.name});
  if (const Field* const other = field_of(condition.values, scope_)) {
    if (is_id(*other)) return fail(Message::mask_on_id, condition.values.range, {other->name});
    if (!is_number(*other)) {
      return fail(Message::fields_differ, condition.range, {field.name, other->name});
    }
    return policy::predicate(field.name + " & " + other->name);
  }
  const auto bits = number_of(condition.values, field, true, scope_);
  if (!bits) return policy::never();
  if (*bits == 0) {
    return fail(Message::mask_of_nothing, condition.values.range,
                {condition.values.parts.front().text},
                "compare the bits that it is one of: (" + field.name + " & MASK) == " +
                    condition.values.parts.front().text);
  }
  return policy::predicate(field.name + " & " + policy::print(*bits));
}

// (field & mask) == value: of the mask's bits, those of the value are set, each by itself,
// and none of the others.
ConditionPtr Lowering::masked(const ast::Condition& condition) {
  const ast::Condition& left = *condition.operands.front();
  const Field* const field = find_field(left.field);
  if (field == nullptr) return policy::never();
  if (is_id(*field)) return fail(Message::mask_on_id, left.range, {field->name});
  if (field->kind == events::Kind::Label) return fail(Message::label_operator, condition.range);
  if (field->kind == events::Kind::String) return fail(Message::string_operator, condition.range);
  if (!is_equality(condition.compare)) {
    return fail(Message::masked_operator, condition.range, {},
                "write each value that is meant: (" + field->name + " & MASK) == VALUE || ...");
  }
  const auto mask = number_of(left.values, *field, true, scope_);
  const auto value = number_of(condition.values, *field, true, scope_);
  if (!mask || !value) return policy::never();
  if (*mask == 0) {
    return fail(Message::mask_of_nothing, left.values.range, {left.values.parts.front().text});
  }
  // Negative numbers are taken as the bits that they are.
  const Number all = (Number{1} << (field->size * 8)) - 1;
  const Number bits = *mask & all;
  const Number wanted = *value & all;
  if ((wanted & ~bits) != 0) return fail(Message::masked_bits, condition.range);
  std::vector<ConditionPtr> tests;
  for (unsigned bit = 0; bit < field->size * 8; ++bit) {
    const Number one = Number{1} << bit;
    if ((wanted & one) != 0) tests.push_back(policy::predicate(field->name + " & " + policy::print(one)));
  }
  const Number clear = bits & ~wanted;
  if (clear != 0) {
    tests.push_back(policy::negation(policy::predicate(field->name + " & " + policy::print(clear))));
  }
  ConditionPtr equal = policy::all_of(std::move(tests));
  return condition.compare == ast::Compare::Equal ? equal : policy::negation(std::move(equal));
}

ConditionPtr Lowering::label_member(const ast::Condition& condition, const Field& field) {
  Labels labels;
  for (const ast::Item& item : condition.items) {
    if (item.to) return fail(Message::label_wanted, item.to->range, {field.name});
    if (!add_labels(item.from, field, labels)) return policy::never();
  }
  return label_test(field, std::move(labels), condition.range);
}

ConditionPtr Lowering::string_member(const ast::Condition& condition, const Field& field) {
  std::vector<std::string> items;
  for (const ast::Item& item : condition.items) {
    if (item.to) return fail(Message::string_wanted, item.to->range, {field.name});
    const auto text = string_of(item.from, field, true, scope_);
    if (!text) return policy::never();
    items.push_back(*text);
  }
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return policy::predicate(field.name + " in { " + text + " }");
}

// Merges what overlaps or touches, so that equal sets print alike.
Numbers merged(Numbers numbers) {
  std::sort(numbers.begin(), numbers.end(),
            [](const auto& a, const auto& b) { return a.from < b.from; });
  Numbers out;
  for (const policy::Interval& one : numbers) {
    if (!out.empty() && one.from <= out.back().to + 1) {
      out.back().to = std::max(out.back().to, one.to);
    } else {
      out.push_back(one);
    }
  }
  return out;
}

ConditionPtr Lowering::member(const ast::Condition& condition, const Field& field) {
  if (field.kind == events::Kind::Label) return label_member(condition, field);
  if (field.kind == events::Kind::String) return string_member(condition, field);
  Numbers numbers;
  for (const ast::Item& item : condition.items) {
    const auto from = number_of(item.from, field, false, scope_);
    const auto to = item.to ? number_of(*item.to, field, false, scope_) : from;
    if (!from || !to) return policy::never();
    if (*from > *to) {
      return fail(Message::range_reversed, diag::join(item.from.range, item.to->range));
    }
    numbers.push_back({*from, *to});
  }
  numbers = merged(std::move(numbers));
  std::string text;
  for (const policy::Interval& one : numbers) {
    text += (text.empty() ? "" : ", ") + policy::print(one.from);
    // Two neighbours are written as such; the kernel's canonical form does the same.
    if (one.to > one.from) text += ".." + policy::print(one.to);
  }
  text = field.name + " in { " + text + " }";
  if (is_id(field)) return policy::id_predicate(std::move(text));
  return policy::predicate(std::move(text), field.name, std::move(numbers));
}

bool Lowering::tests_label(const ast::Condition& condition) {
  const Field* const field = scope_.event.find(condition.field.text);
  if (field != nullptr && field->kind == events::Kind::Label) return true;
  return std::any_of(condition.operands.begin(), condition.operands.end(),
                     [&](const ast::ConditionPtr& one) { return tests_label(*one); });
}

ConditionPtr Lowering::lower(const ast::Condition& condition) {
  std::vector<ConditionPtr> operands;
  const bool is_joint = condition.kind == Kind::And || condition.kind == Kind::Or;
  if (is_joint || condition.kind == Kind::Not) {
    for (const ast::ConditionPtr& operand : condition.operands) operands.push_back(lower(*operand));
  }
  if (condition.kind == Kind::Not && tests_label(*condition.operands.front())) {
    scope_.reporter.report(Message::negated_label, condition.range, {},
                           "write which labels are meant instead of which aren't");
  }
  switch (condition.kind) {
    case Kind::And: return policy::all_of(std::move(operands));
    case Kind::Or: return policy::any_of(std::move(operands));
    case Kind::Not: return policy::negation(std::move(operands.front()));
    case Kind::Masked: return masked(condition);
    default: break;
  }
  const Field* const field = find_field(condition.field);
  if (field == nullptr) return policy::never();
  switch (condition.kind) {
    case Kind::Truth: return truth(condition, *field);
    case Kind::Mask: return mask(condition, *field);
    case Kind::In: return member(condition, *field);
    default: return comparison(condition, *field);
  }
}

}  // namespace

ConditionPtr lower(const ast::Condition& condition, const ConditionScope& scope) {
  return Lowering(scope).lower(condition);
}

bool check_fields(const ast::Condition& condition, const std::vector<Subject>& subjects,
                  Reporter& reporter) {
  bool good = true;
  for (const ast::ConditionPtr& operand : condition.operands) {
    good = check_fields(*operand, subjects, reporter) && good;
  }
  if (condition.field.text.empty()) return good;
  std::string lacking;
  std::set<std::string> known;
  bool unknown_arguments = false;
  for (const Subject& subject : subjects) {
    for (const Field& field : subject.event->fields) known.insert(field.name);
    if (subject.event->find(condition.field.text) != nullptr) continue;
    lacking += (lacking.empty() ? "" : ", ") + subject.name;
    unknown_arguments = unknown_arguments || subject.event->fields.empty();
  }
  if (lacking.empty()) return good;
  std::string hint = "write a rule of its own for what has this field";
  if (known.count(condition.field.text) == 0) {
    hint = diag::nearest_hint(condition.field.text, {known.begin(), known.end()});
  }
  reporter.report(unknown_arguments ? Message::no_fields : Message::unknown_field,
                  condition.field.range, {lacking, condition.field.text}, hint);
  return false;
}

}  // namespace eventfilter::sema
