// SPDX-License-Identifier: BSD-2-Clause
//
// What others' policies come to as a rule file.
#include <iostream>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "import/oci.h"

namespace eventfilter::cli {
namespace {

int print(const std::string& file, const import::Imported& made, bool json) {
  std::string listed;
  for (const import::Listed& one : made.listed) {
    const std::string line = file + ":" + std::to_string(one.line) + ": " + one.text;
    if (!json) say("note", line);
    listed += line + "\n";
  }
  if (json) {
    std::cout << json_object({{"policy", made.policy}, {"listed", listed}}) << '\n';
  } else {
    std::cout << made.policy;
  }
  return std::cout.flush() ? kOk : kTrouble;
}

}  // namespace

int import_command(const std::vector<std::string>& words) {
  if (!words.empty() && words[0] == "cil") return import_cil({words.begin() + 1, words.end()});
  if (!words.empty() && words[0] == "apparmor") return import_apparmor({words.begin() + 1, words.end()});
  const Invocation invocation = begin(
      "import", words, {{"domain", 0, true}, {"cap", 0, true}, {"json", 0, false}}, kTrouble);
  if (!invocation.proceed) return invocation.status;
  // "import oci --domain d FILE": the options of the kind come after its name.
  if (invocation.arguments.rest.empty() || invocation.arguments.rest[0] != "oci") {
    say("error", "which kind of policy? There are oci, cil and apparmor. See policyctl import --help");
    return kTrouble;
  }
  const std::vector<std::string> rest(invocation.arguments.rest.begin() + 1, invocation.arguments.rest.end());
  const Invocation inner =
      begin("import", rest, {{"domain", 0, true}, {"cap", 0, true}, {"json", 0, false}}, kTrouble);
  if (!inner.proceed) return inner.status;
  const Arguments& arguments = inner.arguments;
  if (arguments.rest.size() != 1) {
    say("error", "one profile, please. See policyctl import --help");
    return kTrouble;
  }
  const std::string& file = arguments.rest[0];
  const auto text = base::read_text_file(file);
  if (!text) {
    say("error", text.error().message);
    return kTrouble;
  }
  import::OciOptions options;
  if (arguments.has("domain")) options.domain = arguments.value("domain");
  for (const std::string& one : arguments.values("cap")) options.capabilities.insert(one);
  const auto made = import::import_oci(file, text.value(), options);
  if (!made) {
    say("error", made.error().message);
    return kMistakes;
  }
  return print(file, made.value(), arguments.has("json"));
}

}  // namespace eventfilter::cli
