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
// To be attached to open file descriptions; it's called "handle NAME", as there may be a domain NAME.
RulesetKey key_of_handle(const emit::CompiledDomain& handle, const Split& split, uid_t uid);
RulesetKey key_of_session(const emit::CompiledRole& role, const Split& split, uid_t uid);

// All that somebody may still be handed: of those users, and of nobody in particular.
std::set<RulesetKey> all_keys(const emit::CompiledPolicy& policy, const Split& split,
                              const std::set<uid_t>& users);

// What it says besides assignments and transitions.
struct Words {
  std::vector<std::string> labels;
  std::vector<std::string> lines;  // groups, file system types, endpoints
};
Words words_of(const emit::CompiledPolicy& policy, const Split& split, const std::set<uid_t>& users);

// Tries names, lines and rulesets on a new label space, which they stay in.
base::Result<void> try_out(Space& trial, const Words& words, const std::set<RulesetKey>& rulesets);

// Finds the objects and stages their labels in `space`. An error: the policy can't be put in force as it's meant.
// What goes wrong with one user's labels, which are tried on `trial`, is a remark, and that user has none.
// Remarks come back.
base::Result<std::vector<std::string>> stage_objects(const Space& space, const Space& trial, const Split& split,
                                                     const std::set<uid_t>& users,
                                                     const std::vector<apply::Mount>& mounts);

}  // namespace eventfilter::labeld
