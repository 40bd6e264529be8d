// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/objects.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "analysis/label_of.h"
#include "analysis/name_classes.h"
#include "base/path.h"
#include "sema/glob.h"

namespace eventfilter::analysis {
namespace {

using emit::Cover;
using emit::LabelAssignment;

bool is_of_one_name(const LabelAssignment& one) {
  return one.component.find('/') == std::string::npos &&
         (one.cover == Cover::Tree || one.cover == Cover::Self || one.cover == Cover::Name);
}

// The same without the place in the file.
LabelAssignment bare(LabelAssignment one) {
  one.where = {};
  return one;
}

std::string beneath(const std::string& directory, const std::string& name) {
  return (directory == "/" ? "" : directory) + "/" + name;
}

// Both policies' patterns as one tree: a path for each kind of object that they tell apart.
class Tree {
 public:
  void add(const LabelAssignment& one) {
    if (one.cover == Cover::Name) {
      add_directory(one.directory);
      globs_[one.directory].insert(one.component);
    } else {
      add_directory(one.path);
    }
  }

  // nullopt if there are too many kinds of names.
  std::optional<std::vector<std::string>> paths() const {
    std::vector<std::string> all;
    for (const std::string& directory : directories_) {
      all.push_back(directory);
      // Names that have nodes of their own are told apart like globs, and left out.
      std::vector<std::string> globs;
      std::set<std::string> literal;
      if (const auto found = globs_.find(directory); found != globs_.end()) {
        globs.assign(found->second.begin(), found->second.end());
      }
      for (const std::string& other : directories_) {
        if (other == "/" || base::directory_of(other) != directory) continue;
        literal.insert(other.substr(other.rfind('/') + 1));
        globs.push_back(sema::escape_glob(other.substr(other.rfind('/') + 1)));
      }
      const auto names = name_classes(globs);
      if (!names) return std::nullopt;
      for (const std::string& name : *names) {
        if (literal.contains(name)) continue;
        all.push_back(beneath(directory, name));
      }
    }
    return all;
  }

 private:
  void add_directory(std::string path) {
    while (directories_.insert(path).second && path != "/") path = base::directory_of(path);
  }

  std::set<std::string> directories_ = {"/"};
  std::map<std::string, std::set<std::string>> globs_;
};

// Labels that no path has to do with: those of tasks, and of what has no path.
void add_others(const emit::CompiledPolicy& before, const emit::CompiledPolicy& after,
                std::vector<LabelPair>& ret) {
  const auto has_path = [](const emit::CompiledPolicy& policy, const std::string& label) {
    return std::any_of(policy.assignments.begin(), policy.assignments.end(),
                       [&](const LabelAssignment& one) { return one.label == label && is_of_one_name(one); });
  };
  const auto has = [](const emit::CompiledPolicy& policy, const std::string& label) {
    return std::find(policy.labels.begin(), policy.labels.end(), label) != policy.labels.end();
  };
  std::set<std::string> labels(before.labels.begin(), before.labels.end());
  labels.insert(after.labels.begin(), after.labels.end());
  for (const std::string& label : labels) {
    if (has_path(before, label) || has_path(after, label)) continue;
    ret.push_back({has(before, label) ? label : "", has(after, label) ? label : "", ""});
  }
}

bool same_patterns(const emit::CompiledPolicy& before, const emit::CompiledPolicy& after) {
  return std::equal(before.assignments.begin(), before.assignments.end(), after.assignments.begin(),
                    after.assignments.end(), [](const LabelAssignment& a, const LabelAssignment& b) {
                      return bare(a) == bare(b);
                    });
}

}  // namespace

LabelPairs label_pairs(const emit::CompiledPolicy& before, const emit::CompiledPolicy& after) {
  LabelPairs made;
  if (same_patterns(before, after) && before.labels == after.labels) {
    made.all.push_back({"", "", ""});
    for (const std::string& label : before.labels) made.all.push_back({label, label, ""});
    return made;
  }
  Tree tree;
  for (const emit::CompiledPolicy* const policy : {&before, &after}) {
    for (const LabelAssignment& one : policy->assignments) {
      made.is_complete = made.is_complete && is_of_one_name(one);
      if (is_of_one_name(one)) tree.add(one);
    }
  }
  const auto paths = tree.paths();
  made.is_complete = made.is_complete && paths;
  // Whatever else there is has no label: another file system, a pipe.
  std::set<std::pair<std::string, std::string>> seen = {{"", ""}};
  made.all.push_back({"", "", ""});
  for (const std::string& path : paths.value_or(std::vector<std::string>())) {
    LabelPair one{label_of(before, path), label_of(after, path), path};
    if (seen.emplace(one.before, one.after).second) made.all.push_back(std::move(one));
  }
  add_others(before, after, made.all);
  return made;
}

}  // namespace eventfilter::analysis
