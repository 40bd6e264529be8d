// SPDX-License-Identifier: BSD-2-Clause
//
// Changing a boolean of a policy that is in force.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "emit/compiled_policy.h"

namespace eventfilter::apply {

// What a change means, and what a reply says of it.
struct BooleanChange {
  std::string name;
  bool value = false;
  std::vector<emit::CompiledGroup> groups;  // switched at once, for the tasks that run
  std::vector<std::string> later;           // domains with rules for which it holds for later entries

  // "web_enabled is true now; for later entries into d_t, e_t".
  std::string text() const;
};

// ENOENT: the policy has no such boolean. Changes nothing.
base::Result<BooleanChange> plan_boolean(const emit::CompiledPolicy& policy, const std::string& name,
                                         bool value);

// Switches the groups of a label space that has the policy's names, commits, and notes the value in
// `policy`. The rulesets of the domains in `later` are those of the old value still: who hands them out
// compiles them again, with emit::Options::booleans. After a failure nothing has changed.
base::Result<BooleanChange> set_boolean(emit::CompiledPolicy& policy, int space,
                                        const std::string& name, bool value);

}  // namespace eventfilter::apply
