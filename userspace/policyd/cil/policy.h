// SPDX-License-Identifier: BSD-2-Clause
//
// A CIL policy with its names resolved: types and attributes as sets, rules over them. What SELinux has
// and this has not (contexts, users, levels, ...) is counted and left out.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cil/bits.h"
#include "cil/permissions.h"
#include "cil/tree.h"

namespace eventfilter::cil {

// Index into Policy::types.
using TypeId = std::uint32_t;

// An allow or neverallow: on itself, or on each type of a set.
struct Rule {
  Symbol source = kNone;  // a type or an attribute
  Symbol target = kNone;  // "self", too
  Symbol object_class = kNone;
  NodeId permissions = 0;  // the list
};

// Statements of one kind, by what they are here.
struct Count {
  std::size_t exact = 0, no_op = 0, unsupported = 0;
};

struct Policy {
  Symbols symbols;
  Tree tree;
  std::vector<Symbol> types;             // sorted by name
  std::vector<TypeId> type_of;           // by symbol; kNoType
  std::map<Symbol, Bits> attributes;     // the types of those, and of types that rules name
  std::vector<Symbol> names;             // types and attributes that have any, sorted by name
  std::vector<std::uint32_t> name_of;    // by symbol: index into names; kNoType
  std::vector<Rule> allow;
  std::vector<Rule> never;
  std::map<std::string, Count, std::less<>> counts;  // by keyword; rules by what they come to
  std::size_t optionals_left_out = 0;    // something that they need isn't there
};
inline constexpr TypeId kNoType = ~TypeId{0};

// The types of a name: of an attribute, or itself alone. nullptr: there is no such name.
const Bits* types_of(const Policy& policy, Symbol name);

// Names that SELinux's reference policy has for all that may be a subject.
inline constexpr std::string_view kDomainAttribute = "domain";

// Resolves what was parsed. Booleans are as they are declared.
base::Result<void> resolve(Policy& policy);

}  // namespace eventfilter::cil
