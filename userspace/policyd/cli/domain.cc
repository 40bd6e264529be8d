// SPDX-License-Identifier: BSD-2-Clause
#include "cli/domain.h"

#include <cerrno>
#include <vector>

#include "diag/messages.h"

namespace eventfilter::cli {

base::Result<const emit::CompiledDomain*> choose_domain(const emit::CompiledPolicy& policy,
                                                        const std::string& name) {
  if (name.empty() && policy.domains.size() == 1) return &policy.domains[0];
  if (const emit::CompiledDomain* domain = policy.find_domain(name)) return domain;
  if (policy.domains.empty()) return base::Error{ENOENT, "the rule file has no domain"};

  std::vector<std::string> names;
  std::string list;
  for (const emit::CompiledDomain& domain : policy.domains) {
    names.push_back(domain.name);
    list += (list.empty() ? "" : ", ") + domain.name;
  }
  if (name.empty()) return base::Error{ENOENT, "which domain? --domain takes one of " + list};
  const std::string hint = diag::nearest_hint(name, names);
  return base::Error{ENOENT, "the rule file has no domain \"" + name + "\"; " +
                                 (hint.empty() ? "it has " + list : hint)};
}

}  // namespace eventfilter::cli
