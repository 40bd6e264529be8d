// SPDX-License-Identifier: BSD-2-Clause
//
// The expectations that a rule file states, one by one.
#include <algorithm>
#include <iostream>

#include "analysis/compile.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/progress.h"
#include "cli/source_text.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

struct Count {
  std::size_t passed = 0;
  std::size_t failed = 0;
};

void print(const analysis::Decided& one, const diag::Diagnostics& diagnostics, bool json) {
  const std::string where = to_string(diagnostics.place(one.range));
  const std::string text = source_line(diagnostics, one.range);
  const std::string result = one.violation ? "failed" : "passed";
  const std::string because = one.violation ? one.violation->text : "";
  if (json) {
    std::cout << json_object(
                     {{"where", where}, {"expectation", text}, {"result", result}, {"because", because}})
              << '\n';
  } else {
    std::cout << where << ": " << result << ": " << text << '\n';
  }
}

int test_file(const std::string& file, const LoadOptions& options, bool json, Count& ret) {
  auto prepared = prepare(file, options);
  if (!prepared) {
    say("error", prepared.error().message);
    return kTrouble;
  }
  const Prepared& from = prepared.value();
  diag::Diagnostics diagnostics;
  const analysis::Tested tested = [&] {
    const Progress progress("deciding what " + file + " expects");
    return analysis::test(from.source, from.options, diagnostics);
  }();
  int status = tested.policy ? kOk : kMistakes;
  for (const analysis::Decided& one : tested.assertions) {
    if (one.violation) diagnostics.add(*one.violation);
    if (!one.is_expectation) {
      if (one.violation) status = std::max(status, kMistakes);
      continue;
    }
    (one.violation ? ret.failed : ret.passed) += 1;
    if (one.violation && status == kOk) status = kRefuted;
    print(one, diagnostics, json);
  }
  show(diagnostics);
  return status;
}

}  // namespace

int test_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin("test", words,
                                      {{"target", 0, true},
                                       {"include", 'I', true},
                                       {"json", 0, false}},
                                      kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (arguments.rest.empty()) {
    say("error", "which rule file? See policyctl test --help");
    return kTrouble;
  }
  // Of several files the worst counts: trouble, then mistakes, then what failed.
  const auto weight = [](int status) { return status == kRefuted ? 1 : status == kOk ? 0 : status + 1; };
  int status = kOk;
  Count count;
  for (const std::string& file : arguments.rest) {
    const int one = test_file(file, {arguments.values("include"), arguments.value("target")},
                              arguments.has("json"), count);
    if (weight(one) > weight(status)) status = one;
  }
  if (!arguments.has("json")) {
    std::cout << count.passed << " passed, " << count.failed << " failed\n";
  }
  return std::cout.flush() ? status : kTrouble;
}

}  // namespace eventfilter::cli
