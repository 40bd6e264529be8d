// SPDX-License-Identifier: BSD-2-Clause
//
// What a compiled domain says to one event whose values are known: for who has seen it happen.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/filter.h"
#include "emit/compiled_policy.h"
#include "events/target.h"

namespace eventfilter::analysis {

// An event as it happened. A field that isn't there is not known, and a test of it is false,
// whether negated or not: then the answer is "refused", never "passes".
struct Happening {
  std::string event;  // "file_open"
  std::map<std::string, std::int64_t> numbers;
  std::map<std::string, std::string> texts;             // names
  std::map<std::string, std::set<std::string>> labels;  // by field, groups included
};

// Whether a filter is true of it.
bool holds(const Filter& filter, const Happening& happening);

// A domain and those that it is from, read once and asked often. Permissive domains are taken as if
// they weren't: the question is what their rules say. Refers to the target.
class Judge {
 public:
  Judge(const emit::CompiledPolicy& policy, const emit::CompiledDomain& domain,
        const events::Target& target);

  // Whether all layers let it pass. An event that the target lacks is refused.
  bool lets_pass(const Happening& happening) const;

 private:
  const events::Target& target_;
  std::vector<Ruleset> layers_;
};

// A label with the groups that it is a member of, as an object that has it carries them.
std::set<std::string> with_groups(const emit::CompiledPolicy& policy, const std::string& label);

}  // namespace eventfilter::analysis
