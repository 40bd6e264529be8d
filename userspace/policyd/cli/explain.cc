// SPDX-License-Identifier: BSD-2-Clause
//
// From a record of a refusal to the rule behind it, and to the one that is missing.
#include <algorithm>
#include <iostream>

#include <nlohmann/json.hpp>

#include "analysis/compile.h"
#include "cli/commands.h"
#include "cli/domain.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/source_text.h"
#include "cli/terminal.h"
#include "explain/print.h"

namespace eventfilter::cli {
namespace {

struct Question {
  Prepared from;
  diag::Diagnostics diagnostics;
  emit::CompiledPolicy policy;
  const emit::CompiledDomain* domain = nullptr;
};

// What a line of input holds: a record, or an object with one, as `policyctl log --json` and
// `journalctl --output json` write them.
base::Result<records::Record> read_line(const std::string& line) {
  if (!line.starts_with('{')) return records::parse_record(line);
  const auto object = nlohmann::json::parse(line, nullptr, false);
  if (object.is_object()) {
    for (const char* const member : {"record", "MESSAGE"}) {
      const auto found = object.find(member);
      if (found != object.end() && found->is_string()) {
        return records::parse_record(found->get<std::string>());
      }
    }
  }
  return base::Error{EINVAL, "a JSON object with a member \"record\" or \"MESSAGE\" is wanted"};
}

void print_json(const records::Record& record, const explain::Explanation& found,
                const diag::Diagnostics& diagnostics) {
  std::string declarations;
  std::string rules;
  std::string also;
  for (const explain::Repair& one : found.repairs) {
    declarations += one.declaration;
    rules += (rules.empty() ? "" : "\n") + one.domain + (one.file.empty() ? "" : " of " + one.file) + ": " + one.rule;
    for (const std::string& more : one.also) also += (also.empty() ? "" : "\n") + more;
  }
  std::cout << json_object({{"event", record.event},
                            {"path", record.path},
                            {"refused_by", found.layer},
                            {"predicate", found.predicate},
                            {"denies", note_lines(diagnostics, found.denies)},
                            {"allows", note_lines(diagnostics, found.allows)},
                            {"declaration", declarations},
                            {"rule", rules},
                            {"also", also},
                            {"hindrance", found.hindrance}})
            << '\n';
}

int explain_line(const std::string& line, const Question& question, bool json) {
  const auto record = read_line(line);
  if (!record) {
    say("error", record.error().message);
    return kTrouble;
  }
  // A line that tells of lost records has nothing to be explained.
  if (record.value().event.empty()) return kOk;
  const explain::Explanation found =
      explain::explain(record.value(), question.policy, *question.domain, question.from.source,
                       question.from.options);
  if (json) {
    print_json(record.value(), found, question.diagnostics);
  } else {
    std::cout << explain::print(record.value(), found, question.diagnostics);
  }
  return found.is_refused ? kOk : kRefuted;
}

// kOk, or what is wrong; then it has been said.
int read(const Arguments& arguments, Question& ret) {
  auto prepared = prepare(arguments.value("policy"),
                          {arguments.values("include"), arguments.value("target"),
                           arguments.values("boolean")});
  if (!prepared) {
    say("error", prepared.error().message);
    return kTrouble;
  }
  ret.from = std::move(prepared).value();
  auto policy = analysis::compile(ret.from.source, ret.from.options, ret.diagnostics);
  if (!policy) {
    show(ret.diagnostics);
    return kMistakes;
  }
  ret.policy = std::move(*policy);
  if (auto good = check_booleans(ret.from.options.booleans, ret.policy); !good) {
    say("error", good.error().message);
    return kTrouble;
  }
  const auto domain = choose_domain(ret.policy, arguments.value("domain"));
  if (!domain) {
    say("error", domain.error().message);
    return kTrouble;
  }
  ret.domain = domain.value();
  return kOk;
}

}  // namespace

int explain_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin("explain", words,
                                      {{"policy", 0, true},
                                       {"domain", 0, true},
                                       {"target", 0, true},
                                       {"boolean", 'b', true},
                                       {"include", 'I', true},
                                       {"json", 0, false}},
                                      kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (!arguments.has("policy")) {
    say("error", "which rule file? See policyctl explain --help");
    return kTrouble;
  }
  Question question;
  if (const int status = read(arguments, question); status != kOk) return status;
  int status = kOk;
  const auto explain_one = [&](const std::string& line) {
    const int one = explain_line(line, question, arguments.has("json"));
    if (status == kOk || one == kTrouble) status = one;
  };
  for (const std::string& line : arguments.rest) explain_one(line);
  if (arguments.rest.empty()) {
    for (std::string line; std::getline(std::cin, line);) {
      if (!line.empty()) explain_one(line);
    }
  }
  return std::cout.flush() ? status : kTrouble;
}

}  // namespace eventfilter::cli
