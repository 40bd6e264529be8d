// SPDX-License-Identifier: BSD-2-Clause
#include "policy/deep_names.h"

#include <algorithm>

namespace eventfilter::policy {
namespace {

ConditionPtr name_test(const std::string& field, const std::string& glob) {
  const bool is_glob = glob.find_first_of("*?[") != std::string::npos;
  return predicate(field + (is_glob ? " ~ " : " == ") + quoted(glob));
}

// What names tell of one label's tree.
struct Tree {
  LabelId base = 0;
  std::vector<const DeepName*> names;  // what counts more comes later
};

std::vector<Tree> trees_of(const Policy& policy) {
  std::vector<Tree> trees;
  for (const DeepName& one : policy.deep_names) {
    if (trees.empty() || trees.back().base != one.base) trees.push_back({one.base, {}});
    trees.back().names.push_back(&one);
  }
  return trees;
}

bool contains(const std::vector<LabelId>& labels, LabelId one) {
  return std::binary_search(labels.begin(), labels.end(), one);
}

// Whether the names of what the tree covers say that it has one of the labels.
ConditionPtr names_test(const Tree& tree, const char* field, const std::vector<LabelId>& labels) {
  ConditionPtr when = contains(labels, tree.base) ? always() : never();
  for (const DeepName* const one : tree.names) {
    const ConditionPtr test = name_test(field, one->glob);
    when = contains(labels, one->label) ? any_of({test, when}) : all_of({negation(test), when});
  }
  return when;
}

}  // namespace

const char* name_field_of(const std::string& field, const events::Event& event) {
  const char* const name = field == "label" ? "name" : field == "new_label" ? "new_name" : nullptr;
  return name != nullptr && event.find(name) != nullptr ? name : nullptr;
}

bool is_told_by_names(const Policy& policy, LabelId label) {
  return std::any_of(policy.deep_names.begin(), policy.deep_names.end(), [&](const DeepName& one) {
    return one.label == label || one.base == label;
  });
}

ConditionPtr test_labels(const Policy& policy, const events::Event& event, const std::string& field,
                         const std::vector<LabelId>& labels, const PlainTest& plain) {
  if (policy.deep_names.empty()) return plain(labels);
  const char* const name = name_field_of(field, event);
  std::vector<LabelId> carried;
  std::copy_if(labels.begin(), labels.end(), std::back_inserter(carried),
               [&](LabelId id) { return policy.labels[id].is_carried; });
  std::vector<ConditionPtr> any;
  for (const Tree& tree : name == nullptr ? std::vector<Tree>() : trees_of(policy)) {
    const ConditionPtr when = names_test(tree, name, labels);
    const bool is_all = std::all_of(tree.names.begin(), tree.names.end(), [&](const DeepName* one) {
      return contains(labels, one->label);
    });
    if (is_all && contains(labels, tree.base)) continue;
    std::erase(carried, tree.base);
    any.push_back(all_of({label_test(field, {policy.labels[tree.base].name}), when}));
  }
  if (!carried.empty()) any.push_back(plain(carried));
  return any_of(std::move(any));
}

}  // namespace eventfilter::policy
