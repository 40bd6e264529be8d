// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/compile.h"

#include <set>

#include "analysis/assertions.h"
#include "diag/messages.h"
#include "events/target.h"

namespace eventfilter::analysis {
namespace {

// The booleans that change anything, and whether some of them change the rulesets.
struct Switches {
  std::vector<std::string> names;
  bool are_fixed = false;
};

Switches switches_of(const emit::CompiledPolicy& policy) {
  std::set<std::string> names;
  Switches switches;
  for (const emit::CompiledGroup& group : policy.groups) {
    for (const emit::CompiledBoolean& guard : group.guards) names.insert(guard.name);
  }
  for (const emit::CompiledDomain& domain : policy.domains) {
    names.insert(domain.fixed_booleans.begin(), domain.fixed_booleans.end());
    switches.are_fixed = switches.are_fixed || !domain.fixed_booleans.empty();
  }
  switches.names.assign(names.begin(), names.end());
  return switches;
}

// The policy as it is with these values of its booleans.
std::optional<emit::CompiledPolicy> with_booleans(const emit::Source& main, emit::Options options,
                                                  const emit::CompiledPolicy& policy,
                                                  const std::map<std::string, bool>& values,
                                                  bool again) {
  if (again) {
    options.booleans = values;
    diag::Diagnostics ignored;
    return emit::compile(main, options, ignored);
  }
  emit::CompiledPolicy changed = policy;
  for (emit::CompiledBoolean& one : changed.booleans) {
    if (const auto found = values.find(one.name); found != values.end()) one.value = found->second;
  }
  return changed;
}

}  // namespace

std::optional<emit::CompiledPolicy> compile(const emit::Source& main, const emit::Options& options,
                                            diag::Diagnostics& diagnostics) {
  std::optional<emit::CompiledPolicy> policy = emit::compile(main, options, diagnostics);
  if (!policy || policy->assertions.empty()) return policy;
  const events::Target& target = options.target ? *options.target : events::builtin_target();
  const Switches switches = switches_of(*policy);
  if (switches.names.size() > kMaxBooleans) {
    diagnostics.add(diag::make(diag::Message::too_many_settings, policy->assertions.front().range,
                               {std::to_string(kMaxBooleans)}));
    return std::nullopt;
  }
  std::vector<bool> is_open(policy->assertions.size(), true);
  for (std::size_t setting = 0; setting < std::size_t{1} << switches.names.size(); ++setting) {
    std::map<std::string, bool> values = options.booleans;
    for (std::size_t i = 0; i < switches.names.size(); ++i) {
      values[switches.names[i]] = (setting >> i & 1) != 0;
    }
    const auto changed = with_booleans(main, options, *policy, values, switches.are_fixed);
    // Its texts were fine with other values; a limit of the kernel's may still be in the way.
    if (!changed) continue;
    for (std::size_t i = 0; i < is_open.size(); ++i) {
      if (is_open[i]) is_open[i] = decide(*changed, changed->assertions.at(i), target, diagnostics);
    }
  }
  if (diagnostics.has_errors()) return std::nullopt;
  return policy;
}

}  // namespace eventfilter::analysis
