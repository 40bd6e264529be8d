// SPDX-License-Identifier: BSD-2-Clause
//
// Policies drawn at random, judged twice: what the compiler makes of them by the kernel's core, and
// their syntax trees by the interpreter. The two have no line in common.
//
// EVF_SEED=N draws others; EVF_LONG=1 more of them.
#include <cstdlib>

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include "analysis/constraint.h"
#include "analysis/endpoint_kinds.h"
#include "analysis/label_of.h"
#include "differential/core_judge.h"
#include "differential/random_event.h"
#include "differential/random_policy.h"
#include "emit/compile.h"
#include "events/target.h"
#include "interpreter/interpreter.h"
#include "syntax/load.h"

namespace eventfilter::differential {
namespace {

constexpr std::size_t kPolicies = 1000;
constexpr std::size_t kLongPolicies = 10000;
constexpr std::size_t kEvents = 25;  // of one policy
constexpr std::size_t kPaths = 10;
constexpr std::size_t kSessions = 10;  // of one role

const std::map<std::string, std::string> kVariables = {{"HOME", "/home/alice"}};

// What a drawn policy can be wrong in.
bool is_expected(std::string_view id) {
  return id == "from_refuses" || id == "action_conflict" || id == "patterns_conflict" ||
         id == "globs_conflict" || id == "endpoints_conflict" ||
         id == "deep_without_name" || id == "constrain_never";
}

std::string shown(const interpreter::Event& event) {
  std::string text = event.name;
  for (const auto& [field, label] : event.labels) text += " " + field + "=" + label;
  for (const auto& [field, number] : event.numbers) {
    text += " " + field + "=" + std::to_string(static_cast<long long>(number));
    if (event.undefined.contains(field)) text += "(undefined)";
  }
  for (const auto& [field, string] : event.strings) text += " " + field + "=\"" + string + '"';
  return text;
}

std::string shown(const interpreter::Verdict& verdict) {
  if (verdict.passes) return "passes";
  std::string text = "refused";
  for (const std::string& action : verdict.actions) text += " [" + action + "]";
  return text;
}

// One policy: its tree, and what it compiles to for the booleans at the time of entry.
class Trial {
 public:
  Trial(Random& random, RandomPolicy drawn) : random_(random), drawn_(std::move(drawn)) {}

  // Whether the policy has no mistakes.
  bool compiles() {
    tree_ = syntax::load("drawn", drawn_.text, {}, diagnostics_);
    interpreter_.emplace(tree_, kVariables);
    settings_.entered = settings_.now = interpreter_->declared();
    return enter();
  }

  // A difference in words, or "".
  std::string run() {
    std::string found = paths();
    if (found.empty()) found = places();
    for (std::size_t i = 0; i < kEvents && found.empty(); ++i) {
      // A boolean changes; now and then domains are entered anew.
      if (!drawn_.booleans.empty() && random_.one_in(6)) {
        bool& one = settings_.now[random_.one_of(drawn_.booleans)];
        one = !one;
        if (random_.one_in(3)) {
          settings_.entered = settings_.now;
          // The same mistakes are possible in every setting.
          if (!enter()) return "";
        }
      }
      found = event();
    }
    if (found.empty()) found = user_classes();
    if (found.empty()) found = constraints();
    return found.empty() ? "" : found + "\n" + drawn_.text + emit::print_rulesets(*policy_);
  }

  std::size_t verdicts() const { return verdicts_; }
  std::size_t sessions() const { return sessions_; }
  std::size_t refused() const { return refused_; }

 private:
  bool enter() {
    emit::Options options;
    options.variables = kVariables;
    options.booleans = settings_.entered;
    diag::Diagnostics diagnostics;
    judge_.reset();
    policy_ = emit::compile({"drawn", drawn_.text}, options, diagnostics);
    for (const diag::Diagnostic& one : diagnostics.all()) {
      const bool is_mistake = one.severity == diag::Severity::Error && !is_expected(one.id);
      EXPECT_FALSE(is_mistake) << diagnostics.render() << drawn_.text;
    }
    if (policy_) judge_.emplace(*policy_, events::builtin_target());
    return policy_.has_value();
  }

  std::string paths() {
    for (std::size_t i = 0; i < kPaths; ++i) {
      const std::string path = draw_path(random_);
      const std::string ours = interpreter_->label_of(path);
      const std::string theirs = analysis::label_of(*policy_, path);
      if (ours != theirs) return path + ": " + ours + " and not " + theirs;
    }
    return "";
  }

  std::string places() {
    static const std::vector<std::string> addresses = {"10.1.2.3", "10.1.9.9", "10.9.9.9", "192.0.2.1",
                                                       "fd00::1",  "fdff::1",  "2001:db8::1"};
    static const std::vector<std::string> protocols = {"tcp", "udp", "sctp"};
    static const std::vector<unsigned> ports = {0, 53, 79, 80, 85, 90, 91, 443, 1023, 1024, 65535};
    for (std::size_t i = 0; i < kPaths; ++i) {
      const std::string& address = random_.one_of(addresses);
      interpreter::Endpoint one{random_.one_of(protocols), address.find(':') == std::string::npos, {},
                                random_.one_of(ports)};
      inet_pton(one.is_ipv4 ? AF_INET : AF_INET6, address.c_str(), one.address.data());
      const std::string ours = interpreter_->label_of(one);
      const std::string theirs = analysis::label_of_endpoint(*policy_, one.protocol, address, one.port);
      if (ours != theirs)
        return one.protocol + " " + address + " " + std::to_string(one.port) + ": " + ours + " and not " + theirs;
    }
    for (const char* const type : {"proc", "tmpfs", "sysfs"}) {
      const std::string ours = interpreter_->label_of_type(type);
      std::string theirs;
      for (const emit::CompiledPlace& one : policy_->places) {
        if (one.text == "fs \"" + std::string(type) + '"') theirs = one.label;
      }
      if (ours != theirs) return std::string(type) + ": " + ours + " and not " + theirs;
    }
    return "";
  }

  std::string event() {
    // Mostly one that the rules are about.
    const std::vector<events::Event>& all = events::builtin_target().events();
    const bool is_about = !drawn_.events.empty() && !random_.one_in(8);
    const events::Event& kind =
        is_about ? *events::builtin_target().find(random_.one_of(drawn_.events))
                 : all[random_.below(all.size())];
    // What they are refused for isn't about them: some other call's rule.
    if (kind.name.starts_with("sys_enter_io_uring")) return "";
    const interpreter::Event event = draw_event(random_, kind, drawn_.types);
    for (const std::string& name : drawn_.domains) {
      const std::string found = compared("domain " + name, event, interpreter_->domain(name, event, settings_),
                                         judge_->domain(name, event, settings_.now));
      if (!found.empty()) return found;
    }
    for (const std::string& name : drawn_.roles) {
      const interpreter::Verdict ours = interpreter_->session(name, event, settings_);
      const analysis::Outcome theirs = judge_->session(name, event, settings_.now);
      if (ours.is_open) continue;
      ++verdicts_;
      if (ours.passes != theirs.passes) return "role " + name + ": " + shown(event) + ": " + shown(ours) + "\n";
    }
    const bool is_of_handles = kind.group == events::Group::Use || kind.group == events::Group::Socket ||
                               kind.name == "file_truncate";
    if (!is_of_handles || drawn_.handles.empty()) return "";
    return compared("handle h", event, interpreter_->handle("h", event, settings_),
                    judge_->handle("h", event, settings_.now));
  }

  std::string compared(const std::string& where, const interpreter::Event& event,
                       const interpreter::Verdict& ours, const analysis::Outcome& theirs) {
    if (ours.is_open) return "";
    ++verdicts_;
    if (!ours.passes) ++refused_;
    if (ours.passes == theirs.passes && (ours.passes || ours.actions.contains(theirs.action))) return "";
    return where + ": " + shown(event) + ": " + shown(ours) + ", the core: " +
           (theirs.passes ? "passes" : "refused [" + theirs.action + "]") + "\n";
  }

  std::string user_classes() {
    std::vector<std::string> types = drawn_.types;
    types.emplace_back();
    for (const std::string& name : drawn_.domains) {
      for (const std::string& type : types) {
        const std::uint32_t ours = interpreter_->user_class(name, "disk", type, settings_);
        const std::uint32_t theirs = compiled_bits(*policy_->find_domain(name), type);
        ++verdicts_;
        if (ours == theirs) continue;
        return "disk in " + name + " on " + type + ": " + std::to_string(ours) + " and not " +
               std::to_string(theirs) + "\n";
      }
    }
    return "";
  }

  // Who begins a session may have a role.
  std::string constraints() {
    for (const emit::CompiledRole& role : policy_->roles) {
      for (std::size_t i = 0; i < kSessions && !role.constraints.empty(); ++i) {
        const interpreter::Event session = draw_session(random_);
        const bool ours = interpreter_->may_hold(role.name, session);
        const bool theirs = std::all_of(role.constraints.begin(), role.constraints.end(), [&](const auto& text) {
          return analysis::holds(text, circumstances(session));
        });
        ++sessions_;
        if (ours != theirs) return role.name + ": " + shown(session) + (ours ? " may\n" : " may not\n");
      }
    }
    return "";
  }

  static analysis::Circumstances circumstances(const interpreter::Event& session) {
    analysis::Circumstances made;
    for (const auto& [field, number] : session.numbers) {
      if (!session.undefined.contains(field)) made.numbers[field] = static_cast<std::int64_t>(number);
    }
    if (!session.undefined.contains("session")) made.texts["session"] = session.strings.at("session");
    made.groups = session.groups;
    made.has_all_groups = !session.undefined.contains("group");
    return made;
  }

  static std::uint32_t compiled_bits(const emit::CompiledDomain& domain, const std::string& type) {
    std::uint32_t others = 0;
    for (const emit::CompiledVector& one : domain.user) {
      if (one.label == type) return one.allowed;
      if (one.label.empty()) others = one.allowed;
    }
    return others;
  }

  Random& random_;
  RandomPolicy drawn_;
  diag::Diagnostics diagnostics_;
  ast::Policy tree_;
  std::optional<interpreter::Interpreter> interpreter_;
  interpreter::Settings settings_;
  std::optional<emit::CompiledPolicy> policy_;
  std::optional<CoreJudge> judge_;
  std::size_t verdicts_ = 0;
  std::size_t sessions_ = 0;
  std::size_t refused_ = 0;
};

TEST(Differential, InterpreterAndCompilerAgree) {
  const char* const seed = std::getenv("EVF_SEED");
  const char* const is_long = std::getenv("EVF_LONG");
  const std::size_t wanted = is_long != nullptr && std::string(is_long) == "1" ? kLongPolicies : kPolicies;
  Random random(seed != nullptr ? std::strtoull(seed, nullptr, 0) : 20260101);
  std::size_t policies = 0;
  std::size_t drawn = 0;
  std::size_t verdicts = 0;
  std::size_t sessions = 0;
  std::size_t refused = 0;
  while (policies < wanted) {
    ASSERT_LT(++drawn, 10 * wanted) << "hardly any drawn policy compiles";
    Trial trial(random, draw_policy(random));
    if (!trial.compiles()) continue;
    ++policies;
    const std::string difference = trial.run();
    ASSERT_EQ(difference, "") << "policy " << policies;
    verdicts += trial.verdicts();
    sessions += trial.sessions();
    refused += trial.refused();
  }
  // Neither all nor nothing may be refused, or nothing was compared.
  EXPECT_GT(refused * 10, verdicts);
  EXPECT_LT(refused * 10, verdicts * 9);
  RecordProperty("policies", static_cast<int>(policies));
  std::printf("%zu policies of %zu drawn, %zu verdicts, %zu refused, %zu sessions\n", policies, drawn, verdicts, refused,
              sessions);
}

}  // namespace
}  // namespace eventfilter::differential
