// SPDX-License-Identifier: BSD-2-Clause
#include "emit/session.h"

#include <algorithm>

#include "emit/ruleset.h"
#include "policy/permissions.h"

namespace eventfilter::emit {
namespace {

using policy::Condition;
using policy::ConditionPtr;

// When an event passes one domain's own layer.
ConditionPtr passes_layer(const av::DomainVectors& domain, const events::Event& event,
                          LabelNames& labels) {
  // It refuses nothing.
  if (domain.permissive) return policy::always();
  for (const av::EventVector& vector : domain.events) {
    if (vector.event != &event) continue;
    std::vector<ConditionPtr> all;
    for (const av::Step& step : vector.steps) {
      if (!step.action.starts_with("log")) all.push_back(filter_of(step.verdict, event, labels));
    }
    return policy::all_in_order(std::move(all));
  }
  return domain.closed.count(event.group) != 0 ? policy::never() : policy::always();
}

// When it passes a domain and all that it is from.
ConditionPtr passes(std::size_t domain, const events::Event& event, const policy::Policy& policy,
                    const std::vector<av::DomainVectors>& vectors, LabelNames& labels) {
  std::vector<ConditionPtr> layers;
  for (std::optional<std::size_t> at = domain; at; at = policy.domains[*at].from) {
    layers.push_back(passes_layer(vectors[*at], event, labels));
  }
  std::reverse(layers.begin(), layers.end());
  return policy::all_in_order(std::move(layers));
}

// The classes' own groups: closed unless one of the domains says what passes.
bool is_closed(events::Group group) {
  return std::any_of(policy::classes().begin(), policy::classes().end(),
                     [&](const policy::ClassInfo& one) { return one.group == group && !one.is_open; });
}

}  // namespace

base::Result<std::string> session_of(const policy::Role& role, const policy::Policy& policy,
                                     const std::vector<av::DomainVectors>& vectors,
                                     const events::Target& target, LabelNames& labels,
                                     const CoreSchema& schema) {
  std::string text;
  for (int i = 0; i <= static_cast<int>(events::Group::System); ++i) {
    const auto group = static_cast<events::Group>(i);
    if (is_closed(group)) text += std::string(events::group_name(group)) + ": deny\n";
  }
  for (const events::Event& event : target.events()) {
    std::vector<ConditionPtr> any;
    for (const std::size_t domain : role.domains) {
      any.push_back(passes(domain, event, policy, vectors, labels));
    }
    const bool has_domain = !any.empty();
    const ConditionPtr when = policy::any_of(std::move(any));
    const bool is_never = when->kind() == Condition::Kind::Never;
    const bool is_always = when->kind() == Condition::Kind::Always;
    if (is_closed(event.group) ? is_never : is_always || !has_domain) continue;
    text += event.name + ": " + (is_never ? "deny" : is_always ? "allow" : when->text()) + "\n";
  }
  return canonical_ruleset(text, schema);
}

}  // namespace eventfilter::emit
