// SPDX-License-Identifier: BSD-2-Clause
//
// One property of a rule file, as if it stood at its end.
#include <iostream>

#include "analysis/compile.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/progress.h"
#include "cli/source_text.h"
#include "cli/terminal.h"
#include "syntax/parse.h"

namespace eventfilter::cli {
namespace {

// The words of the command line as one assertion; "", and a message, if they are something else: no
// declaration can be smuggled in this way.
std::string property_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  if (!text.ends_with(';') && !text.ends_with('}')) text += ';';
  diag::Diagnostics diagnostics;
  const ast::File file = syntax::parse(diagnostics.add_source("property", text), diagnostics);
  show(diagnostics);
  if (diagnostics.has_errors()) return "";
  const bool is_one = file.declarations.size() == 1 &&
                      std::holds_alternative<ast::Assertion>(file.declarations.front());
  if (is_one) return text;
  say("error", "\"" + text + "\" is no property: write never, only or expect. See policyctl prove --help");
  return "";
}

int answer(const analysis::Decided& decided, const std::string& property,
           const diag::Diagnostics& diagnostics, bool json) {
  std::string result = "proved";
  std::string because;
  std::string by;
  int status = kOk;
  if (decided.violation) {
    const bool is_open = decided.violation->id == "not_decided";
    result = is_open ? "not decided" : "refuted";
    status = is_open ? kNotDecided : kRefuted;
    because = decided.violation->text;
    if (!decided.violation->hint.empty()) because += ", " + decided.violation->hint;
    by = note_lines(diagnostics, decided.violation->notes);
  }
  if (json) {
    std::cout << json_object({{"property", property}, {"result", result}, {"because", because}, {"by", by}})
              << '\n';
  } else {
    std::cout << result << ": " << (because.empty() ? property : because) << '\n' << by;
  }
  return std::cout.flush() ? status : kTrouble;
}

}  // namespace

int prove_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin("prove", words,
                                      {{"policy", 0, true},
                                       {"target", 0, true},
                                       {"include", 'I', true},
                                       {"json", 0, false}},
                                      kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (!arguments.has("policy") || arguments.rest.empty()) {
    say("error", "a rule file and a property, please. See policyctl prove --help");
    return kTrouble;
  }
  const std::string property = property_of(arguments.rest);
  if (property.empty()) return kTrouble;
  auto prepared = prepare(arguments.value("policy"),
                          {arguments.values("include"), arguments.value("target")});
  if (!prepared) {
    say("error", prepared.error().message);
    return kTrouble;
  }
  Prepared from = std::move(prepared).value();
  from.source.text += "\n" + property + "\n";
  diag::Diagnostics diagnostics;
  const analysis::Tested tested = [&] {
    const Progress progress("proving \"" + property + '"');
    return analysis::test(from.source, from.options, diagnostics);
  }();
  if (!tested.policy) {
    show(diagnostics);
    return kMistakes;
  }
  return answer(tested.assertions.back(), property, diagnostics, arguments.has("json"));
}

}  // namespace eventfilter::cli
