// SPDX-License-Identifier: BSD-2-Clause
//
// Compiled rulesets, run as the kernel runs them: parsed and evaluated by its core.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "emit/compiled_policy.h"
#include "emit/schema.h"
#include "interpreter/event.h"
#include "interpreter/interpreter.h"

namespace eventfilter::differential {

// What the core makes of an event.
struct Outcome {
  bool passes = true;
  std::string action;  // of what doesn't, as rules write it
};

class CoreJudge {
 public:
  // Refers to the policy and to the target.
  CoreJudge(const emit::CompiledPolicy& policy, const events::Target& target);
  ~CoreJudge();
  CoreJudge(const CoreJudge&) = delete;
  CoreJudge& operator=(const CoreJudge&) = delete;

  // The domain's layers, the outermost first; groups have their members of these booleans.
  Outcome domain(const std::string& name, const interpreter::Event& event,
                 const interpreter::Booleans& now);
  Outcome handle(const std::string& name, const interpreter::Event& event,
                 const interpreter::Booleans& now);
  Outcome session(const std::string& role, const interpreter::Event& event,
                  const interpreter::Booleans& now);

 private:
  class Ruleset;
  class Record;

  Outcome judge(const std::string& text, const interpreter::Event& event,
                const interpreter::Booleans& now);

  const emit::CompiledPolicy& policy_;
  const events::Target& target_;
  std::vector<policy::Label> names_;  // of the label space
  emit::CoreSchema schema_;
  std::map<std::string, std::unique_ptr<Ruleset>> rulesets_;
};

}  // namespace eventfilter::differential
