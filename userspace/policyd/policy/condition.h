// SPDX-License-Identifier: BSD-2-Clause
//
// A condition in canonical form: what the kernel's filter language can say, sorted, without
// repetitions. Two conditions that print alike are equal. Immutable and shared.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/number.h"

namespace eventfilter::policy {

class Condition;
using ConditionPtr = std::shared_ptr<const Condition>;

class Condition {
 public:
  enum class Kind { Always, Never, Predicate, Not, And, Or };

  Kind kind() const { return kind_; }
  const std::vector<ConditionPtr>& operands() const { return operands_; }

  // As the kernel's language writes it; "" for Always and Never.
  const std::string& text() const { return text_; }

  // The group of the label space that a predicate tests the label for, when it stands for booleans.
  const std::string& group() const { return group_; }

  // An id without a mapping makes a predicate false, and its negation too: it contradicts nothing.
  bool may_be_undefined() const { return may_be_undefined_; }

  // A predicate's field, and the numbers for which it is true, when it is that simple.
  const std::string& field() const { return field_; }
  const std::optional<Numbers>& numbers() const { return numbers_; }

 private:
  friend ConditionPtr make(Kind, std::string, std::vector<ConditionPtr>);
  friend ConditionPtr predicate(std::string, std::string, std::optional<Numbers>);
  friend ConditionPtr id_predicate(std::string);
  friend ConditionPtr group_test(const std::string&, const std::string&);

  Kind kind_ = Kind::Always;
  std::string text_;
  std::vector<ConditionPtr> operands_;
  std::string field_;
  std::string group_;
  std::optional<Numbers> numbers_;
  bool may_be_undefined_ = false;
};

ConditionPtr always();
ConditionPtr never();
ConditionPtr predicate(std::string text, std::string field = {},
                       std::optional<Numbers> numbers = std::nullopt);
ConditionPtr id_predicate(std::string text);  // of an id
ConditionPtr negation(ConditionPtr operand);

// In canonical order; "never" where a field would have to be two things at once.
ConditionPtr all_of(std::vector<ConditionPtr> operands);
ConditionPtr any_of(std::vector<ConditionPtr> operands);

// all_of and any_of that keep the order in which a reader expects the operands.
ConditionPtr all_in_order(std::vector<ConditionPtr> operands);
ConditionPtr any_in_order(std::vector<ConditionPtr> operands);

// Orders conditions by their text; Always before Never before the others.
struct Less {
  bool operator()(const ConditionPtr& a, const ConditionPtr& b) const;
};

Numbers intersection(const Numbers& a, const Numbers& b);

// The predicate that tests a label for a group that stands for booleans.
ConditionPtr group_test(const std::string& group, const std::string& field = "label");

// The condition with its group tests about another label field.
ConditionPtr with_group_field(const ConditionPtr& condition, const std::string& field);

// A string as the kernel's language writes it, quotes included.
std::string quoted(std::string_view text);

// The predicate that tests a label field for any of `labels` (sorted, not empty).
ConditionPtr label_test(const std::string& field, const std::vector<std::string>& labels);

}  // namespace eventfilter::policy
