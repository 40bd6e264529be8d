// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/label_of.h"

#include "sema/glob.h"

namespace eventfilter::analysis {
namespace {

using emit::Cover;
using emit::LabelAssignment;

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool matches(const std::string& pattern, const std::string& name) {
  const auto glob = sema::parse_glob(pattern);
  const auto literal = sema::parse_glob(sema::escape_glob(name));
  return glob && literal && sema::intersects(*glob, *literal);
}

// What is assigned at one node; `is_object`: the path itself, not a directory above.
const LabelAssignment* at_node(const emit::CompiledPolicy& policy, const std::string& node,
                               bool is_object) {
  const LabelAssignment* by_glob = nullptr;
  for (const LabelAssignment& one : policy.assignments) {
    if (one.cover == Cover::Name) {
      const bool fits = node != "/" && one.directory == directory_of(node) &&
                        matches(one.component, name_of(node));
      if (fits) by_glob = &one;
    } else if (one.path == node && (one.cover == Cover::Tree || is_object)) {
      return &one;
    }
  }
  return by_glob;
}

}  // namespace

const LabelAssignment* deciding(const emit::CompiledPolicy& policy, const std::string& path) {
  std::string node = path;
  for (bool is_object = true;; is_object = false) {
    if (const LabelAssignment* const found = at_node(policy, node, is_object)) return found;
    if (node == "/") return nullptr;
    node = directory_of(node);
  }
}

std::string label_of(const emit::CompiledPolicy& policy, const std::string& path) {
  const LabelAssignment* const found = deciding(policy, path);
  return found == nullptr ? "" : found->label;
}

}  // namespace eventfilter::analysis
