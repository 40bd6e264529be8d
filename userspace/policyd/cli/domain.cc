// SPDX-License-Identifier: BSD-2-Clause
#include "cli/domain.h"

#include <cerrno>
#include <vector>

#include "diag/messages.h"

namespace eventfilter::cli {

namespace {

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

base::Error none(const std::string& what, const std::string& name, const std::vector<std::string>& names) {
  const std::string hint = diag::nearest_hint(name, names);
  return {ENOENT, "the rule file has no " + what + " \"" + name + "\"; " +
                      (hint.empty() ? "it has " + list_of(names) : hint)};
}

std::vector<std::string> names_of(const std::vector<emit::CompiledDomain>& all) {
  std::vector<std::string> names;
  for (const emit::CompiledDomain& one : all) names.push_back(one.name);
  return names;
}

}  // namespace

base::Result<const emit::CompiledDomain*> choose_domain(const emit::CompiledPolicy& policy,
                                                        const std::string& name) {
  if (name.empty() && policy.domains.size() == 1) return &policy.domains[0];
  if (const emit::CompiledDomain* domain = policy.find_domain(name)) return domain;
  if (policy.domains.empty()) return base::Error{ENOENT, "the rule file has no domain"};
  const std::vector<std::string> names = names_of(policy.domains);
  if (name.empty()) return base::Error{ENOENT, "which domain? --domain takes one of " + list_of(names)};
  return none("domain", name, names);
}

base::Result<const emit::CompiledDomain*> choose_handle(const emit::CompiledPolicy& policy,
                                                        const std::string& name) {
  for (const emit::CompiledDomain& handle : policy.handles) {
    if (handle.name == name) return &handle;
  }
  if (policy.handles.empty()) return base::Error{ENOENT, "the rule file has no handle"};
  return none("handle", name, names_of(policy.handles));
}

}  // namespace eventfilter::cli
