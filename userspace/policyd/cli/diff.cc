// SPDX-License-Identifier: BSD-2-Clause
//
// What two rule files let through differently.
#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "analysis/compile.h"
#include "analysis/difference.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/progress.h"
#include "cli/source_text.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

// A rule file with all settings of its booleans.
struct Version {
  std::string file;
  diag::Diagnostics diagnostics;
  std::vector<emit::CompiledPolicy> settings;
};

// kOk, or what is wrong; then it has been said.
int read(Prepared& from, Version& ret) {
  const auto policy = [&] {
    const Progress progress("compiling " + ret.file);
    return analysis::compile(from.source, from.options, ret.diagnostics);
  }();
  if (!policy) {
    show(ret.diagnostics);
    return kMistakes;
  }
  const auto add = [&](const emit::CompiledPolicy& one) { ret.settings.push_back(one); };
  if (analysis::for_each_setting(from.source, from.options, *policy, add)) return kOk;
  say("error", from.source.name + " has more than " + std::to_string(analysis::kMaxBooleans) +
                   " booleans that change something");
  return kNotDecided;
}

// The booleans that change something in a policy, with their values.
std::map<std::string, bool> values_of(const emit::CompiledPolicy& policy) {
  std::map<std::string, bool> values;
  for (const std::string& name : analysis::switches_of(policy)) {
    for (const emit::CompiledBoolean& one : policy.booleans) {
      if (one.name == name) values[name] = one.value;
    }
  }
  return values;
}

bool agree(const std::map<std::string, bool>& a, const std::map<std::string, bool>& b) {
  return std::none_of(a.begin(), a.end(), [&](const auto& one) {
    const auto other = b.find(one.first);
    return other != b.end() && other->second != one.second;
  });
}

std::string setting_of(std::map<std::string, bool> a, const std::map<std::string, bool>& b) {
  a.insert(b.begin(), b.end());
  std::string text;
  for (const auto& [name, value] : a) {
    text += (text.empty() ? "if " : ", ") + name + " is " + (value ? "true" : "false");
  }
  return text;
}

// Prints what it finds, each once however many settings show it.
class Report {
 public:
  Report(const Version& before, const Version& after, bool json)
      : before_(before), after_(after), json_(json) {}

  void add(const analysis::Comparison& found, const std::string& setting) {
    for (const analysis::Difference& one : found.differences) add(one, setting);
    for (const std::string& name : found.only_before) say_other("only in " + before_.file, name);
    for (const std::string& name : found.only_after) say_other("only in " + after_.file, name);
    for (const std::string& name : found.others) say_other("differs", name);
    for (const std::string& name : found.undecided) say_other("not decided", name);
    is_undecided_ = is_undecided_ || !found.undecided.empty();
    is_other_ = is_other_ || !found.only_before.empty() || !found.only_after.empty() ||
                !found.others.empty();
  }

  int finish() const {
    std::string result = "equal";
    if (is_undecided_) result = "not decided";
    if (is_wider_) result = "wider";
    if (is_narrower_) result = is_wider_ ? "neither wider nor narrower" : "narrower";
    if (is_other_) result = "different";
    const bool is_different = is_wider_ || is_narrower_ || is_other_;
    // A half that isn't decided makes no promise about the other.
    if (is_undecided_ && is_different) result += ", and not all is decided";
    if (json_) {
      std::cout << json_object({{"result", result}}) << '\n';
    } else {
      std::cout << after_.file << ", compared with " << before_.file << ": " << result << '\n';
    }
    if (!std::cout.flush()) return kTrouble;
    return is_different ? kRefuted : is_undecided_ ? kNotDecided : kOk;
  }

 private:
  void add(const analysis::Difference& one, const std::string& setting) {
    (one.passes_after ? is_wider_ : is_narrower_) = true;
    if (!seen_.insert(one.subject + one.event + (one.passes_after ? "+" : "-")).second) return;
    const Version& wide = one.passes_after ? after_ : before_;
    const std::string by = note_lines(wide.diagnostics, one.lines);
    std::string event = one.witness.text();
    if (!one.object.empty()) event += ", such as " + one.object;
    if (!setting.empty()) event += ", " + setting;
    if (json_) {
      std::cout << json_object({{"subject", one.subject}, {"event", one.event}, {"passes", wide.file},
                                {"witness", event}, {"by", by}})
                << '\n';
    } else {
      std::cout << one.subject << ": " << one.event << " passes in " << wide.file << " only: " << event
                << '\n' << by;
    }
  }

  void say_other(const std::string& what, const std::string& name) {
    if (!seen_.insert(what + name).second) return;
    if (json_) {
      std::cout << json_object({{"subject", name}, {"result", what}}) << '\n';
    } else {
      std::cout << name << ": " << what << '\n';
    }
  }

  const Version& before_;
  const Version& after_;
  bool json_;
  std::set<std::string> seen_;
  bool is_wider_ = false;
  bool is_narrower_ = false;
  bool is_other_ = false;
  bool is_undecided_ = false;
};

}  // namespace

int diff_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin("diff", words,
                                      {{"semantic", 0, false},
                                       {"target", 0, true},
                                       {"include", 'I', true},
                                       {"json", 0, false}},
                                      kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (!arguments.has("semantic") || arguments.rest.size() != 2) {
    say("error", "--semantic and two rule files, please. See policyctl diff --help");
    return kTrouble;
  }
  Version versions[2];
  std::vector<Prepared> prepared;
  for (std::size_t i = 0; i < 2; ++i) {
    auto one = prepare(arguments.rest[i], {arguments.values("include"), arguments.value("target")});
    if (!one) {
      say("error", one.error().message);
      return kTrouble;
    }
    prepared.push_back(std::move(one).value());
    versions[i].file = arguments.rest[i];
    if (const int status = read(prepared[i], versions[i]); status != kOk) return status;
  }
  Report report(versions[0], versions[1], arguments.has("json"));
  for (const emit::CompiledPolicy& before : versions[0].settings) {
    for (const emit::CompiledPolicy& after : versions[1].settings) {
      const auto values = values_of(before);
      const auto others = values_of(after);
      if (!agree(values, others)) continue;
      const auto found = [&] {
        const Progress progress("comparing " + versions[0].file + " and " + versions[1].file);
        return analysis::compare(before, after, prepared[0].events());
      }();
      report.add(found, setting_of(values, others));
    }
  }
  return report.finish();
}

}  // namespace eventfilter::cli
