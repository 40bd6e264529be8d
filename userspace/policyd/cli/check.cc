// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <iostream>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

// Every label space has "anonymous": no rule file declares it.
constexpr std::size_t kOfEverySpace = 1;

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

// One object, with the findings in it.
void print_json(const std::string& file, const Loaded& loaded) {
  const diag::Diagnostics& found = loaded.diagnostics;
  const std::size_t domains = loaded.policy ? loaded.policy->domains.size() : 0;
  const std::size_t labels = loaded.policy ? loaded.policy->labels.size() - kOfEverySpace : 0;
  std::cout << "{\"file\": " << json_string(file) << ", \"domains\": " << domains << ", \"labels\": " << labels
            << ", \"mistakes\": " << found.errors() << ", \"warnings\": " << found.warnings()
            << ", \"findings\": [";
  const char* separator = "";
  for (const diag::Diagnostic& one : found.all()) {
    std::cout << separator << json_finding(one, found);
    separator = ", ";
  }
  std::cout << "]}\n";
}

int check_file(const std::string& file, const LoadOptions& options) {
  const auto loaded = load(file, options);
  if (!loaded) {
    say("error", loaded.error().message);
    return kTrouble;
  }
  const diag::Diagnostics& found = loaded.value().diagnostics;
  if (speaks_json()) {
    print_json(file, loaded.value());
    return loaded.value().policy ? kOk : kMistakes;
  }
  show(found);
  if (!loaded.value().policy) {
    std::cout << file << ": " << counted(found.errors(), "mistake") << '\n';
    return kMistakes;
  }
  const emit::CompiledPolicy& policy = *loaded.value().policy;
  const std::size_t labels = policy.labels.size() - kOfEverySpace;
  std::cout << file << ": ok: " << counted(policy.domains.size(), "domain") << ", "
            << counted(labels, "label");
  if (found.warnings() != 0) std::cout << ", " << counted(found.warnings(), "warning");
  std::cout << '\n';
  return kOk;
}

}  // namespace

int check_command(const std::vector<std::string>& words) {
  const Invocation invocation =
      begin("check", words,
            {{"target", 0, true}, {"boolean", 'b', true}, {"include", 'I', true}, {"json", 0, false}}, kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (arguments.rest.empty()) {
    say("error", "which rule file? See policyctl check --help");
    return kTrouble;
  }
  int status = kOk;
  for (const std::string& file : arguments.rest) {
    status = std::max(
        status, check_file(file, {arguments.values("include"), arguments.value("target"),
                                  arguments.values("boolean")}));
  }
  return std::cout.flush() ? status : kTrouble;
}

}  // namespace eventfilter::cli
