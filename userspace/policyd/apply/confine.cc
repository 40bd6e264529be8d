// SPDX-License-Identifier: BSD-2-Clause
#include "apply/confine.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <eventfilter.h>

#include "apply/assigned.h"
#include "apply/label_sink.h"
#include "apply/mounts.h"
#include "apply/refused_text.h"

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
    if (can_be_applied() && make_labels() && make_rulesets()) return std::move(made_);
    return std::move(failure_);
  }

 private:
  bool done(const base::Result<void>& result) {
    if (!result) failure_.error = result.error();
    return result.ok();
  }

  // Without its transitions and the labels of its tasks a domain would be wider than it says.
  bool can_be_applied() {
    if (policy_.transitions.empty() &&
        std::none_of(policy_.domains.begin(), policy_.domains.end(),
                     [](const emit::CompiledDomain& one) { return one.is_labelled; }))
      return true;
    return done(base::Error{
        EINVAL, "transitions and rules on domains can be compiled, but not be run yet"});
  }

  bool create(base::Fd& fd, int result, const char* what) {
    if (result >= 0) fd.reset(result);
    return done(checked(result, what));
  }

  bool written(int result, const std::string& text, const eventfilter_text_error& error,
               const char* what) {
    if (result == -EINVAL && error.line != 0) failure_.refused = refused_text(text, error);
    return done(checked(result, what));
  }

  bool make_labels() {
    if (!create(made_.labels, eventfilter_labels_create(0), "creating a label space") ||
        !name_labels())
      return false;
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

  bool name_labels() {
    std::string text;
    for (const std::string& label : policy_.labels) text += "label " + label + '\n';
    for (const emit::CompiledGroup& group : policy_.groups) {
      text += "group " + group.name + " =";
      for (const std::string& member : policy_.members_of(group)) text += ' ' + member;
      text += '\n';
    }
    for (const emit::CompiledPlace& one : policy_.places) text += one.text + ' ' + one.label + '\n';
    if (text.empty()) return true;
    eventfilter_text_error error = {};
    const int result =
        eventfilter_labels_write(made_.labels.get(), text.data(), text.size(), &error);
    return written(result, text, error, "naming labels");
  }

  bool make_rulesets() {
    for (const emit::CompiledDomain* const layer : policy_.layers_of(domain_)) {
      if (!make_ruleset(*layer)) return false;
    }
    return true;
  }

  bool make_ruleset(const emit::CompiledDomain& layer) {
    const unsigned flags = layer.permissive ? EVENTFILTER_PERMISSIVE : 0;
    base::Fd& ruleset = made_.rulesets.emplace_back();
    if (!create(ruleset, eventfilter_ruleset_create(made_.labels.get(), flags),
                "creating a ruleset"))
      return false;
    const std::string& text = layer.ruleset;
    eventfilter_text_error error = {};
    const int result = eventfilter_ruleset_write(ruleset.get(), text.data(), text.size(), &error);
    return written(result, text, error, "writing the ruleset");
  }

  const emit::CompiledPolicy& policy_;
  const emit::CompiledDomain& domain_;
  Confinement made_;
  Failure failure_;
};

}  // namespace

RefusedText refused_text(const std::string& text, const eventfilter_text_error& error) {
  std::size_t begin = 0;
  for (unsigned line = 1; line < error.line; ++line) {
    const std::size_t newline = text.find('\n', begin);
    if (newline == std::string::npos) break;
    begin = newline + 1;
  }
  begin = std::min(begin + error.column - 1, text.size());
  return {text, error.sentence, begin, std::min(begin + error.length, text.size())};
}

std::variant<Confinement, Failure> prepare(const emit::CompiledPolicy& policy,
                                           const emit::CompiledDomain& domain) {
  return Builder(policy, domain).build();
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
