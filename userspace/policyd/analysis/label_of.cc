// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/label_of.h"

#include "base/path.h"
#include "sema/glob.h"

namespace eventfilter::analysis {
namespace {

using emit::Cover;
using emit::LabelAssignment;

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// The pattern of a directory that counts for what is beneath it under this path.
const LabelAssignment* by_pattern(const emit::CompiledPolicy& policy, const std::string& directory,
                                  const std::string& rest) {
  const LabelAssignment* best = nullptr;
  for (const LabelAssignment& one : policy.assignments) {
    if (one.cover != Cover::Name || one.directory != directory) continue;
    if (!sema::matches(one.component, rest)) continue;
    if (best == nullptr || sema::counts_more(one.component, best->component)) best = &one;
  }
  return best;
}

// What is assigned at one node; `is_object`: the path itself, not a directory above. Patterns of nearer
// directories come first.
const LabelAssignment* at_node(const emit::CompiledPolicy& policy, const std::string& node,
                               bool is_object) {
  for (const LabelAssignment& one : policy.assignments) {
    const bool is_own = one.cover == Cover::Tree || (one.cover == Cover::Self && is_object);
    if (is_own && one.path == node) return &one;
  }
  std::string directory = node;
  std::string rest;
  while (directory != "/") {
    rest = name_of(directory) + (rest.empty() ? "" : "/" + rest);
    directory = base::directory_of(directory);
    if (const LabelAssignment* const found = by_pattern(policy, directory, rest)) return found;
  }
  return nullptr;
}

// The pattern by which the object's name is told from what else has the label of the tree.
const LabelAssignment* by_name(const emit::CompiledPolicy& policy, const LabelAssignment& tree,
                               const std::string& name) {
  const LabelAssignment* best = nullptr;
  for (const emit::CompiledName& one : policy.names) {
    if (one.base == tree.label && sema::matches(one.pattern.component, name)) best = &one.pattern;
  }
  return best == nullptr ? &tree : best;
}

}  // namespace

const LabelAssignment* deciding(const emit::CompiledPolicy& policy, const std::string& path) {
  std::string node = path;
  for (bool is_object = true;; is_object = false) {
    if (const LabelAssignment* const found = at_node(policy, node, is_object)) {
      return by_name(policy, *found, name_of(path));
    }
    if (node == "/") return nullptr;
    node = base::directory_of(node);
  }
}

std::string label_of(const emit::CompiledPolicy& policy, const std::string& path) {
  const LabelAssignment* const found = deciding(policy, path);
  return found == nullptr ? "" : found->label;
}

}  // namespace eventfilter::analysis
