// SPDX-License-Identifier: BSD-2-Clause
#include "sema/check.h"

#include <algorithm>

#include "sema/names.h"
#include "sema/reporter.h"
#include "sema/rules.h"

namespace eventfilter::sema {
namespace {

// The statements of one domain, or of one macro for its own sake.
class BodyChecker {
 public:
  BodyChecker(const Names& names, RuleChecker& rules, Reporter& reporter, policy::Domain& ret)
      : names_(names), rules_(rules), reporter_(reporter), ret_(ret) {}

  // Each macro counts once, however often it is used: no macro can blow up a domain.
  void check(const std::vector<ast::Statement>& statements, bool is_macro) {
    std::vector<const std::vector<ast::Statement>*> open = {&statements};
    for (std::size_t i = 0; i < open.size(); ++i) {
      for (const ast::Statement& statement : *open[i]) {
        if (const auto* const rule = std::get_if<ast::Rule>(&statement)) {
          rules_.add(*rule, ret_);
        } else if (const auto* const use = std::get_if<ast::Use>(&statement)) {
          add_macros(*use, is_macro, open);
        } else if (is_macro || i > 0) {
          reporter_.report(Message::default_in_macro, std::get<ast::Default>(statement).range);
        } else {
          add_default(std::get<ast::Default>(statement));
        }
      }
    }
  }

 private:
  // A macro for its own sake doesn't open those that it uses: each has its own turn.
  void add_macros(const ast::Use& use, bool is_macro,
                  std::vector<const std::vector<ast::Statement>*>& open) {
    for (const ast::Name& name : use.macros) {
      const ast::Macro* const macro = names_.find_macro(name);
      if (macro == nullptr || is_macro) continue;
      if (std::find(open.begin(), open.end(), &macro->statements) == open.end()) {
        open.push_back(&macro->statements);
      }
    }
  }

  void add_default(const ast::Default& one) {
    if (one.classes.all) {
      for (const std::string& name : policy::class_names()) ret_.open_classes.insert(name);
      return;
    }
    const ast::Name& name = one.classes.list.front();
    if (!rules_.check_class(name)) return;
    if (policy::find_class(name.text)->is_open) {
      reporter_.report(Message::default_open, one.range, {name.text});
    } else if (!ret_.open_classes.insert(name.text).second) {
      reporter_.report(Message::default_again, one.range, {name.text});
    }
  }

  const Names& names_;
  RuleChecker& rules_;
  Reporter& reporter_;
  policy::Domain& ret_;
};

// What happens to a refused event has one answer for each event.
void check_actions(const policy::Domain& domain, Reporter& reporter) {
  std::map<const events::Event*, const policy::Action*> first;
  for (const policy::Grant& grant : domain.grants) {
    if (grant.effect != ast::Effect::Allow || grant.action.is_default()) continue;
    const policy::Action*& known = first[grant.event];
    if (known == nullptr) {
      known = &grant.action;
    } else if (known->text() != grant.action.text()) {
      reporter.report(Message::action_conflict, grant.action.range, {grant.event->name}, {},
                      {{known->range, "the other action is here"}});
    }
  }
}

void check_macros(const ast::Policy& policy, const Names& names, RuleChecker& rules,
                  Reporter& reporter) {
  for (const ast::File& file : policy.files) {
    for (const ast::Declaration& declaration : file.declarations) {
      const auto* const macro = std::get_if<ast::Macro>(&declaration);
      if (macro == nullptr) continue;
      policy::Domain scratch;
      BodyChecker(names, rules, reporter, scratch).check(macro->statements, true);
    }
  }
}

}  // namespace

policy::Policy check(const ast::Policy& policy, const events::Target& target,
                     const Variables& variables, diag::Diagnostics& diagnostics) {
  policy::Policy ret;
  Reporter reporter(diagnostics);
  Names names(reporter);
  names.declare(policy, variables, ret);
  RuleChecker rules(names, target, reporter, diagnostics);
  check_macros(policy, names, rules, reporter);
  for (const ast::Domain* const domain : names.domains()) {
    if (domain->from) reporter.report(Message::domain_from, domain->from->range);
    policy::Domain made;
    made.name = domain->name.text;
    made.range = domain->name.range;
    made.permissive = domain->permissive;
    BodyChecker(names, rules, reporter, made).check(domain->statements, false);
    check_actions(made, reporter);
    ret.domains.push_back(std::move(made));
  }
  std::sort(ret.domains.begin(), ret.domains.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return ret;
}

}  // namespace eventfilter::sema
