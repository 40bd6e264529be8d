// SPDX-License-Identifier: BSD-2-Clause
#include "emit/compiled_policy.h"

#include <algorithm>

namespace eventfilter::emit {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::string permissions_of(std::uint32_t bits, const CompiledClass& one) {
  std::string out;
  for (std::size_t i = 0; i < one.permissions.size(); ++i) {
    if ((bits >> i & 1) != 0) out += " " + one.permissions[i];
  }
  return out.empty() ? " nothing" : out;
}

// What the policy's own classes allow, as comments: no kernel reads it.
std::string print_vectors(const CompiledDomain& domain, const CompiledPolicy& policy) {
  std::string out;
  for (const CompiledVector& one : domain.user) {
    const auto found = std::find_if(policy.user_classes.begin(), policy.user_classes.end(),
                                    [&](const CompiledClass& c) { return c.name == one.user_class; });
    out += "# " + one.user_class + " on " + (one.label.empty() ? "others" : one.label) + ":" +
           permissions_of(one.allowed, *found);
    if (one.audited != 0) out += "; audited:" + permissions_of(one.audited, *found);
    if (one.quiet != 0) out += "; quiet:" + permissions_of(one.quiet, *found);
    out += "\n";
  }
  return out;
}

}  // namespace

const CompiledDomain* CompiledPolicy::find_domain(std::string_view name) const {
  const auto found = std::find_if(domains.begin(), domains.end(),
                                  [&](const CompiledDomain& domain) { return domain.name == name; });
  return found == domains.end() ? nullptr : &*found;
}

std::vector<const CompiledDomain*> CompiledPolicy::layers_of(const CompiledDomain& domain) const {
  std::vector<const CompiledDomain*> layers = {&domain};
  while (!layers.back()->from.empty()) layers.push_back(find_domain(layers.back()->from));
  std::reverse(layers.begin(), layers.end());
  return layers;
}

std::vector<std::string> CompiledPolicy::members_of(const CompiledGroup& group) const {
  for (const CompiledBoolean& guard : group.guards) {
    if (std::find(booleans.begin(), booleans.end(), guard) == booleans.end()) return {};
  }
  return group.members;
}

std::string pattern_of(const LabelAssignment& one) {
  switch (one.cover) {
    case Cover::Tree: return one.path == "/" ? "/**" : one.path + "/**";
    case Cover::Self: return one.path;
    case Cover::Name: break;
  }
  return (one.directory == "/" ? "" : one.directory) + "/" + one.component;
}

std::string print_rulesets(const CompiledPolicy& policy) {
  std::string out;
  for (const CompiledDomain& domain : policy.domains) {
    const bool is_alone = policy.domains.size() == 1 && policy.handles.empty() && policy.roles.empty();
    if (!is_alone || domain.permissive) {
      out += (domain.permissive ? "# permissive domain " : "# domain ") + domain.name;
      if (!domain.from.empty()) out += " from " + domain.from;
      if (!domain.fixed_booleans.empty()) out += "; for later entries: " + joined(domain.fixed_booleans);
      out += "\n";
    }
    out += domain.ruleset + print_vectors(domain, policy);
  }
  for (const CompiledDomain& domain : policy.domains) {
    if (!domain.stacked.empty()) out += "# by transition, domain " + domain.name + "\n" + domain.stacked;
  }
  for (const CompiledDomain& handle : policy.handles) {
    out += "# handle " + handle.name + "\n" + handle.ruleset;
  }
  for (const CompiledRole& role : policy.roles) {
    out += "# role " + role.name + ": " + joined(role.domains) + "\n";
    for (const std::string& one : role.constraints) out += "# when " + one + "\n";
    out += role.session;
  }
  for (const CompiledUser& user : policy.users) {
    out += "# user " + user.name + ": " + joined(user.roles) + "\n";
  }
  for (const std::vector<std::string>& roles : policy.exclusive_active) {
    out += "# one in a session: " + joined(roles) + "\n";
  }
  for (const CompiledTransition& one : policy.transitions) {
    out += "# transition " + one.from + " on " + one.on + " to " + one.to + "\n";
  }
  return out;
}

std::string print_labels(const CompiledPolicy& policy) {
  std::size_t width = 0;
  for (const LabelAssignment& one : policy.assignments) width = std::max(width, one.label.size());
  for (const CompiledPlace& one : policy.places) width = std::max(width, one.label.size());
  for (const CompiledName& one : policy.names) width = std::max(width, one.pattern.label.size());
  std::string out;
  for (const LabelAssignment& one : policy.assignments) {
    out += one.label + std::string(width + 2 - one.label.size(), ' ') + pattern_of(one) + "\n";
  }
  for (const CompiledName& one : policy.names) {
    const LabelAssignment& name = one.pattern;
    out += name.label + std::string(width + 2 - name.label.size(), ' ') +
           (name.directory == "/" ? "" : name.directory) + "/**/" + name.component + "\n";
  }
  for (const CompiledPlace& one : policy.places) {
    out += one.label + std::string(width + 2 - one.label.size(), ' ') + one.text + "\n";
  }
  for (const CompiledGroup& group : policy.groups) {
    out += "group " + group.name + " =";
    for (const std::string& member : policy.members_of(group)) out += " " + member;
    out += "\n";
  }
  return out;
}

}  // namespace eventfilter::emit
