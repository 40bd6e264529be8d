// SPDX-License-Identifier: BSD-2-Clause
#include "emit/compiled_policy.h"

#include <algorithm>

namespace eventfilter::emit {
namespace {

std::string pattern_of(const LabelAssignment& one) {
  switch (one.cover) {
    case Cover::Tree: return one.path == "/" ? "/**" : one.path + "/**";
    case Cover::Self: return one.path;
    case Cover::Name: break;
  }
  return (one.directory == "/" ? "" : one.directory) + "/" + one.component;
}

}  // namespace

const CompiledDomain* CompiledPolicy::find_domain(std::string_view name) const {
  const auto found = std::find_if(domains.begin(), domains.end(),
                                  [&](const CompiledDomain& domain) { return domain.name == name; });
  return found == domains.end() ? nullptr : &*found;
}

std::string print_rulesets(const CompiledPolicy& policy) {
  std::string out;
  for (const CompiledDomain& domain : policy.domains) {
    if (policy.domains.size() > 1 || domain.permissive) {
      out += (domain.permissive ? "# permissive domain " : "# domain ") + domain.name + "\n";
    }
    out += domain.ruleset;
  }
  return out;
}

std::string print_labels(const CompiledPolicy& policy) {
  std::size_t width = 0;
  for (const LabelAssignment& one : policy.assignments) width = std::max(width, one.label.size());
  std::string out;
  for (const LabelAssignment& one : policy.assignments) {
    out += one.label + std::string(width + 2 - one.label.size(), ' ') + pattern_of(one) + "\n";
  }
  return out;
}

}  // namespace eventfilter::emit
