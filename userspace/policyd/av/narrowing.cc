// SPDX-License-Identifier: BSD-2-Clause
#include "av/narrowing.h"

#include <algorithm>
#include <map>

#include "diag/messages.h"

namespace eventfilter::av {
namespace {

using diag::Message;
using policy::Condition;
using policy::ConditionPtr;
using policy::Grant;

// Lines that a finding names besides its own.
constexpr std::size_t kMaxNotes = 3;

ConditionPtr on_label(const std::vector<LabelGroup>& groups, std::optional<policy::LabelId> label) {
  for (const LabelGroup& group : groups) {
    if (label && std::binary_search(group.labels.begin(), group.labels.end(), *label)) {
      return group.when;
    }
  }
  return policy::never();
}

// When a verdict lets an object with this label, or without one, pass.
ConditionPtr passes(const Verdict& verdict, std::optional<policy::LabelId> label) {
  return policy::all_of({policy::any_of({verdict.any, on_label(verdict.allow, label)}),
                         policy::negation(on_label(verdict.deny, label)),
                         policy::negation(verdict.deny_any)});
}

ConditionPtr passes(const DomainVectors& domain, const events::Event& event,
                    std::optional<policy::LabelId> label) {
  for (const EventVector& vector : domain.events) {
    if (vector.event != &event) continue;
    std::vector<ConditionPtr> all;
    for (const Step& step : vector.steps) {
      if (step.action.starts_with("log")) continue;
      all.push_back(passes(step.verdict, label));
    }
    return policy::all_of(std::move(all));
  }
  return domain.closed.count(event.group) != 0 ? policy::never() : policy::always();
}

// Whether two conditions can't both hold, as far as a look at their parts shows it.
bool excludes(const ConditionPtr& a, const ConditionPtr& b) {
  const auto cases = [](const ConditionPtr& one) {
    const bool is_or = one->kind() == Condition::Kind::Or;
    return is_or ? one->operands() : std::vector<ConditionPtr>{one};
  };
  for (const ConditionPtr& one : cases(a)) {
    for (const ConditionPtr& other : cases(b)) {
      if (policy::all_of({one, other})->kind() != Condition::Kind::Never) return false;
    }
  }
  return true;
}

// Whether the domain refuses all that a grant allows.
bool refuses(const DomainVectors& domain, const Grant& grant) {
  ConditionPtr asked = grant.when;
  if (const auto part = policy::condition_of_deny(grant.needs); !part.empty()) {
    asked = policy::all_of({asked, policy::predicate(std::string(part))});
  }
  std::vector<std::optional<policy::LabelId>> labels(grant.on.labels.begin(), grant.on.labels.end());
  if (grant.on.all) {
    labels = {std::nullopt};
    for (const EventVector& vector : domain.events) {
      if (vector.event != grant.event) continue;
      for (const Step& step : vector.steps) {
        for (const LabelGroup& group : step.verdict.allow) {
          labels.insert(labels.end(), group.labels.begin(), group.labels.end());
        }
      }
    }
  }
  return std::all_of(labels.begin(), labels.end(), [&](const auto& label) {
    return excludes(passes(domain, *grant.event, label), asked);
  });
}

// Rules by the grants that they are, of what may be refused: the first of each.
std::map<std::size_t, std::vector<const Grant*>> allow_rules(const policy::Domain& domain) {
  std::map<std::size_t, std::vector<const Grant*>> rules;
  for (const Grant& grant : domain.grants) {
    const bool is_never = grant.when->kind() == Condition::Kind::Never;
    if (grant.effect == ast::Effect::Allow && !is_never) rules[grant.rule].push_back(&grant);
  }
  return rules;
}

bool is_named(const policy::Domain& domain, const diag::Range& range) {
  return std::any_of(domain.rules.begin(), domain.rules.end(),
                     [&](const policy::RuleSource& rule) { return rule.range == range; });
}

// The rules of the refusing domain that are about the same event: those that deny it, or those that
// allow it elsewhere.
std::vector<diag::Note> notes_about(const policy::Domain& domain, const events::Event& event) {
  std::vector<diag::Note> notes;
  for (const ast::Effect effect : {ast::Effect::Deny, ast::Effect::Allow}) {
    for (const Grant& grant : domain.grants) {
      if (grant.event != &event || grant.effect != effect || notes.size() == kMaxNotes) continue;
      if (grant.action.kind == ast::Action::Kind::Log) continue;
      const diag::Range& range = domain.rules[grant.rule].range;
      const bool is_known = std::any_of(notes.begin(), notes.end(),
                                        [&](const diag::Note& n) { return n.range == range; });
      const bool is_deny = effect == ast::Effect::Deny;
      if (!is_known) {
        notes.push_back({range, is_deny ? domain.name + " denies it here" : domain.name + " allows no more than this"});
      }
    }
  }
  if (notes.empty()) notes.push_back({domain.range, "no rule of " + domain.name + " allows it"});
  return notes;
}

// A rule of `inner` that `outer` makes void.
struct Void {
  std::size_t rule;
  const events::Event* event;
};

std::vector<Void> void_rules(const policy::Domain& inner, const policy::Domain& outer,
                             const DomainVectors& vectors) {
  std::vector<Void> found;
  for (const auto& [rule, grants] : allow_rules(inner)) {
    const bool is_void = std::all_of(grants.begin(), grants.end(),
                                     [&](const Grant* one) { return refuses(vectors, *one); });
    // What both have by one line, through a macro, is nobody's mistake.
    if (is_void && !is_named(outer, inner.rules[rule].range)) {
      found.push_back({rule, grants.front()->event});
    }
  }
  return found;
}

}  // namespace

void check_narrowing(const policy::Policy& policy, const std::vector<DomainVectors>& vectors,
                     diag::Diagnostics& diagnostics) {
  for (const policy::Domain& domain : policy.domains) {
    for (auto at = domain.from; at; at = policy.domains[*at].from) {
      const policy::Domain& outer = policy.domains[*at];
      for (const Void& one : void_rules(domain, outer, vectors[*at])) {
        diag::Diagnostic finding = diag::make(Message::from_refuses, domain.rules[one.rule].range,
                                              {outer.name, domain.name, one.event->name});
        finding.notes = notes_about(outer, *one.event);
        diagnostics.add(std::move(finding));
      }
    }
  }
  for (const policy::Transition& transition : policy.transitions) {
    const policy::Domain& source = policy.domains[transition.from];
    const policy::Domain& target = policy.domains[transition.to];
    diag::Diagnostic finding = diag::make(Message::transition_narrows, transition.range,
                                          {source.name, target.name});
    for (const Void& one : void_rules(target, source, vectors[transition.from])) {
      finding.notes.push_back({target.rules[one.rule].range,
                               source.name + " refuses this: " + one.event->name});
    }
    if (!finding.notes.empty()) diagnostics.add(std::move(finding));
  }
}

}  // namespace eventfilter::av
