// SPDX-License-Identifier: BSD-2-Clause
//
// What the core makes of a drawn event, with the booleans of now.
#pragma once

#include "analysis/replay.h"
#include "interpreter/interpreter.h"

namespace eventfilter::differential {

class CoreJudge {
 public:
  // Refers to the policy and to the target.
  CoreJudge(const emit::CompiledPolicy& policy, const events::Target& target)
      : policy_(policy), target_(target), replay_(policy, target) {}

  // The domain's layers, the outermost first; groups have their members of these booleans.
  analysis::Outcome domain(const std::string& name, const interpreter::Event& event,
                           const interpreter::Booleans& now);
  analysis::Outcome handle(const std::string& name, const interpreter::Event& event,
                           const interpreter::Booleans& now);
  analysis::Outcome session(const std::string& role, const interpreter::Event& event,
                            const interpreter::Booleans& now);

 private:
  analysis::Carried carried(const std::string& label, const interpreter::Booleans& now) const;
  analysis::Values values(const interpreter::Event& event, const interpreter::Booleans& now) const;

  const emit::CompiledPolicy& policy_;
  const events::Target& target_;
  analysis::Replay replay_;
};

}  // namespace eventfilter::differential
