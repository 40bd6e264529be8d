// SPDX-License-Identifier: BSD-2-Clause
//
// What observations ask of a policy: rules for places that have no label yet, rules on labels that
// are there, and rules that no place has to do with.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "emit/compiled_policy.h"
#include "learn/observation.h"
#include "learn/places.h"

namespace eventfilter::learn {

// On a label that the policy or one of its includes has: for these names only, if they are few.
struct OnLabel {
  std::set<std::string> names;
  std::set<std::string> paths;
  std::set<std::string> programs;
};

struct Needs {
  Accesses places;                                                    // without a label
  std::map<std::tuple<std::string, std::string>, OnLabel> on_labels;  // by label and permission
  std::vector<std::string> rules;  // whole lines, sorted: sockets, signals, capabilities
  std::set<std::string> own_task;  // permissions of class file on what is the domain's own in /proc
  std::set<std::string> anonymous;  // on what is in no tree
  std::set<std::string> in_proc;    // and on what is in /proc and nobody's own
};

// A permission with its class where that isn't file: "read", "unix connect".
std::vector<std::string> permissions_for(const Observation& observation);

Needs needs_of(const std::vector<Observation>& refused, const emit::CompiledPolicy& policy);

}  // namespace eventfilter::learn
