// SPDX-License-Identifier: BSD-2-Clause
//
// Compiled rulesets run as the kernel runs them: its core parses and evaluates them. What the
// analysis claims about an event is shown on it.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "analysis/solve.h"
#include "emit/compiled_policy.h"
#include "events/target.h"
#include "policy/policy.h"

namespace eventfilter::emit {
class CoreSchema;
}

namespace eventfilter::analysis {

// One event's fields. What isn't here is 0, "" or unlabelled.
struct Values {
  std::map<std::string, Carried> carried;  // label fields: all names, groups too
  std::map<std::string, policy::Number> numbers;
  std::map<std::string, std::string> strings;
  std::set<std::string> unmapped;  // ids without a mapping
};

// The event that a witness describes, where objects carry what `candidates` says.
Values values_of(const Witness& witness, const std::vector<Candidate>& candidates);

// What the core makes of an event.
struct Outcome {
  bool passes = true;
  std::string action;  // of one that doesn't, as rules write it: "errno ENOENT quiet", "" for the default
};

class Replay {
 public:
  // Refers to the policy and to the target.
  Replay(const emit::CompiledPolicy& policy, const events::Target& target);
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  // The layers of a domain, the outermost first.
  Outcome domain(const emit::CompiledDomain& domain, const events::Event& event,
                 const Values& values);

  // One ruleset text.
  Outcome ruleset(const std::string& text, const events::Event& event, const Values& values);

 private:
  class Ruleset;
  class Record;

  const emit::CompiledPolicy& policy_;
  std::vector<policy::Label> names_;  // of the label space
  std::unique_ptr<emit::CoreSchema> schema_;
  std::map<std::string, std::unique_ptr<Ruleset>> rulesets_;
};

}  // namespace eventfilter::analysis
