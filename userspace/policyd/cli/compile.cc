// SPDX-License-Identifier: BSD-2-Clause
#include <iostream>

#include "cli/commands.h"
#include "cli/domain.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

void print_json(const char* kind, const std::string& name, const std::string& filters) {
  std::cout << json_object({{"kind", kind}, {"name", name}, {"filters", filters}}) << '\n';
}

void print_filters(const emit::CompiledPolicy& policy) {
  for (const emit::CompiledDomain& one : policy.domains) {
    print_json("domain", one.name, one.ruleset);
    if (!one.stacked.empty()) print_json("by transition", one.name, one.stacked);
  }
  for (const emit::CompiledDomain& one : policy.handles) print_json("handle", one.name, one.ruleset);
  for (const emit::CompiledRole& one : policy.roles) print_json("role", one.name, one.session);
}

void print_patterns(const emit::CompiledPolicy& policy) {
  const auto print = [](const std::string& label, const std::string& pattern) {
    std::cout << json_object({{"label", label}, {"pattern", pattern}}) << '\n';
  };
  for (const emit::LabelAssignment& one : policy.assignments) print(one.label, emit::pattern_of(one));
  for (const emit::CompiledPlace& one : policy.places) print(one.label, one.text);
}

}  // namespace


int compile_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin("compile", words,
                                      {{"target", 0, true},
                                       {"domain", 0, true},
                                       {"labels", 0, false},
                                       {"json", 0, false},
                                       {"boolean", 'b', true},
                                       {"include", 'I', true}},
                                      kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (arguments.rest.size() != 1) {
    say("error", "one rule file, please. See policyctl compile --help");
    return kTrouble;
  }
  const auto loaded =
      load(arguments.rest[0], {arguments.values("include"), arguments.value("target"),
                                 arguments.values("boolean")});
  if (!loaded) {
    say("error", loaded.error().message);
    return kTrouble;
  }
  show(loaded.value().diagnostics);
  if (!loaded.value().policy) return kMistakes;
  const emit::CompiledPolicy& policy = *loaded.value().policy;

  const bool json = arguments.has("json");
  if (arguments.has("labels")) {
    if (json) print_patterns(policy);
    else std::cout << emit::print_labels(policy);
  } else if (arguments.has("domain")) {
    const auto domain = choose_domain(policy, arguments.value("domain"));
    if (!domain) {
      say("error", domain.error().message);
      return kTrouble;
    }
    if (json) print_json("domain", domain.value()->name, domain.value()->ruleset);
    else std::cout << domain.value()->ruleset;
  } else if (json) {
    print_filters(policy);
  } else {
    std::cout << emit::print_rulesets(policy);
  }
  return std::cout.flush() ? kOk : kTrouble;
}

}  // namespace eventfilter::cli
