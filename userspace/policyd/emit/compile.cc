// SPDX-License-Identifier: BSD-2-Clause
#include "emit/compile.h"

#include <algorithm>
#include <set>

#include "av/vectors.h"
#include "diag/messages.h"
#include "emit/ruleset.h"
#include "emit/schema.h"
#include "emit/session.h"
#include "events/target.h"
#include "sema/check.h"
#include "stdlib/stdlib.h"
#include "syntax/load.h"

namespace eventfilter::emit {
namespace {

Cover cover_of(policy::Cover cover) {
  switch (cover) {
    case policy::Cover::Tree: return Cover::Tree;
    case policy::Cover::Self: return Cover::Self;
    case policy::Cover::Name:
    case policy::Cover::Deep: break;
  }
  return Cover::Name;
}

LabelAssignment assignment_of(const policy::Assignment& from, const policy::Policy& policy,
                              const diag::Diagnostics& diagnostics) {
  LabelAssignment made;
  made.label = policy.labels[from.label].name;
  made.cover = cover_of(from.cover);
  made.path = from.path;
  made.directory = from.directory;
  made.component = from.component;
  made.where = diagnostics.place(from.range);
  return made;
}

std::vector<CompiledDomain> compiled(const std::vector<av::DomainVectors>& vectors,
                                     const policy::Policy& policy, LabelNames& labels,
                                     const CoreSchema& schema, diag::Diagnostics& diagnostics) {
  std::vector<CompiledDomain> all;
  for (const av::DomainVectors& domain : vectors) {
    base::Result<std::string> ruleset = ruleset_of({&domain}, labels, schema);
    if (!ruleset) {
      diagnostics.add(diag::make(diag::Message::ruleset_refused, domain.range,
                                 {ruleset.error().message}));
      continue;
    }
    CompiledDomain made;
    made.name = domain.name;
    made.ruleset = std::move(ruleset).value();
    made.permissive = domain.permissive;
    made.where = diagnostics.place(domain.range);
    for (const av::UserVector& one : domain.user) {
      made.user.push_back({policy.user_classes[one.user_class].name,
                           one.label ? policy.labels[*one.label].name : "", one.allowed,
                           one.audited, one.quiet});
    }
    all.push_back(std::move(made));
  }
  return all;
}

std::vector<std::string> names_of(const policy::Objects& on, const policy::Policy& policy) {
  std::vector<std::string> names;
  for (const policy::LabelId label : on.labels) names.push_back(policy.labels[label].name);
  return names;
}

CompiledRule rule_of(const policy::Grant& grant, const policy::Policy& policy) {
  CompiledRule made;
  made.event = grant.event->name;
  made.is_allow = grant.effect == ast::Effect::Allow;
  made.asks = policy::condition_of_deny(grant.needs);
  made.asks_only = policy::condition_of_allow(grant.needs);
  made.all = grant.on.all;
  made.labels = names_of(grant.on, policy);
  made.when = grant.when->text();
  made.action = grant.action.text();
  return made;
}

void add_rules(const policy::Domain& domain, const policy::Policy& policy, CompiledDomain& ret) {
  ret.rules.reserve(domain.grants.size());
  for (const policy::Grant& grant : domain.grants) {
    if (grant.when->kind() == policy::Condition::Kind::Never) continue;
    ret.rules.push_back(rule_of(grant, policy));
    ret.rules.back().range = domain.rules[grant.rule].range;
  }
}

void add_assertions(const policy::Policy& policy, CompiledPolicy& ret) {
  for (const policy::Assertion& one : policy.assertions) {
    CompiledAssertion made;
    made.kind = static_cast<CompiledAssertion::Kind>(one.kind);
    for (const std::size_t domain : one.domains) made.domains.push_back(policy.domains[domain].name);
    for (const policy::Grant& event : one.events) {
      if (event.when->kind() != policy::Condition::Kind::Never) {
        made.events.push_back(rule_of(event, policy));
      }
    }
    made.all = one.on.all;
    made.labels = names_of(one.on, policy);
    made.path = one.path.value_or("");
    made.range = one.range;
    ret.assertions.push_back(std::move(made));
  }
}

void add_roles(const policy::Policy& policy, const std::vector<av::DomainVectors>& vectors,
               const events::Target& target, LabelNames& labels, const CoreSchema& schema,
               diag::Diagnostics& diagnostics, CompiledPolicy& ret) {
  const auto role_names = [&](const std::set<std::size_t>& roles) {
    std::vector<std::string> names;
    for (const std::size_t role : roles) names.push_back(policy.roles[role].name);
    return names;
  };
  for (const policy::Role& role : policy.roles) {
    base::Result<std::string> session = session_of(role, policy, vectors, target, labels, schema);
    if (!session) {
      diagnostics.add(diag::make(diag::Message::ruleset_refused, role.range,
                                 {session.error().message}));
      continue;
    }
    CompiledRole made{role.name, {}, role_names(role.inherits), std::move(session).value(), {}};
    for (const policy::ConditionPtr& one : role.constraints) {
      if (one->kind() != policy::Condition::Kind::Always) made.constraints.push_back(one->text());
    }
    for (const std::size_t domain : role.domains) made.domains.push_back(policy.domains[domain].name);
    ret.roles.push_back(std::move(made));
  }
  for (const policy::User& user : policy.users) {
    ret.users.push_back({user.name, role_names(user.roles)});
  }
  for (const policy::Exclusive& one : policy.exclusives) {
    if (one.is_active) ret.exclusive_active.push_back(role_names(one.roles));
  }
}

// A transition adds one ruleset: for a domain that is from others, one with all their layers.
void add_stacked(const policy::Policy& policy, const std::vector<av::DomainVectors>& vectors,
                 LabelNames& labels, const CoreSchema& schema, diag::Diagnostics& diagnostics,
                 CompiledPolicy& ret) {
  std::set<std::size_t> targets;
  for (const policy::Transition& one : policy.transitions) targets.insert(one.to);
  for (const std::size_t target : targets) {
    Layers layers;
    for (std::optional<std::size_t> at = target; at; at = policy.domains[*at].from) {
      layers.insert(layers.begin(), &vectors[*at]);
    }
    if (layers.size() == 1) continue;
    base::Result<std::string> ruleset = ruleset_of(layers, labels, schema);
    if (ruleset) {
      ret.domains[target].stacked = std::move(ruleset).value();
    } else {
      diagnostics.add(diag::make(diag::Message::ruleset_refused, policy.domains[target].range,
                                 {ruleset.error().message}));
    }
  }
}

// What a domain's rules don't say: how it stands to other domains and to booleans.
void relate(const policy::Policy& policy, CompiledPolicy& ret) {
  for (std::size_t i = 0; i < ret.domains.size(); ++i) {
    const policy::Domain& domain = policy.domains[i];
    CompiledDomain& made = ret.domains[i];
    add_rules(domain, policy, made);
    if (domain.from) made.from = policy.domains[*domain.from].name;
    for (const std::size_t one : domain.fixed_booleans) {
      made.fixed_booleans.push_back(policy.booleans[one].name);
    }
  }
  for (const policy::LabelId label : policy.task_labels) {
    for (CompiledDomain& domain : ret.domains) {
      domain.is_labelled = domain.is_labelled || domain.name == policy.labels[label].name;
    }
  }
  for (const policy::Transition& one : policy.transitions) {
    ret.transitions.push_back({policy.domains[one.from].name, policy.labels[one.on].name,
                               policy.domains[one.to].name});
  }
  std::sort(ret.transitions.begin(), ret.transitions.end());
}

void add_space(const policy::Policy& policy, CompiledPolicy& ret) {
  for (policy::LabelId i = 0; i < policy.labels.size(); ++i) {
    const bool is_object = policy.labels[i].kind == policy::Label::Kind::Object;
    if (is_object || policy.task_labels.count(i) != 0) ret.labels.push_back(policy.labels[i].name);
  }
  for (const policy::Boolean& one : policy.booleans) ret.booleans.push_back({one.name, one.value});
  for (const policy::Group& group : policy.groups) {
    CompiledGroup made{group.name, {}, {}};
    for (const policy::Guard& guard : group.guards) {
      made.guards.push_back({policy.booleans[guard.boolean].name, guard.wanted});
    }
    for (const policy::LabelId label : group.members) made.members.push_back(policy.labels[label].name);
    ret.groups.push_back(std::move(made));
  }
  for (const policy::UserClass& one : policy.user_classes) {
    ret.user_classes.push_back({one.name, one.permissions});
  }
}

// The attributes that filters name are groups of the label space like those that booleans switch.
void add_attributes(const policy::Policy& policy, const LabelNames& labels, CompiledPolicy& ret) {
  for (const policy::Attribute* const one : labels.used()) {
    CompiledGroup made{one->name, {}, {}};
    for (const policy::LabelId label : one->members) made.members.push_back(policy.labels[label].name);
    ret.groups.push_back(std::move(made));
  }
  std::sort(ret.groups.begin(), ret.groups.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
}

// The policy of a rule file and of what it includes. The syntax tree, a third of all the memory, is
// gone before anything is made of it.
std::optional<policy::Policy> checked(const Source& main, const Options& options,
                                      const events::Target& target,
                                      diag::Diagnostics& diagnostics) {
  const syntax::Sources sources{options.read_file, options.include_path, &stdlib::find,
                                stdlib::names()};
  const ast::Policy tree = syntax::load(main.name, main.text, sources, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  policy::Policy policy =
      sema::check(tree, target, {options.variables, options.booleans, options.homes}, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  return policy;
}

// The rulesets of domains, descriptors and roles. False if one is too large, or refused.
bool add_rulesets(const policy::Policy& policy, const events::Target& target, LabelNames& labels,
                  diag::Diagnostics& diagnostics, CompiledPolicy& ret) {
  const av::AccessVectors vectors = av::compute(policy, target, diagnostics);
  const std::vector<policy::Label> names = labels.names();
  const CoreSchema schema(target, names);
  ret.domains = compiled(vectors.domains, policy, labels, schema, diagnostics);
  ret.handles = compiled(vectors.handles, policy, labels, schema, diagnostics);
  add_roles(policy, vectors.domains, target, labels, schema, diagnostics, ret);
  if (diagnostics.has_errors()) return false;
  add_stacked(policy, vectors.domains, labels, schema, diagnostics, ret);
  return !diagnostics.has_errors();
}

}  // namespace

std::optional<CompiledPolicy> compile(const Source& main, const Options& options,
                                      diag::Diagnostics& diagnostics) {
  const events::Target& target = options.target ? *options.target : events::builtin_target();
  const std::optional<policy::Policy> checked_policy = checked(main, options, target, diagnostics);
  if (!checked_policy) return std::nullopt;
  const policy::Policy& policy = *checked_policy;

  CompiledPolicy ret;
  add_space(policy, ret);
  for (const policy::Assignment& one : policy.assignments) {
    ret.assignments.push_back(assignment_of(one, policy, diagnostics));
  }
  for (const policy::Place& one : policy.places) {
    ret.places.push_back({policy.labels[one.label].name, one.text, diagnostics.place(one.range)});
  }
  for (const policy::DeepName& one : policy.deep_names) {
    const std::string& base = policy.labels[one.base].name;
    const LabelAssignment pattern{policy.labels[one.label].name, Cover::Name, "", one.directory, one.glob,
                                  diagnostics.place(one.range)};
    ret.names.push_back({pattern, base});
  }
  LabelNames labels(policy);
  if (!add_rulesets(policy, target, labels, diagnostics, ret)) return std::nullopt;
  relate(policy, ret);
  add_attributes(policy, labels, ret);
  add_assertions(policy, ret);
  return ret;
}

}  // namespace eventfilter::emit
