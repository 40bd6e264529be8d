// SPDX-License-Identifier: BSD-2-Clause
//
// A policy's domains as rulesets of a label space, and the transitions between them.
#pragma once

#include <map>
#include <string>

#include "apply/failure.h"
#include "base/fd.h"
#include "base/result.h"
#include "emit/compiled_policy.h"

namespace eventfilter::apply {

// The names of a label space: labels, groups with the members that they have now, endpoints and file
// system types, as lines.
std::string space_text(const emit::CompiledPolicy& policy);

// The lines of some groups alone.
std::string group_text(const emit::CompiledPolicy& policy, const std::vector<emit::CompiledGroup>& groups);

// Writes lines to a label space; `what` is what messages call it.
base::Result<void> write_space(int space, const std::string& text, const char* what,
                               std::optional<RefusedText>& ret_refused);

// Makes rulesets in a label space that has the policy's names.
class Rulesets {
 public:
  Rulesets(const emit::CompiledPolicy& policy, int space) : policy_(policy), space_(space) {}

  // One layer of a domain. Only the domain that a task is in gives it a label: of those beneath, it
  // is told by `labelled`.
  base::Result<base::Fd> layer(const emit::CompiledDomain& domain, bool labelled);

  // Stages all transitions of the policy.
  base::Result<void> stage_transitions();

  // The text that the kernel refused, if that is why a call failed.
  const std::optional<RefusedText>& refused() const { return refused_; }

 private:
  base::Result<base::Fd> make(const emit::CompiledDomain& domain, const std::string& text, bool labelled);

  const emit::CompiledPolicy& policy_;
  int space_;
  std::map<std::string, base::Fd> targets_;
  std::optional<RefusedText> refused_;
};

}  // namespace eventfilter::apply
