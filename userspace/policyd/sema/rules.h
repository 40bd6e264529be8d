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

// What a permission of a rule stands for.
struct Part {
  Subject subject;
  policy::Needs needs;
};

// A class and permissions of it, as a rule or an assertion names them.
struct Wanted {
  const ast::Name& object_class;
  const ast::Names& permissions;
  ast::Effect effect = ast::Effect::Allow;
  bool is_optional = false;
};

// Where a rule stands: what names mean there, and under which booleans.
struct Context {
  Scope scope;
  std::vector<policy::Guard> guards;  // sorted
  bool is_scratch = false;            // only for what is wrong with the rule

  bool operator==(const Context&) const = default;
};

// What the rules of a policy are checked against.
class RuleChecker {
 public:
  RuleChecker(const Names& names, const events::Target& target, policy::Policy& policy,
              Reporter& reporter, diag::Diagnostics& diagnostics)
      : names_(names), target_(target), policy_(policy), reporter_(reporter),
        diagnostics_(diagnostics) {}

  // Reports a class that isn't there.
  bool check_class(const ast::Name& name);

  // Reports a set whose class or permissions aren't there.
  void check_set(const ast::PermissionSet& set);

  // Adds what the rule says to the domain.
  void add(const ast::Rule& rule, const Context& context, policy::Domain& ret);

  // The events of permissions; what is wrong with them is reported.
  std::vector<Part> parts(const Wanted& wanted);

  // Whether all parts have labels, if there is an "on" at `range`.
  bool check_objects(const Range& range, const std::vector<Part>& parts);

  // Whether all parts can tell the labels of an "on" at `range`.
  bool check_names(const Range& range, const std::vector<Part>& parts, const policy::Objects& on);

  // The labels of an "on".
  std::optional<policy::Objects> objects(const ast::Names& names, const Scope& scope);

 private:
  std::vector<std::string> all_permissions(const std::string& object_class) const;
  bool is_known(const std::string& object_class, const std::string& permission) const;
  std::vector<ast::Name> expanded(const Wanted& wanted);
  std::vector<Part> object_parts(const Wanted& wanted);
  std::vector<Part> syscall_parts(const Wanted& wanted);
  void add_syscall(const Wanted& wanted, const std::string& name, const Range& range,
                   bool named, std::vector<Part>& parts);
  void add_part(Part part, std::vector<Part>& parts);
  void add_grants(const ast::Rule& rule, const std::vector<Part>& parts, const Context& context,
                  policy::Domain& ret);
  void add_user_rule(const ast::Rule& rule, std::size_t user_class, const Context& context,
                     policy::Domain& ret);
  std::uint32_t user_permissions(const ast::Names& names, const policy::UserClass& one);
  bool check_action(const ast::Rule& rule, const std::vector<Part>& parts, bool is_handle);
  bool check_handle(const ast::Rule& rule, const std::vector<Part>& parts);
  bool holds(const Context& context, policy::Domain& ret);
  policy::ConditionPtr guard(const Context& context, const Range& range,
                             const policy::Objects& on);
  std::optional<policy::Action> action(const ast::Action& action);
  std::optional<policy::ConditionPtr> condition(const ast::Rule& rule, const Part& part,
                                                const Scope& scope);
  void report_lacking(const Wanted& wanted, const policy::Permission& permission);
  void unknown_permission(const Wanted& wanted, const ast::Name& name,
                          const std::vector<std::string>& known);
  void check_repetitions(const ast::Names& names);

  const Names& names_;
  const events::Target& target_;
  policy::Policy& policy_;
  Reporter& reporter_;
  diag::Diagnostics& diagnostics_;
};

}  // namespace eventfilter::sema
