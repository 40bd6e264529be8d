// SPDX-License-Identifier: BSD-2-Clause
#include "av/user_vectors.h"

#include <map>
#include <set>

namespace eventfilter::av {
namespace {

// What rules say about one class, on one label or on every object.
struct Said {
  std::uint32_t allow = 0;
  std::uint32_t deny = 0;
  std::uint32_t audit = 0;
  std::uint32_t quiet = 0;

  void add(const policy::UserGrant& grant) {
    if (grant.effect == ast::Effect::Allow) {
      allow |= grant.permissions;
      if (grant.audit) audit |= grant.permissions;
    } else {
      deny |= grant.permissions;
      if (grant.quiet) quiet |= grant.permissions;
    }
  }
};

UserVector vector_of(std::size_t user_class, std::optional<policy::LabelId> label, const Said& any,
                     const Said& own) {
  UserVector made;
  made.user_class = user_class;
  made.label = label;
  made.allowed = (any.allow | own.allow) & ~(any.deny | own.deny);
  made.audited = (any.audit | own.audit) & made.allowed;
  made.quiet = (any.quiet | own.quiet) & ~made.allowed;
  return made;
}

}  // namespace

std::vector<UserVector> user_vectors(const policy::Domain& domain) {
  struct Class {
    Said any;
    std::map<policy::LabelId, Said> labels;
  };
  std::map<std::size_t, Class> classes;
  for (const policy::UserGrant& grant : domain.user_grants) {
    Class& one = classes[grant.user_class];
    if (grant.on.all) one.any.add(grant);
    for (const policy::LabelId label : grant.on.labels) one.labels[label].add(grant);
  }
  std::vector<UserVector> all;
  for (const auto& [index, one] : classes) {
    all.push_back(vector_of(index, std::nullopt, one.any, {}));
    for (const auto& [label, said] : one.labels) {
      all.push_back(vector_of(index, label, one.any, said));
    }
  }
  return all;
}

}  // namespace eventfilter::av
