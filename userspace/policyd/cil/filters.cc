// SPDX-License-Identifier: BSD-2-Clause
#include "cil/filters.h"

#include <algorithm>
#include <map>
#include <string>

#include "cil/permissions.h"

namespace eventfilter::cil {
namespace {

using policy::ConditionPtr;

// Types that an attribute in the set has are left out.
ConditionPtr test_of(const Policy& policy, const Bits& names) {
  Bits covered(policy.types.size());
  names.for_each([&](std::size_t name) {
    const Symbol symbol = policy.names[name];
    if (policy.type_of[symbol] == kNoType) covered |= *types_of(policy, symbol);
  });
  std::vector<std::string> labels;
  names.for_each([&](std::size_t name) {
    const Symbol symbol = policy.names[name];
    const TypeId type = policy.type_of[symbol];
    if (type == kNoType || !covered.test(type)) labels.emplace_back(policy.symbols.text(symbol));
  });
  return policy::label_test("label", labels);
}

ConditionPtr asks_only(policy::Needs needs) {
  return policy::predicate(std::string(policy::condition_of_allow(needs)));
}

// Of one class of files: opening to read, to write, and both.
struct Opening {
  ConditionPtr read = policy::never(), write = policy::never();
  ConditionPtr when;
};

ConditionPtr filter_of(const Opening& opening) {
  return policy::all_in_order(
      {opening.when,
       policy::any_in_order(
           {policy::all_in_order({opening.read, asks_only(policy::kRead)}),
            policy::all_in_order({opening.write, asks_only(policy::kWrite)}),
            policy::all_in_order({opening.read, opening.write})})});
}

// The event passes when one of these holds.
struct Terms {
  std::vector<ConditionPtr> any;
  std::map<std::string, Opening> openings;  // by the condition that tells the class
};

void add_part(const Policy& policy, const Part& part, const Bits& names, Terms& ret) {
  const ConditionPtr test = part.is_of_label ? test_of(policy, names) : policy::always();
  if (part.needs == policy::kWhole) {
    ret.any.push_back(policy::all_in_order({test, part.when}));
    return;
  }
  Opening& opening = ret.openings[part.when->text()];
  opening.when = part.when;
  (part.needs == policy::kRead ? opening.read : opening.write) = test;
}

}  // namespace

std::vector<policy::Label> labels_of(const Policy& policy) {
  std::vector<policy::Label> labels;
  for (const Symbol name : policy.names) {
    const bool is_type = policy.type_of[name] != kNoType;
    labels.push_back({std::string(policy.symbols.text(name)), {},
                      is_type ? policy::Label::Kind::Object : policy::Label::Kind::Group});
  }
  return labels;
}

av::DomainVectors filters_of(const Policy& policy, const DomainVectors& domain,
                             const events::Target& target) {
  // Events are in one array: their order there is the listing's
  std::map<const events::Event*, Terms> by_event;
  for (std::size_t i = 0; i < parts().size(); ++i) {
    if (domain.parts[i].empty()) continue;
    add_part(policy, parts()[i], domain.parts[i], by_event[target.find(parts()[i].event)]);
  }
  av::DomainVectors made;
  made.name = policy.symbols.text(policy.types[domain.type]);
  for (const policy::ClassInfo& one : policy::classes()) {
    if (!one.is_open) made.closed.insert(one.group);
  }
  for (auto& [event, terms] : by_event) {
    for (const auto& [text, opening] : terms.openings) terms.any.push_back(filter_of(opening));
    av::Verdict verdict{policy::any_in_order(std::move(terms.any)), {}, {}, policy::never()};
    made.events.push_back({event, {{std::move(verdict), ""}}});
  }
  return made;
}

}  // namespace eventfilter::cil
