// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/path_kinds.h"

#include <set>

#include "analysis/label_of.h"
#include "analysis/name_classes.h"
#include "sema/glob.h"

namespace eventfilter::analysis {
namespace {

using emit::Cover;
using emit::LabelAssignment;

std::string beneath(const std::string& directory, const std::string& name) {
  return (directory == "/" ? "" : directory) + "/" + name;
}

// Walks all patterns at once, name by name: what is beneath two directories is told apart in the same way if the same
// patterns go on there, and names have the same labels.
class Walk {
 public:
  Walk(const emit::CompiledPolicy& before, const emit::CompiledPolicy& after) : before_(before), after_(after) {
    for (const emit::CompiledPolicy* const policy : {&before, &after}) {
      for (const LabelAssignment& one : policy->assignments) add(one);
    }
  }

  std::optional<std::vector<std::string>> run() {
    Rest all;
    for (std::size_t i = 0; i < patterns_.size(); ++i) {
      if (!patterns_[i].empty()) all.emplace(i, 0);
    }
    visit("/", all);
    if (is_too_many_) return std::nullopt;
    return std::move(paths_);
  }

 private:
  // Patterns that still go on, and with which of their names.
  using Rest = std::set<std::pair<std::size_t, std::size_t>>;
  using Labels = std::vector<std::pair<std::string, std::string>>;

  void add(const LabelAssignment& one);
  void add_names(const std::string& path, bool is_literal, std::vector<std::string>& ret) const;
  void visit(const std::string& path, const Rest& rest);
  Rest behind(const Rest& rest, const std::string& name) const;

  const emit::CompiledPolicy& before_;
  const emit::CompiledPolicy& after_;
  std::vector<std::vector<std::string>> patterns_;  // by their names, as globs
  std::set<std::pair<Rest, Labels>> seen_;
  std::vector<std::string> paths_;
  bool is_too_many_ = false;
};

void Walk::add_names(const std::string& path, bool is_literal, std::vector<std::string>& ret) const {
  std::string name;
  for (const char byte : path + "/") {
    if (byte != '/') {
      name += byte;
    } else if (!name.empty()) {
      ret.push_back(is_literal ? sema::escape_glob(name) : name);
      name.clear();
    }
  }
}

void Walk::add(const LabelAssignment& one) {
  std::vector<std::string> names;
  add_names(one.cover == Cover::Name ? one.directory : one.path, true, names);
  if (one.cover == Cover::Name) add_names(one.component, false, names);
  patterns_.push_back(std::move(names));
}

Walk::Rest Walk::behind(const Rest& rest, const std::string& name) const {
  Rest made;
  for (const auto& [pattern, at] : rest) {
    const std::vector<std::string>& names = patterns_[pattern];
    if (at + 1 < names.size() && sema::matches(names[at], name)) made.emplace(pattern, at + 1);
  }
  return made;
}

void Walk::visit(const std::string& path, const Rest& rest) {
  if (paths_.size() >= kMaxPathKinds) is_too_many_ = true;
  if (is_too_many_) return;
  paths_.push_back(path);
  std::set<std::string> globs;
  for (const auto& [pattern, at] : rest) globs.insert(patterns_[pattern][at]);
  const auto names = name_classes({globs.begin(), globs.end()});
  if (!names) {
    is_too_many_ = true;
    return;
  }
  Labels labels;
  for (const std::string& name : *names) {
    labels.emplace_back(label_of(before_, beneath(path, name)), label_of(after_, beneath(path, name)));
  }
  if (!seen_.emplace(rest, std::move(labels)).second) return;
  for (const std::string& name : *names) visit(beneath(path, name), behind(rest, name));
}

}  // namespace

std::optional<std::vector<std::string>> path_kinds(const emit::CompiledPolicy& before,
                                                   const emit::CompiledPolicy& after) {
  return Walk(before, after).run();
}

}  // namespace eventfilter::analysis
