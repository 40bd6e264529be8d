// SPDX-License-Identifier: BSD-2-Clause
#include "learn/seen_by.h"

#include <algorithm>

#include "analysis/label_of.h"
#include "base/path.h"
#include "learn/endpoints.h"
#include "policy/policy.h"

namespace eventfilter::learn {
namespace {

// What is on a file system has the label of its type where no pattern gives it one.
std::string label_by_type(const emit::CompiledPolicy& policy, const std::string& type) {
  const auto found = std::find_if(
      policy.places.begin(), policy.places.end(),
      [&](const auto& place) { return !type.empty() && place.text == "fs \"" + type + '"'; });
  return found == policy.places.end() ? "" : found->label;
}

std::set<std::string> label_of(const emit::CompiledPolicy& policy, const std::string& path,
                               const std::string& type) {
  if (path.empty()) return {};
  const std::string label = analysis::label_of(policy, path);
  return analysis::with_groups(policy, label.empty() ? label_by_type(policy, type) : label);
}

// Of what the event is about.
std::set<std::string> own_label(const emit::CompiledPolicy& policy,
                                const emit::CompiledDomain& domain,
                                const Observation& observation) {
  if (observation.is_own_task) return analysis::with_groups(policy, domain.name);
  if (observation.is_anonymous)
    return analysis::with_groups(policy, std::string(policy::kAnonymous));
  if (!observation.endpoint.empty())
    return analysis::with_groups(
        policy, label_of_endpoint(policy, observation.endpoint, observation.number("protocol")));
  return label_of(policy, observation.path, observation.fs_type);
}

}  // namespace

analysis::Happening seen_by(const emit::CompiledPolicy& policy, const emit::CompiledDomain& domain,
                            const Observation& observation) {
  analysis::Happening made;
  made.event = observation.event;
  made.numbers = observation.numbers;
  made.numbers.insert(observation.passing.begin(), observation.passing.end());
  made.texts = observation.texts;
  const std::string& path = observation.path;
  const std::string& new_path = observation.new_path;
  const std::string& type = observation.fs_type;
  const auto above = [](const std::string& one) {
    return one.empty() ? one : base::directory_of(one);
  };
  made.labels["label"] = own_label(policy, domain, observation);
  made.labels["parent_label"] = label_of(policy, above(path), type);
  made.labels["new_label"] = label_of(policy, new_path, type);
  made.labels["new_parent_label"] = label_of(policy, above(new_path), type);
  return made;
}

std::vector<Observation> refused_by(const emit::CompiledPolicy& policy,
                                    const emit::CompiledDomain& domain,
                                    const events::Target& target,
                                    const std::vector<Observation>& observations) {
  const analysis::Judge judge(policy, domain, target);
  std::vector<Observation> refused;
  for (const Observation& one : observations) {
    if (!judge.lets_pass(seen_by(policy, domain, one))) refused.push_back(one);
  }
  return refused;
}

}  // namespace eventfilter::learn
