// SPDX-License-Identifier: BSD-2-Clause
//
// What a policy wants of the label space on this machine.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "apply/mounts.h"
#include "base/result.h"
#include "emit/compiled_policy.h"
#include "labeld/instances.h"
#include "labeld/plan.h"
#include "labeld/rulesets.h"
#include "labeld/space.h"

namespace eventfilter::labeld {

// The ruleset that a layer of the policy is for this user, or, without per-user labels, for all. It
// gives its task the domain's label if it's that of the domain that is entered, not one that this is from.
RulesetKey key_of_domain(const emit::CompiledDomain& domain, const Split& split, uid_t uid, bool entered);
// That of a transition into a domain: all of its layers in one.
RulesetKey key_of_target(const emit::CompiledDomain& domain);
RulesetKey key_of_session(const emit::CompiledRole& role, const Split& split, uid_t uid);

// All that somebody may still be handed: of those users, and of nobody in particular.
std::set<RulesetKey> all_keys(const emit::CompiledPolicy& policy, const Split& split,
                              const std::set<uid_t>& users);

struct Wanted {
  Contents contents;         // without transitions
  std::vector<std::string> remarks;
};

// Finds the objects, and tries everything on a label space of its own: names, lines, assignments,
// rulesets. Nothing is changed. An error: the policy can't be put in force as it's meant. What goes wrong with
// one user's labels is a remark, and that user has none.
base::Result<Wanted> try_out(const emit::CompiledPolicy& policy, const Split& split,
                             const std::set<uid_t>& users, const std::vector<apply::Mount>& mounts);

}  // namespace eventfilter::labeld
