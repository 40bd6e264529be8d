// SPDX-License-Identifier: BSD-2-Clause
#include "av/terms.h"

#include <algorithm>

namespace eventfilter::av {
namespace {

using policy::ConditionPtr;
using policy::Needs;

// Labels by their condition.
using Groups = std::map<ConditionPtr, std::vector<policy::LabelId>, policy::Less>;

Needs without(Needs needs, Needs removed) { return static_cast<Needs>(needs & ~removed); }

Needs both(Needs a, Needs b) { return static_cast<Needs>(a | b); }

// What is granted, or refused, without a condition.
Needs unconditional(const Terms& terms) {
  const auto found = terms.find(policy::always());
  return found == terms.end() ? Needs{0} : found->second;
}

Needs all_needs(const Terms& terms) {
  Needs sum = 0;
  for (const auto& [when, needs] : terms) sum = both(sum, needs);
  return sum;
}

Terms restricted(const Terms& terms, Needs removed) {
  Terms left;
  for (const auto& [when, needs] : terms) {
    if (without(needs, removed) != 0) left.emplace(when, without(needs, removed));
  }
  return left;
}

Terms merged(Terms a, const Terms& b) {
  for (const auto& [when, needs] : b) {
    Needs& sum = a[when];
    sum = both(sum, needs);
  }
  return a;
}

// The event asks for any of `needs`.
ConditionPtr asks_for(Needs needs) {
  return policy::predicate(std::string(policy::condition_of_deny(needs)));
}

ConditionPtr asks_for_only(Needs needs, Needs whole) {
  if (needs == whole) return policy::always();
  return policy::negation(asks_for(without(whole, needs)));
}

// Where an event passes that needs every part it asks for to be granted.
ConditionPtr granted(const Terms& terms, Needs whole) {
  const Needs everywhere = unconditional(terms);
  std::vector<ConditionPtr> cases;
  std::vector<std::pair<ConditionPtr, Needs>> parts;
  for (const auto& [when, needs] : terms) {
    const bool is_always = when->kind() == policy::Condition::Kind::Always;
    const Needs together = both(needs, everywhere);
    if (together == everywhere && !is_always) continue;
    cases.push_back(policy::all_in_order({when, asks_for_only(together, whole)}));
    if (together != whole && !is_always) parts.emplace_back(when, together);
  }
  // Two conditions that grant one part each grant the whole where both hold.
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (std::size_t j = i + 1; j < parts.size(); ++j) {
      if (both(parts[i].second, parts[j].second) != whole) continue;
      cases.push_back(policy::all_of({parts[i].first, parts[j].first}));
    }
  }
  return policy::any_of(std::move(cases));
}

// Where an event is refused of which only `possible` could pass.
ConditionPtr refused(const Terms& terms, Needs possible) {
  std::vector<ConditionPtr> cases;
  for (const auto& [when, needs] : terms) {
    if ((needs & possible) == 0) continue;
    const bool is_whole = (needs & possible) == possible;
    cases.push_back(is_whole ? when : policy::all_in_order({when, asks_for(needs)}));
  }
  return policy::any_of(std::move(cases));
}

std::vector<LabelGroup> sorted(const Groups& groups) {
  std::vector<LabelGroup> out;
  for (const auto& [when, labels] : groups) out.push_back({labels, when});
  std::sort(out.begin(), out.end(),
            [](const LabelGroup& a, const LabelGroup& b) { return a.labels[0] < b.labels[0]; });
  return out;
}

// What `wide` says beyond what `any` does.
ConditionPtr beyond(const ConditionPtr& wide, const ConditionPtr& any) {
  const auto cases = [](const ConditionPtr& one) {
    const bool is_or = one->kind() == policy::Condition::Kind::Or;
    return is_or ? one->operands() : std::vector<ConditionPtr>{one};
  };
  std::vector<ConditionPtr> more;
  for (const ConditionPtr& one : cases(wide)) {
    const std::vector<ConditionPtr> known = cases(any);
    const bool is_known = std::any_of(known.begin(), known.end(), [&](const ConditionPtr& other) {
      return other->kind() == one->kind() && other->text() == one->text();
    });
    if (!is_known) more.push_back(one);
  }
  return policy::any_of(std::move(more));
}

const Terms& terms_of(const ByLabel& all, policy::LabelId label) {
  static const Terms kNone;
  const auto found = all.labels.find(label);
  return found == all.labels.end() ? kNone : found->second;
}

// No object passes but for its label: what is refused on a label is settled with what is
// allowed on it.
void settle_labels(const ByLabel& allow, const ByLabel& deny, Needs whole, const Shared& shared,
                   Verdict& ret) {
  Groups groups;
  for (const auto& [label, terms] : allow.labels) {
    const Terms& against = terms_of(deny, label);
    const Terms left = restricted(terms, unconditional(against));
    const ConditionPtr no = refused(restricted(against, unconditional(against)), all_needs(left));
    const ConditionPtr yes = policy::all_in_order({granted(left, whole), policy::negation(no)});
    if (yes->kind() != policy::Condition::Kind::Never) groups[yes].push_back(label);
  }
  ret.allow = sorted(groups);
  if (ret.allow.empty()) return;
  Groups less;
  for (const auto& [label, terms] : deny.labels) {
    const std::vector<policy::LabelId> only = {label};
    const bool is_alone = std::all_of(ret.allow.begin(), ret.allow.end(),
                                      [&](const LabelGroup& group) { return group.labels == only; });
    if (is_alone || shared.count(label) == 0) continue;
    less[refused(terms, whole)].push_back(label);
  }
  ret.deny = sorted(less);
}

// Some objects pass whatever their label: labels add to that, and take away from it.
void settle_any(const ByLabel& allow, const ByLabel& deny, Needs whole, Verdict& ret) {
  ret.any = granted(allow.any, whole);
  Groups more;
  for (const auto& [label, terms] : allow.labels) {
    if (unconditional(terms_of(deny, label)) == whole) continue;
    const ConditionPtr extra = beyond(granted(merged(terms, allow.any), whole), ret.any);
    if (extra->kind() != policy::Condition::Kind::Never) more[extra].push_back(label);
  }
  ret.allow = sorted(more);
  Groups less;
  for (const auto& [label, terms] : deny.labels) {
    const Needs possible = both(all_needs(allow.any), all_needs(terms_of(allow, label)));
    const ConditionPtr no = refused(terms, possible);
    if (no->kind() != policy::Condition::Kind::Never) less[no].push_back(label);
  }
  ret.deny = sorted(less);
}

}  // namespace

void ByLabel::add(const policy::Grant& grant) {
  if (grant.when->kind() == policy::Condition::Kind::Never) return;
  const auto add_to = [&](Terms& terms) {
    Needs& sum = terms[grant.when];
    sum = both(sum, grant.needs);
  };
  if (grant.on.all) add_to(any);
  for (const policy::LabelId label : grant.on.labels) add_to(labels[label]);
}

void ByLabel::remove_refused(const ByLabel& deny, Needs whole) {
  for (const auto& [label, terms] : deny.labels) {
    if (unconditional(terms) == whole) labels.erase(label);
  }
}

Verdict settle(ByLabel allow, const ByLabel& deny, Needs whole, const Shared& shared) {
  const Needs nowhere = unconditional(deny.any);
  allow.any = restricted(allow.any, nowhere);
  Needs possible = all_needs(allow.any);
  for (auto& [label, terms] : allow.labels) {
    terms = restricted(terms, nowhere);
    possible = both(possible, all_needs(terms));
  }
  Verdict verdict;
  verdict.any = policy::never();
  verdict.deny_any = refused(restricted(deny.any, nowhere), possible);
  if (allow.any.empty()) {
    settle_labels(allow, deny, whole, shared, verdict);
  } else {
    settle_any(allow, deny, whole, verdict);
  }
  return verdict;
}

Verdict refusal(const ByLabel& deny, Needs whole) {
  Verdict verdict;
  verdict.any = policy::always();
  verdict.deny_any = refused(deny.any, whole);
  Groups groups;
  for (const auto& [label, terms] : deny.labels) groups[refused(terms, whole)].push_back(label);
  verdict.deny = sorted(groups);
  return verdict;
}

bool Verdict::is_always() const {
  return any->kind() == policy::Condition::Kind::Always && deny.empty() &&
         deny_any->kind() == policy::Condition::Kind::Never;
}

bool Verdict::is_never() const {
  return (any->kind() == policy::Condition::Kind::Never && allow.empty()) ||
         deny_any->kind() == policy::Condition::Kind::Always;
}

}  // namespace eventfilter::av
