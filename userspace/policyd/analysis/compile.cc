// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/compile.h"

#include <functional>
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

Switches find_switches(const emit::CompiledPolicy& policy) {
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

std::vector<std::string> switches_of(const emit::CompiledPolicy& policy) {
  return find_switches(policy).names;
}

bool for_each_setting(const emit::Source& main, const emit::Options& options,
                      const emit::CompiledPolicy& policy,
                      const std::function<void(const emit::CompiledPolicy&)>& function) {
  const Switches switches = find_switches(policy);
  if (switches.names.size() > kMaxBooleans) return false;
  for (std::size_t setting = 0; setting < std::size_t{1} << switches.names.size(); ++setting) {
    std::map<std::string, bool> values = options.booleans;
    for (std::size_t i = 0; i < switches.names.size(); ++i) {
      values[switches.names[i]] = (setting >> i & 1) != 0;
    }
    const auto changed = with_booleans(main, options, policy, values, switches.are_fixed);
    // Its texts were fine with other values; a limit of the kernel's may still be in the way.
    if (changed) function(*changed);
  }
  return true;
}

Tested test(const emit::Source& main, const emit::Options& options,
            diag::Diagnostics& diagnostics) {
  Tested tested{emit::compile(main, options, diagnostics), {}};
  if (!tested.policy || tested.policy->assertions.empty()) return tested;
  const events::Target& target = options.target ? *options.target : events::builtin_target();
  for (const emit::CompiledAssertion& one : tested.policy->assertions) {
    const bool is_expectation = one.kind == emit::CompiledAssertion::Kind::Allowed ||
                                one.kind == emit::CompiledAssertion::Kind::Denied;
    tested.assertions.push_back({one.range, is_expectation, std::nullopt});
  }
  const auto decide_all = [&](const emit::CompiledPolicy& policy) {
    for (std::size_t i = 0; i < tested.assertions.size(); ++i) {
      Decided& one = tested.assertions[i];
      diag::Diagnostics found;
      if (one.violation || decide(policy, policy.assertions.at(i), target, found)) continue;
      one.violation = found.all().front();
    }
  };
  if (!for_each_setting(main, options, *tested.policy, decide_all)) {
    diagnostics.add(diag::make(diag::Message::too_many_settings, tested.assertions.front().range,
                               {std::to_string(kMaxBooleans)}));
    tested.policy.reset();
  }
  return tested;
}

std::optional<emit::CompiledPolicy> compile(const emit::Source& main, const emit::Options& options,
                                            diag::Diagnostics& diagnostics) {
  Tested tested = test(main, options, diagnostics);
  for (const Decided& one : tested.assertions) {
    if (one.violation) diagnostics.add(*one.violation);
  }
  if (diagnostics.has_errors()) return std::nullopt;
  return std::move(tested.policy);
}

}  // namespace eventfilter::analysis
