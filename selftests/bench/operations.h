// SPDX-License-Identifier: BSD-2-Clause
// What is measured: the same operations for us and for every other access control.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "support/tree.h"

namespace eventfilter::selftest {

// One time round; negative when it failed
using Once = std::function<long()>;

struct Operation {
  std::string name;
  unsigned batch;     // times between two looks at the clock
  unsigned children;  // processes whose median counts: more for what varies
  // In the child, before it's confined: opens what the operation needs
  std::function<Once()> prepare;
};

// The files of the operations: a tmpfs with a path of 20 components, and folders beside it that
// rules can be about.
class Playground {
 public:
  static constexpr unsigned kDepths[] = {1, 5, 10, 20};
  static constexpr unsigned kMaxRules = 1000;

  Playground();
  [[nodiscard]] const std::string& root() const { return tree_.root(); }
  // "rules/0" and so on: no operation looks in there
  [[nodiscard]] std::string rule_folder(unsigned number) const;
  [[nodiscard]] static std::string file_at(unsigned depth);

 private:
  Tree tree_;
};

// Ends with SetupFailed when there is no operation of this name
const Operation& operation(const std::string& name);
const std::vector<Operation>& operations();

// Instructions of `what` in a child of root that `confine` confines; NULL for none
double instructions_of(const Operation& what, const Playground& where,
                       const std::function<void()>& confine);

}  // namespace eventfilter::selftest
