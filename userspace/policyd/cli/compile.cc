// SPDX-License-Identifier: BSD-2-Clause
#include <iostream>

#include "cli/commands.h"
#include "cli/domain.h"
#include "cli/exit_codes.h"
#include "cli/load.h"
#include "cli/terminal.h"

namespace eventfilter::cli {

int compile_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin("compile", words,
                                      {{"target", 0, true},
                                       {"domain", 0, true},
                                       {"labels", 0, false},
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
  show(loaded.value().diagnostics.render());
  if (!loaded.value().policy) return kMistakes;
  const emit::CompiledPolicy& policy = *loaded.value().policy;

  if (arguments.has("labels")) {
    std::cout << emit::print_labels(policy);
  } else if (arguments.has("domain")) {
    const auto domain = choose_domain(policy, arguments.value("domain"));
    if (!domain) {
      say("error", domain.error().message);
      return kTrouble;
    }
    std::cout << domain.value()->ruleset;
  } else {
    std::cout << emit::print_rulesets(policy);
  }
  return std::cout.flush() ? kOk : kTrouble;
}

}  // namespace eventfilter::cli
