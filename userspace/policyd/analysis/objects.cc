// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/objects.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "analysis/endpoint_kinds.h"
#include "analysis/label_of.h"
#include "analysis/path_kinds.h"

namespace eventfilter::analysis {
namespace {

using emit::CompiledPlace;
using emit::LabelAssignment;
using Kind = LabelPair::Kind;

// The same without the place in the file.
template <typename T>
T bare(T one) {
  one.where = {};
  return one;
}

template <typename T>
bool same(const std::vector<T>& before, const std::vector<T>& after) {
  return std::equal(before.begin(), before.end(), after.begin(), after.end(),
                    [](const T& a, const T& b) { return bare(a) == bare(b); });
}

bool same_names(const emit::CompiledPolicy& before, const emit::CompiledPolicy& after) {
  return std::equal(before.names.begin(), before.names.end(), after.names.begin(), after.names.end(),
                    [](const emit::CompiledName& a, const emit::CompiledName& b) {
                      return a.base == b.base && bare(a.pattern) == bare(b.pattern);
                    });
}

bool has(const emit::CompiledPolicy& policy, const std::string& label) {
  return std::find(policy.labels.begin(), policy.labels.end(), label) != policy.labels.end();
}

class Pairs {
 public:
  Pairs(const emit::CompiledPolicy& before, const emit::CompiledPolicy& after) : before_(before), after_(after) {}

  LabelPairs run() {
    // Whatever else there is has no label: a pipe in no policy's words, a socket of another family.
    add({"", "", "", Kind::Any});
    // Names at any depth would have to be divided together with all labels that they are told from.
    made_.is_complete = before_.names.empty() && after_.names.empty();
    add_paths();
    add_endpoints();
    add_others();
    return std::move(made_);
  }

 private:
  void add(LabelPair one) {
    if (seen_.emplace(one.before, one.after, one.kind).second) made_.all.push_back(std::move(one));
  }

  std::string of_type(const emit::CompiledPolicy& policy, const std::string& type) const {
    const auto found = std::find_if(policy.places.begin(), policy.places.end(),
                                    [&](const CompiledPlace& one) { return one.text == type; });
    return found == policy.places.end() ? "" : found->label;
  }

  // A file system can be mounted anywhere: what has no label by its path has that of its type.
  void add_paths() {
    std::set<std::string> types;
    for (const emit::CompiledPolicy* const policy : {&before_, &after_}) {
      for (const CompiledPlace& one : policy->places) {
        if (one.text.starts_with("fs ")) types.insert(one.text);
      }
    }
    const auto paths = path_kinds(before_, after_);
    made_.is_complete = made_.is_complete && paths;
    for (const std::string& path : paths.value_or(std::vector<std::string>{"/"})) {
      const LabelPair one{label_of(before_, path), label_of(after_, path), path, Kind::File};
      add(one);
      for (const std::string& type : types) {
        add({one.before.empty() ? of_type(before_, type) : one.before,
             one.after.empty() ? of_type(after_, type) : one.after, "what is in " + type, Kind::File});
      }
    }
  }

  void add_endpoints() {
    const auto kinds = endpoint_kinds(before_, after_);
    made_.is_complete = made_.is_complete && kinds;
    if (!kinds) return;
    for (const EndpointKind& one : *kinds) add({one.before, one.after, one.text, Kind::Endpoint});
  }

  // Labels that no pattern has to do with: those of tasks, and of what has no path.
  void add_others() {
    const auto is_given = [](const emit::CompiledPolicy& policy, const std::string& label) {
      const auto is_it = [&](const auto& one) { return one.label == label; };
      return std::any_of(policy.assignments.begin(), policy.assignments.end(), is_it) ||
             std::any_of(policy.places.begin(), policy.places.end(), is_it);
    };
    std::set<std::string> labels(before_.labels.begin(), before_.labels.end());
    labels.insert(after_.labels.begin(), after_.labels.end());
    for (const std::string& label : labels) {
      if (is_given(before_, label) || is_given(after_, label)) continue;
      const bool is_task = before_.find_domain(label) != nullptr || after_.find_domain(label) != nullptr;
      add({has(before_, label) ? label : "", has(after_, label) ? label : "", "", is_task ? Kind::Task : Kind::Any});
    }
  }

  const emit::CompiledPolicy& before_;
  const emit::CompiledPolicy& after_;
  std::set<std::tuple<std::string, std::string, Kind>> seen_;
  LabelPairs made_;
};

}  // namespace

LabelPairs label_pairs(const emit::CompiledPolicy& before, const emit::CompiledPolicy& after) {
  const bool is_same = same_names(before, after) && same(before.assignments, after.assignments) &&
                       same(before.places, after.places) && before.labels == after.labels;
  if (!is_same) return Pairs(before, after).run();
  LabelPairs made;
  made.all.push_back({"", "", "", Kind::Any});
  for (const std::string& label : before.labels) made.all.push_back({label, label, "", Kind::Any});
  return made;
}

LabelPair::Kind kind_of_objects(const std::string& event, const std::string& field) {
  if (field == "peer_label" || event.starts_with("task_")) return Kind::Task;
  return event.starts_with("socket_") ? Kind::Endpoint : Kind::File;
}

}  // namespace eventfilter::analysis
