// SPDX-License-Identifier: BSD-2-Clause
#include "learn/seen_by.h"

#include "analysis/label_of.h"

namespace eventfilter::learn {
namespace {

std::set<std::string> label_of(const emit::CompiledPolicy& policy, const std::string& path) {
  if (path.empty()) return {};
  return analysis::with_groups(policy, analysis::label_of(policy, path));
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
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
  made.labels["label"] =
      observation.is_own_task ? analysis::with_groups(policy, domain.name) : label_of(policy, path);
  made.labels["parent_label"] = label_of(policy, path.empty() ? "" : directory_of(path));
  made.labels["new_label"] = label_of(policy, new_path);
  made.labels["new_parent_label"] =
      label_of(policy, new_path.empty() ? "" : directory_of(new_path));
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
