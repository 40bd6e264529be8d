// SPDX-License-Identifier: BSD-2-Clause
#include "oracle/expression.h"

#include <cstdio>

namespace eventfilter::selftest {
namespace {

enum class Operator { kEqual, kDifferent, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kMask };
constexpr std::array<const char*, 7> kOperators{"==", "!=", "<", "<=", ">", ">=", "&"};

class Predicate : public Expression {
 public:
  Predicate(std::string text, size_t field, Operator op, uint64_t number)
      : text_(std::move(text)), field_(field), operator_(op), number_(number) {}

  [[nodiscard]] std::string text() const override { return text_; }
  [[nodiscard]] bool is_true(const Arguments& arguments) const override {
    const uint64_t value = arguments[field_];
    switch (operator_) {
      case Operator::kEqual:
        return value == number_;
      case Operator::kDifferent:
        return value != number_;
      case Operator::kLess:
        return value < number_;
      case Operator::kLessOrEqual:
        return value <= number_;
      case Operator::kGreater:
        return value > number_;
      case Operator::kGreaterOrEqual:
        return value >= number_;
      case Operator::kMask:
        return (value & number_) != 0;
    }
    return false;
  }

 private:
  std::string text_;
  size_t field_;
  Operator operator_;
  uint64_t number_;
};

class Not : public Expression {
 public:
  Not(std::unique_ptr<Expression> operand, bool parentheses)
      : operand_(std::move(operand)), parentheses_(parentheses) {}

  [[nodiscard]] std::string text() const override {
    return parentheses_ ? "!(" + operand_->text() + ")" : "!" + operand_->text();
  }
  [[nodiscard]] bool is_true(const Arguments& arguments) const override {
    return !operand_->is_true(arguments);
  }

 private:
  std::unique_ptr<Expression> operand_;
  bool parentheses_;
};

class Parentheses : public Expression {
 public:
  explicit Parentheses(std::unique_ptr<Expression> inside) : inside_(std::move(inside)) {}
  [[nodiscard]] std::string text() const override { return "(" + inside_->text() + ")"; }
  [[nodiscard]] bool is_true(const Arguments& arguments) const override {
    return inside_->is_true(arguments);
  }

 private:
  std::unique_ptr<Expression> inside_;
};

// Operands joined without parentheses, so that precedence is tried: "a || b && c || d"
class Chain : public Expression {
 public:
  void add(std::unique_ptr<Expression> operand, bool joined_by_and) {
    operands_.push_back(std::move(operand));
    joined_by_and_.push_back(joined_by_and);
  }
  [[nodiscard]] std::string text() const override {
    std::string all;
    for (size_t i = 0; i < operands_.size(); ++i) {
      all += i == 0 ? "" : joined_by_and_[i] ? " && " : " || ";
      all += operands_[i]->text();
    }
    return all;
  }
  // && binds tighter than ||
  [[nodiscard]] bool is_true(const Arguments& arguments) const override {
    bool any = false;
    bool all = true;
    for (size_t i = 0; i < operands_.size(); ++i) {
      if (i != 0 && !joined_by_and_[i]) {
        any = any || all;
        all = true;
      }
      all = all && operands_[i]->is_true(arguments);
    }
    return any || all;
  }

 private:
  std::vector<std::unique_ptr<Expression>> operands_;
  std::vector<bool> joined_by_and_;
};

// Values around which comparisons change their mind
constexpr std::array<uint64_t, 12> kInteresting{
    0, 1, 2, 3, 7, 8, 100, 0x7fff, 0x7fffffff, 0xffffffff, 1ULL << 63, ~0ULL};

}  // namespace

uint64_t Generator::value() {
  const uint64_t base = kInteresting[below(kInteresting.size())];
  const uint64_t value = below(8) == 0 ? random_() : base + below(3) - 1;
  return subject_.largest == ~0ULL ? value : value % (subject_.largest + 1);
}

std::string Generator::number_text(uint64_t number) {
  constexpr std::array<const char*, 3> kFormats{"%llu", "0x%llx", "0%llo"};
  char text[32];
  // ftrace takes at most 23 characters
  std::snprintf(text, sizeof(text), kFormats[number >> 60 != 0 ? below(2) : below(3)],
                static_cast<unsigned long long>(number));
  return text;
}

std::unique_ptr<Expression> Generator::predicate() {
  const size_t field = below(subject_.fields.size());
  const auto op = static_cast<Operator>(below(kOperators.size()));
  const uint64_t number = value();
  const char* space = below(4) == 0 ? "" : " ";
  const std::string text = std::string(subject_.fields[field]) + space +
                           kOperators[static_cast<size_t>(op)] + space + number_text(number);
  return std::make_unique<Predicate>(text, field, op, number);
}

std::unique_ptr<Expression> Generator::expression(unsigned size) {
  if (size <= 1) {
    auto alone = predicate();
    switch (below(6)) {
      case 0:
        return std::make_unique<Not>(std::move(alone), true);
      case 1:
        return std::make_unique<Not>(std::move(alone), false);
      default:
        return alone;
    }
  }
  auto chain = std::make_unique<Chain>();
  for (unsigned left = size; left > 0;) {
    const unsigned part = 1 + static_cast<unsigned>(below(left > size / 2 ? (size + 1) / 2 : left));
    auto operand = expression(part);
    if (part > 1) {
      operand = below(3) == 0
                    ? std::unique_ptr<Expression>(std::make_unique<Not>(std::move(operand), true))
                    : std::make_unique<Parentheses>(std::move(operand));
    }
    chain->add(std::move(operand), below(2) == 0);
    left -= part;
  }
  return chain;
}

Arguments Generator::arguments() {
  Arguments all{};
  for (size_t i = 0; i < subject_.fields.size(); ++i) {
    all[i] = value();
  }
  return all;
}

}  // namespace eventfilter::selftest
