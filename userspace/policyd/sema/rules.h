// SPDX-License-Identifier: BSD-2-Clause
//
// Rules -> grants: what each says about one event.
#pragma once

#include <optional>
#include <vector>

#include "ast/ast.h"
#include "events/target.h"
#include "policy/policy.h"
#include "sema/conditions.h"
#include "sema/names.h"
#include "sema/reporter.h"

namespace eventfilter::sema {

// What the rules of a policy are checked against.
class RuleChecker {
 public:
  RuleChecker(const Names& names, const events::Target& target, Reporter& reporter,
              diag::Diagnostics& diagnostics)
      : names_(names), target_(target), reporter_(reporter), diagnostics_(diagnostics) {}

  // Reports a class that isn't there.
  bool check_class(const ast::Name& name);

  // Adds what the rule says to the domain.
  void add(const ast::Rule& rule, policy::Domain& ret);

 private:
  // What a permission of a rule stands for.
  struct Part {
    Subject subject;
    policy::Needs needs;
  };

  std::vector<Part> object_parts(const ast::Rule& rule);
  std::vector<Part> syscall_parts(const ast::Rule& rule);
  void add_syscall(const ast::Rule& rule, const std::string& name, const Range& range,
                   bool named, std::vector<Part>& parts);
  void add_part(Part part, std::vector<Part>& parts);
  bool check_objects(const ast::Rule& rule, const std::vector<Part>& parts);
  std::optional<policy::Objects> objects(const ast::Rule& rule);
  std::optional<policy::Action> action(const ast::Action& action);
  std::optional<policy::ConditionPtr> condition(const ast::Rule& rule, const Part& part);
  void report_lacking(const ast::Rule& rule, const policy::Permission& permission);
  void check_repetitions(const ast::Names& names);

  const Names& names_;
  const events::Target& target_;
  Reporter& reporter_;
  diag::Diagnostics& diagnostics_;
};

}  // namespace eventfilter::sema
