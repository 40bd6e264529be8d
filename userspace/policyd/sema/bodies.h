// SPDX-License-Identifier: BSD-2-Clause
//
// The statements of domains, handles and macros.
#pragma once

#include <vector>

#include "ast/ast.h"
#include "policy/policy.h"
#include "sema/rules.h"

namespace eventfilter::sema {

// Macros with their arguments that one domain can use.
inline constexpr std::size_t kMaxInvocations = 1000;

// The statements of one domain, or of one macro for its own sake.
class BodyChecker {
 public:
  BodyChecker(const Names& names, RuleChecker& rules, Reporter& reporter, policy::Domain& ret)
      : names_(names), rules_(rules), reporter_(reporter), ret_(ret) {}

  void check_domain(const std::vector<ast::Statement>& statements, const Scope& scope);
  void check_macro(const ast::Macro& macro);

 private:
  // A macro with what its parameters stand for, where it is used.
  struct Body {
    const std::vector<ast::Statement>* statements = nullptr;
    Context context;

    bool operator==(const Body&) const = default;
  };

  void check_body(const std::vector<ast::Statement>& statements, const Context& context);
  void check_if(const ast::If& one, const Context& context);
  void add_default(const ast::Default& one, const Context& context);
  void add_macro(const ast::Invocation& one, const Context& context);

  const Names& names_;
  RuleChecker& rules_;
  Reporter& reporter_;
  policy::Domain& ret_;
  bool is_macro_ = false;       // for its own sake: those that it uses have their own turn
  bool in_domain_ = false;      // of the domain itself, not of a macro that it uses
  bool too_many_ = false;
  std::vector<Body> bodies_;
};

}  // namespace eventfilter::sema
