// SPDX-License-Identifier: BSD-2-Clause
// Random filters in the part of the language that ftrace has, too, and random calls to try them on.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace eventfilter::selftest {

using Arguments = std::array<uint64_t, 6>;

// A system call whose arguments are numbers, and which does nothing with those it's called with
// here
struct Subject6 {
  const char* name;  // without sys_enter_
  long number;
  std::vector<const char*> fields;
  uint64_t largest;  // of values and constants
};

// A filter as text, and what it means by a third, independent opinion
class Expression {
 public:
  virtual ~Expression() = default;
  [[nodiscard]] virtual std::string text() const = 0;
  [[nodiscard]] virtual bool is_true(const Arguments& arguments) const = 0;
};

class Generator {
 public:
  Generator(const Subject6& subject, uint64_t seed) : subject_(subject), random_(seed) {}

  // `size`: predicates at most
  std::unique_ptr<Expression> expression(unsigned size);
  // Drawn from the values that expressions are made of, and their neighbours
  Arguments arguments();

 private:
  uint64_t below(uint64_t limit) { return random_() % limit; }
  uint64_t value();
  std::string number_text(uint64_t number);
  std::unique_ptr<Expression> predicate();

  const Subject6& subject_;
  std::mt19937_64 random_;
};

}  // namespace eventfilter::selftest
