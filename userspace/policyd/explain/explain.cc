// SPDX-License-Identifier: BSD-2-Clause
#include "explain/explain.h"

#include <algorithm>
#include <map>
#include <optional>

#include "analysis/difference.h"
#include "analysis/evaluate.h"
#include "analysis/filter.h"
#include "analysis/label_of.h"
#include "explain/levels.h"
#include "explain/rule.h"
#include "learn/insert.h"
#include "policy/deep_names.h"
#include "sema/glob.h"

namespace eventfilter::explain {
namespace {

using analysis::Happening;

// The label that the object has by its name, if it has one: rules are on it, and filters ask for the name.
void add_named(const emit::CompiledPolicy& policy, const std::string& name, std::set<std::string>& ret) {
  std::string found;
  for (const emit::CompiledName& one : policy.names) {
    if (ret.contains(one.base) && sema::matches(one.pattern.component, name)) found = one.pattern.label;
  }
  if (!found.empty()) ret.insert(found);
}

// The event with the labels and groups that its objects carry by this policy.
Happening happening_of(const records::Record& record, const events::Event& event,
                       const emit::CompiledPolicy& policy) {
  Happening made;
  made.event = event.name;
  for (const events::Field& field : event.fields) {
    const records::Value* const value = record.find(field.name);
    if (field.kind == events::Kind::Label) {
      if (value == nullptr || value->text == "unknown") continue;
      std::set<std::string>& carried = made.labels[field.name];
      for (const std::string& label : record.labels(field.name)) {
        carried.merge(analysis::with_groups(policy, label));
      }
      const char* const name = policy::name_field_of(field.name, event);
      const records::Value* const text = name == nullptr ? nullptr : record.find(name);
      if (text != nullptr) add_named(policy, text->text, carried);
    } else if (value != nullptr && field.kind == events::Kind::String) {
      made.texts[field.name] = value->text;
    } else if (value != nullptr) {
      if (const auto number = records::number_of(*value)) made.numbers[field.name] = number.value();
    }
  }
  // The subject's id stands before the event's own fields.
  if (!made.numbers.contains("uid") && record.uid != "unmapped") {
    const records::Value uid{"uid", record.uid, false};
    if (const auto number = records::number_of(uid)) made.numbers["uid"] = number.value();
  }
  return made;
}

bool is_let_pass(const emit::CompiledDomain& layer, const events::Event& event,
                 const Happening& happening) {
  const analysis::Filter filter =
      analysis::passes(analysis::read_ruleset(layer.ruleset), event.name,
                       std::string(events::group_name(event.group)));
  return analysis::holds(filter, happening);
}

// Of how many of an event's objects a rule is: where something moves there are two.
struct Reach {
  std::size_t reached = 0;
  std::size_t objects = 0;

  bool any() const { return reached != 0 || objects == 0; }
  bool all() const { return reached == objects; }
};

Reach reach_of(const emit::CompiledRule& rule, const Happening& happening) {
  Reach reach;
  for (const char* const field : {"label", "new_label"}) {
    const auto carried = happening.labels.find(field);
    if (carried == happening.labels.end()) continue;
    ++reach.objects;
    const bool has_one = std::any_of(rule.labels.begin(), rule.labels.end(), [&](const auto& label) {
      return carried->second.contains(label);
    });
    if (rule.all || has_one) ++reach.reached;
  }
  return reach;
}

void add_note(std::vector<diag::Note>& ret, const emit::CompiledRule& rule, const std::string& text) {
  const bool is_known = std::any_of(ret.begin(), ret.end(),
                                    [&](const diag::Note& one) { return one.range == rule.range; });
  if (!is_known) ret.push_back({rule.range, text});
}

// The rules of a layer that have to do with the refusal.
void add_rules(const emit::CompiledDomain& layer, const events::Event& event,
               const Happening& happening, Explanation& ret) {
  for (const emit::CompiledRule& rule : layer.rules) {
    if (rule.event != event.name || (!rule.is_allow && rule.action == "log")) continue;
    const Reach reach = reach_of(rule, happening);
    const bool asks = analysis::holds(analysis::read_filter(rule.asks), happening);
    const analysis::Filter when = analysis::read_filter(rule.when);
    if (!rule.is_allow) {
      // Of a test that can't be answered the denial is what counts.
      if (reach.any() && asks && !analysis::holds(analysis::negation(when), happening)) {
        add_note(ret.denies, rule, layer.name + " denies it here");
      }
    } else if (!asks) {
      continue;
    } else if (!reach.any()) {
      add_note(ret.allows, rule, layer.name + " allows it here, on other labels");
    } else if (!reach.all()) {
      add_note(ret.allows, rule, layer.name + " allows it here, on one of its two labels");
    } else if (!analysis::holds(when, happening)) {
      add_note(ret.allows, rule, layer.name + " allows it here, under a condition that is false");
    } else if (!analysis::holds(analysis::read_filter(rule.asks_only), happening)) {
      add_note(ret.allows, rule, layer.name + " allows a part of it here");
    }
  }
}

// The line of the layer that the event doesn't pass.
std::string false_line(const emit::CompiledDomain& layer, const events::Event& event,
                       const Happening& happening) {
  const analysis::Ruleset ruleset = analysis::read_ruleset(layer.ruleset);
  auto lines = ruleset.find(event.name);
  if (lines == ruleset.end()) lines = ruleset.find(std::string(events::group_name(event.group)));
  if (lines == ruleset.end()) return "";
  for (const analysis::Line& line : lines->second) {
    const bool counts = !line.action.starts_with("log");
    if (counts && !analysis::holds(line.filter, happening)) return analysis::text_of(line.filter);
  }
  return "";
}

// One run of the search for a rule.
class Search {
 public:
  Search(const records::Record& record, const events::Event& event,
         const emit::CompiledPolicy& policy, const emit::CompiledDomain& domain,
         const emit::Source& source, const emit::Options& options, const events::Target& target)
      : record_(record), event_(event), policy_(policy), domain_(domain), source_(source),
        options_(options), target_(target) {}

  void run(Explanation& ret) {
    for (const emit::CompiledDomain* const layer : policy_.layers_of(domain_)) {
      if (is_let_pass(*layer, event_, happening_of(record_, event_, policy_))) continue;
      if (!can_be_changed(*layer)) {
        return give_up(ret, layer->name + " stands in " + layer->where.file + ", which is part of the program");
      }
      const auto proposal = propose(record_, event_, policy_, *layer);
      if (!proposal) return give_up(ret, proposal.error().message);
      const bool is_here = layer->where.file == source_.name;
      Repair repair{layer->name, is_here ? "" : layer->where.file, proposal.value().declaration, proposal.value().rule, {}};
      // The layers of one domain need one label.
      if (!ret.repairs.empty()) repair.declaration.clear();
      label_ = proposal.value().label;
      ret.repairs.push_back(std::move(repair));
    }
    verify(ret);
  }

 private:
  static void give_up(Explanation& ret, const std::string& why) {
    ret.repairs.clear();
    ret.hindrance = why;
  }

  bool can_be_changed(const emit::CompiledDomain& layer) const {
    return layer.where.file == source_.name || (options_.read_file && options_.read_file(layer.where.file));
  }

  // The files as they are; and those that get rules.
  struct Files {
    emit::Source main;
    std::map<std::string, std::string> included;
  };

  // With the rules: the later domain of a text first, so that the places hold.
  base::Result<Files> repaired(const std::vector<Repair>& repairs) const {
    std::vector<const Repair*> order;
    for (const Repair& one : repairs) order.push_back(&one);
    const auto place = [&](const Repair* one) { return policy_.find_domain(one->domain)->where; };
    std::sort(order.begin(), order.end(), [&](const Repair* a, const Repair* b) {
      return std::pair(place(a).line, place(a).column) > std::pair(place(b).line, place(b).column);
    });
    Files made{source_, {}};
    for (const Repair* const one : order) {
      std::string* text = &made.main.text;
      if (!one->file.empty()) {
        auto read = options_.read_file(one->file);
        if (!read) return read.error();
        text = &made.included.try_emplace(one->file, std::move(read).value()).first->second;
      }
      auto longer = learn::inserted(*text, place(one), {"", "  " + one->rule + "\n"});
      if (!longer) return longer.error();
      *text = std::move(longer).value();
    }
    for (const Repair& one : repairs) {
      if (!one.declaration.empty()) made.main.text += "\n" + one.declaration + "\n";
    }
    return made;
  }

  std::optional<emit::CompiledPolicy> compiled(const Files& files, diag::Diagnostics& diagnostics) const {
    emit::Options options = options_;
    if (options.read_file) {
      options.read_file = [&](const std::string& path) -> base::Result<std::string> {
        const auto changed = files.included.find(path);
        return changed == files.included.end() ? options_.read_file(path) : changed->second;
      };
    }
    return emit::compile(files.main, options, diagnostics);
  }

  void verify(Explanation& ret) const {
    const auto files = repaired(ret.repairs);
    if (!files) return give_up(ret, files.error().message);
    diag::Diagnostics diagnostics;
    const auto made = compiled(files.value(), diagnostics);
    if (!made) {
      const std::string why = diagnostics.all().empty() ? "" : ": " + diagnostics.all().front().text;
      return give_up(ret, "the rule that would allow it is a mistake in this file" + why);
    }
    records::Record after = record_;
    for (records::Value& value : after.values) {
      const bool is_object = value.name == "label" || value.name == "new_label";
      if (is_object && !label_.empty()) value.text = label_;
    }
    const Happening happening = happening_of(after, event_, *made);
    for (const emit::CompiledDomain* const layer : made->layers_of(*made->find_domain(domain_.name))) {
      if (!is_let_pass(*layer, event_, happening)) {
        const std::string levels = levels_of(files.value().main, options_, layer->name, labels_in(after, event_));
        return give_up(ret, levels.empty() ? "no rule was found that would allow it"
                                           : levels + ": what levels refuse no rule allows");
      }
    }
    for (const std::string& more : others(analysis::compare(policy_, *made, target_))) {
      ret.repairs.front().also.push_back(more);
    }
  }

  // What the repair changes besides this event in this domain and those that have it beneath them.
  std::vector<std::string> others(const analysis::Comparison& found) const {
    std::vector<std::string> all = found.undecided;
    for (const analysis::Difference& one : found.differences) {
      if (!one.passes_after) all.push_back(one.subject + ", " + one.event + " (refused from now on)");
      if (one.event != event_.name) all.push_back(one.subject + ", " + one.event);
    }
    return all;
  }

  const records::Record& record_;
  const events::Event& event_;
  const emit::CompiledPolicy& policy_;
  const emit::CompiledDomain& domain_;
  const emit::Source& source_;
  const emit::Options& options_;
  const events::Target& target_;
  std::string label_;  // that the repair declares
};

}  // namespace

Explanation explain(const records::Record& record, const emit::CompiledPolicy& policy,
                    const emit::CompiledDomain& domain, const emit::Source& source,
                    const emit::Options& options) {
  Explanation made;
  const events::Target& target = options.target ? *options.target : events::builtin_target();
  const events::Event* const event = target.find(record.event);
  if (event == nullptr) {
    made.hindrance = "the kernel that the file is compiled for has no event " + record.event;
    return made;
  }
  const Happening happening = happening_of(record, *event, policy);
  for (const emit::CompiledDomain* const layer : policy.layers_of(domain)) {
    if (is_let_pass(*layer, *event, happening)) continue;
    if (!made.is_refused) {
      made.layer = layer->name;
      made.predicate = record.predicate.empty() ? false_line(*layer, *event, happening) : record.predicate;
    }
    made.is_refused = true;
    add_rules(*layer, *event, happening, made);
  }
  if (!made.is_refused) {
    made.hindrance = "by this file it passes in " + domain.name;
  } else if (!made.denies.empty()) {
    made.hindrance = "a deny rule wins over every allow rule: what has to change stands there";
  } else {
    Search(record, *event, policy, domain, source, options, target).run(made);
  }
  return made;
}

}  // namespace eventfilter::explain
