// SPDX-License-Identifier: BSD-2-Clause
#include "sema/values.h"


#include "policy/constants.h"
#include "policy/permissions.h"
#include "sema/glob.h"

namespace eventfilter::sema {
namespace {

constexpr std::size_t kMaxString = 255;
constexpr Number kTwo64 = Number{1} << 64;

int digit_of(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return 99;
}

// Decimal, 0x hexadecimal, 0 octal.
std::optional<Number> parse_number(const ast::Value& value, const ConditionScope& scope) {
  std::string_view text = value.text;
  const bool minus = text.starts_with('-');
  if (minus) text.remove_prefix(1);
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.starts_with('0')) {
    base = 8;
  }
  Number number = 0;
  bool is_number = !text.empty();
  for (const char byte : text) {
    is_number = is_number && digit_of(byte) < base;
    if (is_number && number < kTwo64) number = number * base + digit_of(byte);
  }
  if (!is_number) {
    scope.reporter.report(Message::bad_number, value.range, {value.text},
                          "write decimal, 0x and hexadecimal, or 0 and octal digits");
    return std::nullopt;
  }
  if (number >= kTwo64) {
    scope.reporter.report(Message::number_too_large, value.range, {value.text});
    return std::nullopt;
  }
  return minus ? -number : number;
}

const policy::NamedValue* find_named(const ast::Value& value, const events::Field& field,
                                     const ConditionScope& scope) {
  for (const policy::NamedValue& named : policy::named_values()) {
    const bool fits = named.event == scope.event.name && named.field == field.name;
    if (fits && named.name == value.text) return &named;
  }
  return nullptr;
}

std::optional<Number> word_number(const ast::Value& value, const events::Field& field,
                                  const ConditionScope& scope) {
  if (const auto* const named = find_named(value, field, scope)) return Number{named->value};
  if (const auto constant = policy::find_constant(value.text)) return Number{*constant};
  if (scope.event.find(value.text) != nullptr) {
    scope.reporter.report(Message::field_in_list, value.range);
    return std::nullopt;
  }
  std::vector<std::string> known = policy::constant_names();
  for (const events::Field& candidate : scope.event.fields) known.push_back(candidate.name);
  for (const policy::NamedValue& named : policy::named_values()) {
    if (named.event == scope.event.name && named.field == field.name) {
      known.push_back(std::string(named.name));
    }
  }
  scope.reporter.report(Message::unknown_constant, value.range, {value.text},
                        diag::nearest_hint(value.text, known));
  return std::nullopt;
}

std::optional<Number> part_number(const ast::Value& value, const events::Field& field,
                                  const ConditionScope& scope) {
  if (value.kind == ast::Value::Kind::Number) return parse_number(value, scope);
  if (value.kind == ast::Value::Kind::Word) return word_number(value, field, scope);
  scope.reporter.report(Message::number_wanted, value.range, {field.name});
  return std::nullopt;
}

}  // namespace

policy::Interval range_of(const events::Field& field) {
  const unsigned bits = field.size * 8;
  if (field.is_signed) return {-(Number{1} << (bits - 1)), (Number{1} << (bits - 1)) - 1};
  return {0, (Number{1} << bits) - 1};
}

std::optional<Number> number_of(const ast::Values& values, const events::Field& field,
                                bool as_mask, const ConditionScope& scope) {
  Number sum = 0;
  for (const ast::Value& part : values.parts) {
    const auto number = part_number(part, field, scope);
    if (!number) return std::nullopt;
    sum |= *number;
  }
  const policy::Interval range = range_of(field);
  const Number highest = as_mask ? (Number{1} << (field.size * 8)) - 1 : range.to;
  if (sum >= range.from && sum <= highest) return sum;
  scope.reporter.report(Message::out_of_range, values.range,
                        {field.name, policy::print(range.from) + " to " + policy::print(range.to)});
  return std::nullopt;
}

std::optional<std::string> string_of(const ast::Values& values, const events::Field& field,
                                     bool glob, const ConditionScope& scope) {
  const ast::Value& value = values.parts.front();
  if (values.parts.size() != 1 || value.kind != ast::Value::Kind::String) {
    scope.reporter.report(Message::string_wanted, values.range, {field.name});
    return std::nullopt;
  }
  if (value.text.size() > kMaxString) {
    scope.reporter.report(Message::string_too_long, value.range);
    return std::nullopt;
  }
  if (glob && !parse_glob(value.text)) {
    scope.reporter.report(Message::bad_glob, value.range);
    return std::nullopt;
  }
  return policy::quoted(value.text);
}

const events::Field* field_of(const ast::Values& values, const ConditionScope& scope) {
  const ast::Value& value = values.parts.front();
  if (values.parts.size() != 1 || value.kind != ast::Value::Kind::Word) return nullptr;
  if (policy::find_constant(value.text)) return nullptr;
  return scope.event.find(value.text);
}

}  // namespace eventfilter::sema
