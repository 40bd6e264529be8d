// SPDX-License-Identifier: BSD-2-Clause
#include "sema/bodies.h"

#include <algorithm>

#include "policy/permissions.h"

namespace eventfilter::sema {

// Each macro counts once for the same arguments, however often it is used, and there is a limit:
// no macro can blow up a domain.
void BodyChecker::check_domain(const std::vector<ast::Statement>& statements, const Scope& scope) {
  bodies_ = {{&statements, {scope, {}}}};
  in_domain_ = true;
  for (std::size_t i = 0; i < bodies_.size(); ++i) {
    const Body body = bodies_[i];
    check_body(*body.statements, body.context);
    in_domain_ = false;
  }
}

void BodyChecker::check_macro(const ast::Macro& macro) {
  is_macro_ = true;
  Context context;
  context.is_scratch = true;
  context.scope.self = policy::LabelId{0};
  // Whatever a parameter stands for, the rules are right or wrong.
  for (const ast::Name& name : macro.parameters) {
    if (!context.scope.parameters.emplace(name.text, Labels{0}).second) {
      reporter_.report(Message::name_again, name.range, {name.text});
    }
  }
  check_body(macro.statements, context);
}

void BodyChecker::check_body(const std::vector<ast::Statement>& statements,
                             const Context& context) {
  for (const ast::Statement& statement : statements) {
    if (const auto* const rule = std::get_if<ast::Rule>(&statement)) {
      rules_.add(*rule, context, ret_);
    } else if (const auto* const use = std::get_if<ast::Use>(&statement)) {
      for (const ast::Invocation& one : use->macros) add_macro(one, context);
    } else if (const auto* const one = std::get_if<std::unique_ptr<ast::If>>(&statement)) {
      check_if(**one, context);
    } else {
      add_default(std::get<ast::Default>(statement), context);
    }
  }
}

void BodyChecker::check_if(const ast::If& one, const Context& context) {
  const auto boolean = names_.find_boolean(one.boolean);
  if (!boolean) return;
  for (const bool is_then : {true, false}) {
    Context inner = context;
    const policy::Guard guard{*boolean, is_then != one.is_negated};
    const policy::Guard other{*boolean, !guard.wanted};
    const auto has = [&](const policy::Guard& g) {
      return std::find(inner.guards.begin(), inner.guards.end(), g) != inner.guards.end();
    };
    const std::vector<ast::Statement>& statements = is_then ? one.then : one.otherwise;
    if (statements.empty()) continue;
    if (has(other)) {
      reporter_.report(Message::if_never, one.boolean.range, {one.boolean.text});
      continue;
    }
    if (!has(guard)) inner.guards.push_back(guard);
    std::sort(inner.guards.begin(), inner.guards.end());
    check_body(statements, inner);
  }
}

void BodyChecker::add_macro(const ast::Invocation& one, const Context& context) {
  const ast::Macro* const macro = names_.find_macro(one.macro);
  if (macro == nullptr) return;
  if (macro->parameters.size() != one.arguments.size()) {
    reporter_.report(Message::macro_arguments, one.macro.range,
                     {one.macro.text, std::to_string(macro->parameters.size())}, {},
                     {{macro->name.range, "it is declared here"}});
    return;
  }
  Body body{&macro->statements, {{{}, context.scope.self}, context.guards}};
  bool good = true;
  for (std::size_t i = 0; i < one.arguments.size(); ++i) {
    const auto labels = rules_.objects(one.arguments[i], context.scope);
    good = good && labels;
    if (labels) body.context.scope.parameters[macro->parameters[i].text] = labels->labels;
  }
  if (!good || is_macro_ || std::find(bodies_.begin(), bodies_.end(), body) != bodies_.end()) return;
  if (bodies_.size() > kMaxInvocations) {
    if (!too_many_) {
      reporter_.report(Message::too_many_macros, one.macro.range, {std::to_string(kMaxInvocations)});
    }
    too_many_ = true;
    return;
  }
  bodies_.push_back(std::move(body));
}

void BodyChecker::add_default(const ast::Default& one, const Context& context) {
  if (!in_domain_) {
    reporter_.report(Message::default_in_macro, one.range);
    return;
  }
  if (!context.guards.empty()) {
    reporter_.report(Message::default_in_if, one.range);
    return;
  }
  if (one.classes.all) {
    for (const std::string& name : policy::class_names()) ret_.open_classes.insert(name);
    return;
  }
  const ast::Name& name = one.classes.list.front();
  if (!rules_.check_class(name)) return;
  const policy::ClassInfo* const info = policy::find_class(name.text);
  if (info == nullptr) {
    reporter_.report(Message::default_user_class, one.range, {name.text});
  } else if (info->is_open && !ret_.is_handle) {
    reporter_.report(Message::default_open, one.range, {name.text});
  } else if (!ret_.open_classes.insert(name.text).second) {
    reporter_.report(Message::default_again, one.range, {name.text});
  }
}

}  // namespace eventfilter::sema
