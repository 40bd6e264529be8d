// SPDX-License-Identifier: BSD-2-Clause
#include "policy/condition.h"

#include <algorithm>
#include <map>

namespace eventfilter::policy {

using Kind = Condition::Kind;

ConditionPtr make(Kind kind, std::string text, std::vector<ConditionPtr> operands) {
  auto made = std::make_shared<Condition>();
  made->kind_ = kind;
  made->text_ = std::move(text);
  for (const ConditionPtr& one : operands) {
    made->may_be_undefined_ = made->may_be_undefined_ || one->may_be_undefined();
  }
  made->operands_ = std::move(operands);
  return made;
}

namespace {

// Up to this many labels are tested one by one, as a person would write it.
constexpr std::size_t kMaxLabelTests = 4;

bool is_compound(const Condition& condition) {
  return condition.kind() == Kind::And || condition.kind() == Kind::Or;
}

// With parentheses wherever a reader could wonder; evf_format drops what is too many.
std::string joined(const std::vector<ConditionPtr>& operands, const char* by) {
  std::string out;
  for (const ConditionPtr& operand : operands) {
    if (!out.empty()) out += by;
    out += is_compound(*operand) ? "(" + operand->text() + ")" : operand->text();
  }
  return out;
}

bool same(const ConditionPtr& a, const ConditionPtr& b) {
  return a->kind() == b->kind() && a->text() == b->text();
}

// `operands` with those of the same kind opened up, without `neutral`; only `absorbing` if
// that is among them.
std::vector<ConditionPtr> flattened(const std::vector<ConditionPtr>& operands, Kind kind,
                                    Kind neutral, Kind absorbing) {
  std::vector<ConditionPtr> flat;
  for (const ConditionPtr& operand : operands) {
    if (operand->kind() == absorbing) return {operand};
    if (operand->kind() == neutral) continue;
    if (operand->kind() == kind) {
      flat.insert(flat.end(), operand->operands().begin(), operand->operands().end());
    } else {
      flat.push_back(operand);
    }
  }
  return flat;
}

// Drops repetitions, keeping the first of each.
void make_unique_in_order(std::vector<ConditionPtr>& operands) {
  std::vector<ConditionPtr> kept;
  std::map<std::string, bool> seen;
  for (ConditionPtr& operand : operands) {
    if (seen.emplace(operand->text(), true).second) kept.push_back(std::move(operand));
  }
  operands = std::move(kept);
}

bool contains(const std::vector<ConditionPtr>& sorted, const ConditionPtr& wanted) {
  return std::any_of(sorted.begin(), sorted.end(),
                     [&](const ConditionPtr& one) { return same(one, wanted); });
}

// Whether `wide || narrow` is `wide`: every conjunct of `wide` is one of `narrow`.
bool is_wider(const Condition& wide, const ConditionPtr& wide_ptr, const Condition& narrow,
              Kind inner) {
  if (narrow.kind() != inner) return false;
  if (wide.kind() != inner) return contains(narrow.operands(), wide_ptr);
  return std::all_of(wide.operands().begin(), wide.operands().end(),
                     [&](const ConditionPtr& one) { return contains(narrow.operands(), one); });
}

// a || (a && b) is a, and a && (a || b) is a. Bounded: this is for what people write.
void absorb(std::vector<ConditionPtr>& operands, Kind inner) {
  constexpr std::size_t kMaxAbsorbed = 64;
  if (operands.size() > kMaxAbsorbed) return;
  std::vector<ConditionPtr> kept;
  for (const ConditionPtr& one : operands) {
    const bool absorbed =
        std::any_of(operands.begin(), operands.end(), [&](const ConditionPtr& other) {
          return other != one && is_wider(*other, other, *one, inner);
        });
    if (!absorbed) kept.push_back(one);
  }
  operands = std::move(kept);
}

// Whether a conjunction asks a field to be two things at once. Of what can be neither true nor false
// it isn't asked: the negation of "never" would be "always".
bool contradicts(const std::vector<ConditionPtr>& operands) {
  std::map<std::string, Numbers> possible;
  for (const ConditionPtr& operand : operands) {
    if (operand->may_be_undefined()) continue;
    if (operand->kind() == Kind::Not && contains(operands, operand->operands().front())) return true;
    if (!operand->numbers()) continue;
    const auto [entry, is_first] = possible.emplace(operand->field(), *operand->numbers());
    if (!is_first) entry->second = intersection(entry->second, *operand->numbers());
    if (entry->second.empty()) return true;
  }
  return false;
}

ConditionPtr joined_node(std::vector<ConditionPtr> operands, Kind kind, bool sort) {
  const bool is_and = kind == Kind::And;
  const Kind neutral = is_and ? Kind::Always : Kind::Never;
  const Kind absorbing = is_and ? Kind::Never : Kind::Always;
  std::vector<ConditionPtr> flat = flattened(operands, kind, neutral, absorbing);
  if (sort) std::sort(flat.begin(), flat.end(), Less());
  make_unique_in_order(flat);
  absorb(flat, is_and ? Kind::Or : Kind::And);
  if (flat.empty()) return is_and ? always() : never();
  if (flat.size() == 1) return flat.front();
  if (is_and && contradicts(flat)) return never();
  std::string text = joined(flat, is_and ? " && " : " || ");
  return make(kind, std::move(text), std::move(flat));
}

}  // namespace

ConditionPtr always() {
  static const ConditionPtr condition = make(Kind::Always, {}, {});
  return condition;
}

ConditionPtr never() {
  static const ConditionPtr condition = make(Kind::Never, {}, {});
  return condition;
}

ConditionPtr predicate(std::string text, std::string field, std::optional<Numbers> numbers) {
  auto made = std::make_shared<Condition>();
  made->kind_ = Kind::Predicate;
  made->text_ = std::move(text);
  made->field_ = std::move(field);
  made->numbers_ = std::move(numbers);
  return made;
}

ConditionPtr id_predicate(std::string text) {
  auto made = std::make_shared<Condition>();
  made->kind_ = Kind::Predicate;
  made->text_ = std::move(text);
  made->may_be_undefined_ = true;
  return made;
}

ConditionPtr negation(ConditionPtr operand) {
  switch (operand->kind()) {
    case Kind::Always: return never();
    case Kind::Never: return always();
    case Kind::Not: return operand->operands().front();
    default: break;
  }
  std::string text = "!(" + operand->text() + ")";
  return make(Kind::Not, std::move(text), {std::move(operand)});
}

ConditionPtr all_of(std::vector<ConditionPtr> operands) {
  return joined_node(std::move(operands), Kind::And, true);
}

ConditionPtr any_of(std::vector<ConditionPtr> operands) {
  return joined_node(std::move(operands), Kind::Or, true);
}

ConditionPtr all_in_order(std::vector<ConditionPtr> operands) {
  return joined_node(std::move(operands), Kind::And, false);
}

ConditionPtr any_in_order(std::vector<ConditionPtr> operands) {
  return joined_node(std::move(operands), Kind::Or, false);
}

bool Less::operator()(const ConditionPtr& a, const ConditionPtr& b) const {
  const auto rank = [](const Condition& c) { return std::min(static_cast<int>(c.kind()), 2); };
  if (rank(*a) != rank(*b)) return rank(*a) < rank(*b);
  return a->text() < b->text();
}

Numbers intersection(const Numbers& a, const Numbers& b) {
  Numbers both;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const Interval overlap{std::max(a[i].from, b[j].from), std::min(a[i].to, b[j].to)};
    if (overlap.from <= overlap.to) both.push_back(overlap);
    a[i].to < b[j].to ? ++i : ++j;
  }
  return both;
}

ConditionPtr group_test(const std::string& group, const std::string& field) {
  auto made = std::make_shared<Condition>();
  made->kind_ = Kind::Predicate;
  made->text_ = field + " & " + group;
  made->group_ = group;
  return made;
}

ConditionPtr with_group_field(const ConditionPtr& condition, const std::string& field) {
  if (!condition->group().empty()) return group_test(condition->group(), field);
  if (condition->operands().empty()) return condition;
  std::vector<ConditionPtr> operands;
  for (const ConditionPtr& one : condition->operands()) {
    operands.push_back(with_group_field(one, field));
  }
  switch (condition->kind()) {
    case Kind::Not: return negation(std::move(operands.front()));
    case Kind::And: return all_in_order(std::move(operands));
    default: return any_in_order(std::move(operands));
  }
}

std::string quoted(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < 0x20 || value >= 0x7f) {
      out += std::string("\\x") + kHex[value >> 4] + kHex[value & 15];
      continue;
    }
    if (byte == '\\' || byte == '"') out += '\\';
    out += byte;
  }
  return out + '"';
}

ConditionPtr label_test(const std::string& field, const std::vector<std::string>& labels) {
  if (labels.size() <= kMaxLabelTests) {
    std::vector<ConditionPtr> tests;
    for (const std::string& label : labels) tests.push_back(predicate(field + " & " + label));
    return any_of(std::move(tests));
  }
  std::string text = field + " in { ";
  for (const std::string& label : labels) text += (&label == &labels.front() ? "" : ", ") + label;
  return predicate(text + " }");
}

}  // namespace eventfilter::policy
