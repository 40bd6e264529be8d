// SPDX-License-Identifier: BSD-2-Clause
#include "sema/check.h"

#include <algorithm>
#include <set>

#include <linux/eventfilter.h>

#include "sema/assertions.h"
#include "sema/bodies.h"
#include "sema/levels.h"
#include "sema/names.h"
#include "sema/reporter.h"
#include "sema/roles.h"
#include "sema/rules.h"

namespace eventfilter::sema {
namespace {

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

template <typename Declaration, typename Function>
void for_each(const ast::Policy& policy, Function&& function) {
  for (const ast::File& file : policy.files) {
    for (const ast::Declaration& declaration : file.declarations) {
      if (const auto* const one = std::get_if<Declaration>(&declaration)) function(*one);
    }
  }
}

void override_booleans(const Booleans& values, policy::Policy& ret) {
  for (policy::Boolean& one : ret.booleans) {
    const auto found = values.find(one.name);
    if (found != values.end()) one.value = found->second;
  }
}

// One run of check().
class Checker {
 public:
  Checker(const ast::Policy& tree, const events::Target& target, policy::Policy& ret,
          diag::Diagnostics& diagnostics)
      : tree_(tree), ret_(ret), diagnostics_(diagnostics), reporter_(diagnostics), names_(reporter_),
        rules_(names_, target, ret, reporter_, diagnostics) {}

  void check(const Settings& settings) {
    names_.declare(tree_, settings, ret_);
    override_booleans(settings.booleans, ret_);
    for (const ast::PermissionSet* const set : names_.sets()) rules_.check_set(*set);
    check_macros();
    for (const ast::Handle* const handle : names_.handles()) add_handle(*handle);
    for (const ast::Domain* const domain : names_.domains()) add_domain(*domain);
    check_stacks();
    for_each<ast::Transition>(tree_, [&](const ast::Transition& one) { add_transition(one); });
    inherit_transitions();
    apply_levels(tree_, names_, reporter_, ret_);
    add_roles(tree_, names_, reporter_, diagnostics_, ret_);
    for_each<ast::Assertion>(tree_, [&](const ast::Assertion& one) {
      add_assertion(one, names_, rules_, settings.variables, reporter_, ret_);
    });
    ret_.task_labels = names_.task_labels();
  }

 private:
  void check_macros() {
    for_each<ast::Macro>(tree_, [&](const ast::Macro& macro) {
      policy::Domain scratch;
      BodyChecker(names_, rules_, reporter_, scratch).check_macro(macro);
    });
  }

  void add_handle(const ast::Handle& handle) {
    policy::Domain made;
    made.name = handle.name.text;
    made.range = handle.name.range;
    made.is_handle = true;
    BodyChecker(names_, rules_, reporter_, made).check_domain(handle.statements, {});
    check_actions(made, reporter_);
    ret_.handles.push_back(std::move(made));
  }

  void add_domain(const ast::Domain& domain) {
    policy::Domain made;
    made.name = domain.name.text;
    made.range = domain.name.range;
    made.permissive = domain.permissive;
    if (domain.from) made.from = names_.find_domain(*domain.from);
    const Scope scope{{}, names_.task_label(made.name)};
    BodyChecker(names_, rules_, reporter_, made).check_domain(domain.statements, scope);
    check_actions(made, reporter_);
    // They grow no more, and are most of what a large policy takes.
    made.grants.shrink_to_fit();
    made.rules.shrink_to_fit();
    ret_.domains.push_back(std::move(made));
  }

  // No domain is from itself, and no stack has more layers than the kernel.
  void check_stacks() {
    for (const ast::Domain* const domain : names_.domains()) {
      if (!domain->from) continue;
      const std::size_t start = *names_.find_domain(domain->name);
      std::size_t depth = 1;
      auto at = ret_.domains[start].from;
      for (; at && *at != start && depth <= EVF_MAX_LAYERS; ++depth) at = ret_.domains[*at].from;
      if (at && *at == start) {
        reporter_.report(Message::from_itself, domain->from->range, {domain->name.text});
      } else if (depth > EVF_MAX_LAYERS) {
        reporter_.report(Message::from_too_deep, domain->from->range,
                         {std::to_string(EVF_MAX_LAYERS)});
      }
    }
  }

  void add_transition(const ast::Transition& one) {
    const auto from = names_.find_domain(one.from);
    const auto to = names_.find_domain(one.to);
    std::vector<policy::LabelId> labels;
    for (const ast::Name& name : one.on) {
      const Labels* const found = names_.find_labels(name, {});
      if (found != nullptr) labels.insert(labels.end(), found->begin(), found->end());
    }
    if (!from || !to) return;
    names_.use_task_label(one.from.text);
    if (is_mixed(*to)) {
      reporter_.report(Message::transition_permissive, one.to.range, {one.to.text});
    }
    for (const policy::LabelId label : labels) {
      if (!ret_.labels[label].is_carried) {
        reporter_.report(Message::transition_by_name, one.range, {ret_.labels[label].name});
        continue;
      }
      const policy::Transition made{*from, label, *to, one.range};
      if (is_new(made)) ret_.transitions.push_back(made);
    }
  }

  // A transition adds one ruleset, which refuses or doesn't.
  bool is_mixed(std::size_t domain) const {
    const bool permissive = ret_.domains[domain].permissive;
    std::size_t depth = 0;
    for (auto at = ret_.domains[domain].from; at && depth < EVF_MAX_LAYERS; at = ret_.domains[*at].from) {
      if (ret_.domains[*at].permissive != permissive) return true;
      ++depth;
    }
    return false;
  }

  // What a program with a label leads to has one answer for each domain.
  bool is_new(const policy::Transition& made) {
    for (const policy::Transition& known : ret_.transitions) {
      if (known.from != made.from || known.on != made.on) continue;
      const bool agree = known.to == made.to;
      reporter_.report(agree ? Message::transition_again : Message::transition_conflict, made.range,
                       {ret_.domains[made.from].name, ret_.labels[made.on].name,
                        ret_.domains[known.to].name},
                       {}, {{known.range, "it is given here"}});
      return false;
    }
    return true;
  }

  // A domain that is from another one is in that one, too: its transitions are its own, unless it has
  // others.
  void inherit_transitions() {
    const std::vector<policy::Transition> own = ret_.transitions;
    for (std::size_t domain = 0; domain < ret_.domains.size(); ++domain) {
      std::set<policy::LabelId> known;
      std::size_t depth = 0;
      for (std::optional<std::size_t> at = domain; at && depth < EVF_MAX_LAYERS; at = ret_.domains[*at].from) {
        std::set<policy::LabelId> here;
        for (const policy::Transition& one : own) {
          if (one.from != *at || known.count(one.on) != 0) continue;
          here.insert(one.on);
          if (*at == domain) continue;
          ret_.transitions.push_back({domain, one.on, one.to, one.range});
          names_.use_task_label(ret_.domains[domain].name);
        }
        known.insert(here.begin(), here.end());
        ++depth;
      }
    }
    if (ret_.transitions.size() <= EVF_MAX_SPACE_TRANSITIONS) return;
    reporter_.report(Message::too_many_transitions,
                     ret_.transitions[EVF_MAX_SPACE_TRANSITIONS].range,
                     {std::to_string(EVF_MAX_SPACE_TRANSITIONS)});
  }

  const ast::Policy& tree_;
  policy::Policy& ret_;
  diag::Diagnostics& diagnostics_;
  Reporter reporter_;
  Names names_;
  RuleChecker rules_;
};

}  // namespace

policy::Policy check(const ast::Policy& policy, const events::Target& target,
                     const Settings& settings, diag::Diagnostics& diagnostics) {
  policy::Policy ret;
  Checker(policy, target, ret, diagnostics).check(settings);
  return ret;
}

}  // namespace eventfilter::sema
