// SPDX-License-Identifier: BSD-2-Clause
#include "import/argument.h"

#include <algorithm>
#include <vector>

namespace eventfilter::import {
namespace {

__extension__ using Number = __int128;
constexpr Number kRegister = Number{1} << 64;

// Numbers that a register can hold, or a field, both ends included.
struct Range {
  Number from;
  Number to;
};

std::string text_of(Number number) {
  if (number < 0) return "-" + text_of(-number);
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(number % 10));
    number /= 10;
  } while (number != 0);
  return {digits.rbegin(), digits.rend()};
}

std::vector<Range> registers(const Comparison& one) {
  const Number value = one.value;
  const Number most = kRegister - 1;
  switch (one.op) {
    case Operator::NotEqual: return {{0, value - 1}, {value + 1, most}};
    case Operator::Less: return {{0, value - 1}};
    case Operator::LessEqual: return {{0, value}};
    case Operator::Equal: return {{value, value}};
    case Operator::GreaterEqual: return {{value, most}};
    default: return {{value + 1, most}};
  }
}

// The field's numbers whose registers are in the ranges, ascending.
std::vector<Range> field_numbers(const std::vector<Range>& wanted, const events::Field& field) {
  const Number values = Number{1} << (8 * field.size);
  const Number positive = field.is_signed ? values / 2 : values;
  std::vector<Range> made;
  const auto add = [&](const Range& one, Number from, Number to, Number shift) {
    const Range cut{std::max(one.from, from) - shift, std::min(one.to, to) - shift};
    if (cut.from > cut.to) return;
    if (!made.empty() && made.back().to + 1 == cut.from) {
      made.back().to = cut.to;
    } else {
      made.push_back(cut);
    }
  };
  // Negative numbers are the highest registers.
  for (const Range& one : wanted) {
    if (field.is_signed) add(one, kRegister - positive, kRegister - 1, kRegister);
  }
  for (const Range& one : wanted) add(one, 0, positive - 1, 0);
  return made;
}

Lowered of_ranges(const std::vector<Range>& ranges, const events::Field& field) {
  const Number values = Number{1} << (8 * field.size);
  if (ranges.empty()) return {Lowered::Kind::Never, {}};
  Number count = 0;
  for (const Range& one : ranges) count += one.to - one.from + 1;
  if (count == values) return {Lowered::Kind::Always, {}};
  if (count == 1) return {Lowered::Kind::When, field.name + " == " + text_of(ranges[0].from)};
  if (ranges.size() == 2 && count == values - 1) {
    return {Lowered::Kind::When, field.name + " != " + text_of(ranges[0].to + 1)};
  }
  std::string items;
  for (const Range& one : ranges) {
    items += (items.empty() ? "" : ", ") + text_of(one.from);
    if (one.to != one.from) items += ".." + text_of(one.to);
  }
  return {Lowered::Kind::When, field.name + " in { " + items + " }"};
}

Lowered masked(const Comparison& one, const events::Field& field) {
  const unsigned bits = 8 * field.size;
  const std::uint64_t low = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  const std::uint64_t mask = one.value;
  const std::uint64_t wanted = one.second & mask;
  std::string sign;
  // Above the type's bits there are copies of the sign, or zeros.
  if ((mask & ~low) != 0) {
    const bool is_clear = (wanted & ~low) == 0;
    const bool is_set = (wanted & ~low) == (mask & ~low);
    if (!is_clear && !(is_set && field.is_signed)) return {Lowered::Kind::Never, {}};
    if (field.is_signed) sign = field.name + (is_clear ? " >= 0" : " < 0");
  }
  std::string test;
  if ((mask & low) != 0) {
    test = "(" + field.name + " & " + std::to_string(mask & low) + ") == " + std::to_string(wanted & low);
  }
  if (sign.empty() && test.empty()) return {Lowered::Kind::Always, {}};
  return {Lowered::Kind::When, sign.empty() ? test : test.empty() ? sign : test + " && " + sign};
}

}  // namespace

Lowered lower(const Comparison& comparison, const events::Field& field) {
  if (comparison.op == Operator::MaskedEqual) return masked(comparison, field);
  return of_ranges(field_numbers(registers(comparison), field), field);
}

}  // namespace eventfilter::import
