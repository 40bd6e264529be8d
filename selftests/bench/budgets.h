// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>
#include <vector>

namespace eventfilter::selftest {

// A line of the file of budgets: NAME MEASURED TOLERANCE GOAL
struct Budget {
  std::string name;
  double measured;
  double tolerance;  // a part of `measured`; and never less than 2 instructions
  std::string goal;  // for people

  [[nodiscard]] double most() const;
};

class Budgets {
 public:
  explicit Budgets(std::vector<Budget> budgets) : budgets_(std::move(budgets)) {}
  // nullptr for a figure without a budget
  [[nodiscard]] const Budget* find(const std::string& name) const;

 private:
  std::vector<Budget> budgets_;
};

// Ends with SetupFailed when a line is malformed
Budgets read_budgets(const std::string& path);

}  // namespace eventfilter::selftest
