// SPDX-License-Identifier: BSD-2-Clause
#include "apply/booleans.h"

#include <algorithm>
#include <cerrno>

#include <eventfilter.h>

#include "apply/rulesets.h"

namespace eventfilter::apply {
namespace {

bool depends_on(const emit::CompiledGroup& group, const std::string& name) {
  return std::any_of(group.guards.begin(), group.guards.end(),
                     [&](const emit::CompiledBoolean& one) { return one.name == name; });
}

void note_value(emit::CompiledPolicy& policy, const std::string& name, bool value) {
  for (emit::CompiledBoolean& one : policy.booleans) {
    if (one.name == name) one.value = value;
  }
}

}  // namespace

std::string BooleanChange::text() const {
  std::string out = name + (value ? " is true now" : " is false now");
  for (const std::string& domain : later) {
    out += (&domain == &later.front() ? "; for later entries into " : ", ") + domain;
  }
  return out;
}

base::Result<BooleanChange> plan_boolean(const emit::CompiledPolicy& policy, const std::string& name,
                                         bool value) {
  const auto found = std::find_if(policy.booleans.begin(), policy.booleans.end(),
                                  [&](const emit::CompiledBoolean& one) { return one.name == name; });
  if (found == policy.booleans.end()) {
    return base::Error{ENOENT, "the policy has no boolean \"" + name + '"'};
  }
  BooleanChange change{name, value, {}, {}};
  for (const emit::CompiledGroup& group : policy.groups) {
    if (depends_on(group, name)) change.groups.push_back(group);
  }
  for (const emit::CompiledDomain& domain : policy.domains) {
    const auto& fixed = domain.fixed_booleans;
    if (std::find(fixed.begin(), fixed.end(), name) != fixed.end()) change.later.push_back(domain.name);
  }
  return change;
}

base::Result<BooleanChange> set_boolean(emit::CompiledPolicy& policy, int space,
                                        const std::string& name, bool value) {
  auto change = plan_boolean(policy, name, value);
  if (!change || change.value().groups.empty()) {
    if (change) note_value(policy, name, value);
    return change;
  }
  emit::CompiledPolicy changed = policy;
  note_value(changed, name, value);
  std::optional<RefusedText> refused;
  const auto written =
      write_space(space, group_text(changed, change.value().groups), "switching groups", refused);
  if (!written) return written.error();
  const int generation = eventfilter_labels_commit(space);
  if (generation < 0) {
    // What is staged would come with the next commit, whoever makes it.
    static_cast<void>(
        write_space(space, group_text(policy, change.value().groups), "switching groups", refused));
    return base::system_error(-generation, "committing groups");
  }
  policy = std::move(changed);
  return change;
}

}  // namespace eventfilter::apply
