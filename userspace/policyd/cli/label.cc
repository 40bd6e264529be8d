// SPDX-License-Identifier: BSD-2-Clause
#include <iostream>

#include "analysis/label_of.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/terminal.h"

namespace eventfilter::cli {

int label_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin(
      "label", words, {{"policy", 0, true}, {"include", 'I', true}, {"json", 0, false}}, kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (!arguments.has("policy") || arguments.rest.empty()) {
    say("error", "a rule file and a path, please. See policyctl label --help");
    return kTrouble;
  }
  int status = kOk;
  const auto loaded =
      load_or_say(arguments.value("policy"), {arguments.values("include"), ""}, status);
  if (!loaded) return status;
  for (std::string path : arguments.rest) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    if (!path.starts_with('/')) {
      say("error", "\"" + path + "\" is no absolute path");
      return kTrouble;
    }
    const auto* const found = analysis::deciding(*loaded->policy, path);
    const std::string label = found == nullptr ? "" : found->label;
    const std::string where = found == nullptr ? "" : to_string(found->where);
    if (arguments.has("json")) {
      std::cout << json_object({{"path", path}, {"label", label}, {"where", where}}) << '\n';
    } else if (found == nullptr) {
      std::cout << path << ": no label: closed to every rule with \"on\"\n";
    } else {
      std::cout << path << ": " << label << ", by " << where << '\n';
    }
  }
  return std::cout.flush() ? kOk : kTrouble;
}

}  // namespace eventfilter::cli
