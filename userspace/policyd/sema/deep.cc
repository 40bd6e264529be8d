// SPDX-License-Identifier: BSD-2-Clause
#include "sema/deep.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "sema/glob.h"
#include "sema/patterns.h"

namespace eventfilter::sema {
namespace {

using policy::Assignment;
using policy::DeepName;
using policy::LabelId;

// One run of settle_deep_names().
class DeepNames {
 public:
  DeepNames(policy::Policy& ret, Reporter& reporter) : ret_(ret), reporter_(reporter) {
    for (const Assignment& one : ret.assignments) {
      if (one.cover == policy::Cover::Tree) trees_[one.path] = &one;
    }
  }

  void add(const Assignment& pattern);
  void settle();

 private:
  using Said = std::set<std::pair<LabelId, std::string>>;

  const diag::Range* other_pattern(const std::vector<DeepName>& names) const;
  void settle_tree(std::vector<DeepName>& names);
  bool is_new(const DeepName& one, const std::vector<DeepName>& kept);

  policy::Policy& ret_;
  Reporter& reporter_;
  std::map<std::string, const Assignment*> trees_;
  std::map<LabelId, std::vector<DeepName>> names_;  // by base
};

void DeepNames::add(const Assignment& pattern) {
  const auto tree = trees_.find(pattern.path);
  const std::string all = (pattern.path == "/" ? "" : pattern.path) + "/**";
  if (tree == trees_.end()) {
    reporter_.report(Message::deep_without_tree, pattern.range, {all},
                     "names are told beneath a directory whose label is known: label NAME = \"" + all + "\";");
    return;
  }
  const Assignment& base = *tree->second;
  if (base.label == pattern.label) {
    reporter_.report(Message::pattern_again, pattern.range, {ret_.labels[base.label].name}, {},
                     {{base.range, "it is given here"}});
    return;
  }
  names_[base.label].push_back({pattern.label, base.label, pattern.component, pattern.path, pattern.range});
}

// Where else the label is given, if the same names aren't told there.
const diag::Range* DeepNames::other_pattern(const std::vector<DeepName>& names) const {
  std::map<std::string, Said> by_directory;
  for (const DeepName& one : names) by_directory[one.directory].emplace(one.label, one.glob);
  const LabelId base = names.front().base;
  for (const policy::Place& one : ret_.places) {
    if (one.label == base) return &one.range;
  }
  for (const Assignment& one : ret_.assignments) {
    if (one.label != base) continue;
    const auto said = by_directory.find(one.path);
    const bool is_same = one.cover == policy::Cover::Tree && said != by_directory.end() &&
                         said->second == by_directory.begin()->second;
    if (!is_same) return &one.range;
  }
  return nullptr;
}

// Whether nothing was said of this name yet, and it's plain to see which of two counts.
bool DeepNames::is_new(const DeepName& one, const std::vector<DeepName>& kept) {
  for (const DeepName& other : kept) {
    const bool is_same = other.glob == one.glob;
    if (is_same && other.label == one.label) return false;
    if (other.label == one.label || (!is_same && is_plainly_ordered(other.glob, one.glob))) continue;
    if (!intersects(*parse_glob(other.glob), *parse_glob(one.glob))) continue;
    reporter_.report(is_same ? Message::patterns_conflict : Message::globs_conflict, one.range,
                     {ret_.labels[other.label].name},
                     is_same ? "" : "literal names win over globs, and nearer patterns over farther ones",
                     {{other.range, "that pattern is here"}});
    return false;
  }
  return true;
}

void DeepNames::settle_tree(std::vector<DeepName>& names) {
  std::sort(names.begin(), names.end(), [](const DeepName& a, const DeepName& b) {
    return std::tie(a.range.source, a.range.begin) < std::tie(b.range.source, b.range.begin);
  });
  if (const diag::Range* const other = other_pattern(names)) {
    reporter_.report(Message::deep_not_alone, names.front().range, {ret_.labels[names.front().base].name},
                     "give the directory a label of its own; an attribute joins labels",
                     {{*other, "it is given here, too"}});
  }
  if (names.size() > kMaxGlobs) {
    reporter_.report(Message::too_many_globs, names[kMaxGlobs].range, {std::to_string(kMaxGlobs)});
    return;
  }
  std::vector<DeepName> kept;
  for (const DeepName& one : names) {
    if (is_new(one, kept)) kept.push_back(one);
  }
  std::sort(kept.begin(), kept.end(),
            [](const DeepName& a, const DeepName& b) { return counts_more(b.glob, a.glob); });
  ret_.deep_names.insert(ret_.deep_names.end(), kept.begin(), kept.end());
}

void DeepNames::settle() {
  for (auto& [base, names] : names_) settle_tree(names);
  std::set<LabelId> carried;
  for (const Assignment& one : ret_.assignments) carried.insert(one.label);
  for (const policy::Place& one : ret_.places) carried.insert(one.label);
  for (const DeepName& one : ret_.deep_names) {
    ret_.labels[one.label].is_carried = carried.count(one.label) != 0;
  }
}

}  // namespace

void settle_deep_names(std::vector<Assignment> deep, policy::Policy& ret, Reporter& reporter) {
  DeepNames names(ret, reporter);
  for (const Assignment& one : deep) names.add(one);
  names.settle();
}

}  // namespace eventfilter::sema
