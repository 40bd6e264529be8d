// SPDX-License-Identifier: BSD-2-Clause
#include "apply/confine.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <eventfilter.h>

#include "apply/assigned.h"
#include "apply/label_sink.h"
#include "apply/mounts.h"
#include "apply/rulesets.h"

namespace eventfilter::apply {
namespace {

base::Result<void> checked(int result, const std::string& what) {
  if (result < 0) return base::system_error(-result, what);
  return {};
}

class KernelSink : public LabelSink {
 public:
  explicit KernelSink(const base::Fd& labels) : labels_(labels.get()) {}

  base::Result<void> tree(int object, const std::string& names) override {
    return checked(eventfilter_label_tree(labels_, object, names.c_str()), what(object));
  }
  base::Result<void> self(int object, const std::string& names) override {
    return checked(eventfilter_label_self(labels_, object, names.c_str()), what(object));
  }
  base::Result<void> name(int directory, const std::string& pattern,
                          const std::string& names) override {
    return checked(eventfilter_label_name(labels_, directory, pattern.c_str(), names.c_str()),
                   what(directory) + " for the name \"" + pattern + '"');
  }

 private:
  static std::string what(int object) { return "labelling \"" + path_of(object) + '"'; }

  int labels_;
};

// What is under construction. Each step fills `failure_` when it returns false.
class Builder {
 public:
  Builder(const emit::CompiledPolicy& policy, const emit::CompiledDomain& domain)
      : policy_(policy), domain_(domain) {}

  std::variant<Confinement, Failure> build() {
    if (make_space() && make_rulesets()) return std::move(made_);
    return std::move(failure_);
  }

 private:
  bool done(const base::Result<void>& result) {
    if (!result) failure_.error = result.error();
    return result.ok();
  }

  bool make_space() {
    const int space = eventfilter_labels_create(0);
    if (!done(checked(space, "creating a label space"))) return false;
    made_.labels.reset(space);
    return done(write_space(space, space_text(policy_), "naming labels", failure_.refused));
  }

  bool make_rulesets() {
    Rulesets rulesets(policy_, made_.labels.get());
    const bool good = done(rulesets.stage_transitions()) && make_layers(rulesets);
    if (!good) failure_.refused = rulesets.refused();
    made_.needs_holder = !policy_.transitions.empty();
    return good && label();
  }

  bool make_layers(Rulesets& rulesets) {
    for (const emit::CompiledDomain* const layer : policy_.layers_of(domain_)) {
      auto ruleset = rulesets.layer(*layer, layer == &domain_);
      if (!ruleset) return done(ruleset.error());
      made_.rulesets.push_back(std::move(ruleset).value());
    }
    return true;
  }

  bool label() {
    const auto mounts = read_mounts();
    if (!mounts) return done(mounts.error());
    KernelSink sink(made_.labels);
    Labelled labelled = label_objects(policy_, mounts.value(), sink);
    made_.remarks = std::move(labelled.remarks);
    failure_.problems = std::move(labelled.problems);
    if (!failure_.problems.empty()) return done(base::system_error(EINVAL, "assigning labels"));
    return done(checked(std::min(eventfilter_labels_commit(made_.labels.get()), 0),
                        "committing labels"));
  }

  const emit::CompiledPolicy& policy_;
  const emit::CompiledDomain& domain_;
  Confinement made_;
  Failure failure_;
};

}  // namespace

std::variant<Confinement, Failure> prepare(const emit::CompiledPolicy& policy,
                                           const emit::CompiledDomain& domain) {
  return Builder(policy, domain).build();
}

std::variant<base::Fd, Failure> prepare_handle(const emit::CompiledPolicy& policy,
                                               const emit::CompiledDomain& handle,
                                               const Confinement& confinement) {
  Rulesets rulesets(policy, confinement.labels.get());
  auto ruleset = rulesets.layer(handle, false);
  if (ruleset) return std::move(ruleset).value();
  Failure failure;
  failure.error = ruleset.error();
  failure.refused = rulesets.refused();
  return failure;
}

base::Result<void> confine_next_exec(const Confinement& confinement) {
  // Whoever goes on to execute something believes it to be confined
  if (confinement.rulesets.empty()) return base::system_error(EINVAL, "enforcing no ruleset");
  for (const base::Fd& ruleset : confinement.rulesets) {
    auto result = checked(eventfilter_confine_exec(ruleset.get(), 0), "enforcing the ruleset");
    if (!result) return result;
  }
  return {};
}

}  // namespace eventfilter::apply
