// SPDX-License-Identifier: BSD-2-Clause
#include "bench/budgets.h"

#include <algorithm>
#include <sstream>

#include "support/program.h"
#include "support/require.h"

namespace eventfilter::selftest {

double Budget::most() const { return measured + std::max(measured * tolerance, 2.0); }

const Budget* Budgets::find(const std::string& name) const {
  const auto found = std::find_if(budgets_.begin(), budgets_.end(),
                                  [&](const Budget& budget) { return budget.name == name; });
  return found != budgets_.end() ? &*found : nullptr;
}

Budgets read_budgets(const std::string& path) {
  std::vector<Budget> budgets;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    line.resize(std::min(line.find('#'), line.size()));
    std::istringstream words(line);
    Budget budget;
    if (!(words >> budget.name)) {
      continue;
    }
    words >> budget.measured >> budget.tolerance >> budget.goal;
    require(static_cast<bool>(words), "malformed line in " + path + ": " + line);
    budgets.push_back(budget);
  }
  return Budgets(std::move(budgets));
}

}  // namespace eventfilter::selftest
