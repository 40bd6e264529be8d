// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/assertions.h"

#include <algorithm>

#include "analysis/label_of.h"
#include "base/path.h"
#include "diag/messages.h"
#include "policy/condition.h"

namespace eventfilter::analysis {
namespace {

using diag::Message;
using emit::CompiledAssertion;
using Kind = CompiledAssertion::Kind;

constexpr std::size_t kMaxNotes = 3;

// Those that have the label: what names tell can have it, too.
std::vector<Candidate> find(const std::vector<Candidate>& all, const std::string& label) {
  std::vector<Candidate> found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found),
               [&](const Candidate& one) { return one.label == label; });
  return found.empty() ? std::vector<Candidate>{{}} : found;
}

Filter test_of(const std::string& glob) {
  const bool is_glob = glob.find_first_of("*?[") != std::string::npos;
  return read_filter((is_glob ? "name ~ " : "name == ") + policy::quoted(glob));
}

// What names tell from what carries a tree's label.
void add_named(const emit::CompiledPolicy& policy, std::vector<Candidate>& ret) {
  for (std::size_t i = ret.size(); i-- > 0;) {
    std::vector<Filter> others;
    for (auto one = policy.names.rbegin(); one != policy.names.rend(); ++one) {
      if (one->base != ret[i].label) continue;
      const Filter test = test_of(one->pattern.component);
      std::vector<Filter> all = others;
      all.push_back(test);
      ret.push_back({one->pattern.label, ret[i].carried, all_of(std::move(all))});
      others.push_back(negation(test));
    }
    if (!others.empty()) ret[i].name = all_of(std::move(others));
  }
  // What is told by names alone is carried by nothing.
  std::erase_if(ret, [&](const Candidate& one) {
    const bool is_own = one.carried.contains(one.label);
    const bool has_path =
        std::any_of(policy.assignments.begin(), policy.assignments.end(),
                    [&](const auto& pattern) { return pattern.label == one.label; }) ||
        std::any_of(policy.places.begin(), policy.places.end(),
                    [&](const auto& place) { return place.label == one.label; });
    const bool is_named = std::any_of(policy.names.begin(), policy.names.end(), [&](const auto& name) {
      return name.pattern.label == one.label;
    });
    return is_own && is_named && !has_path;
  });
}

// Which objects an assertion is about.
Universe universe_of(const emit::CompiledPolicy& policy, const CompiledAssertion& assertion,
                     const events::Event& event) {
  Universe universe;
  universe.event = &event;
  universe.others = candidates(policy);
  if (!assertion.path.empty()) {
    // Moved, it stays what it is.
    const auto object = find(universe.others, label_of(policy, assertion.path));
    const auto parent = find(universe.others, label_of(policy, base::directory_of(assertion.path)));
    universe.fields["label"] = universe.fields["new_label"] = object;
    universe.fields["parent_label"] = universe.fields["new_parent_label"] = parent;
  } else if (!assertion.all) {
    for (const std::string& label : assertion.labels) {
      for (Candidate& one : find(universe.others, label)) universe.fields["label"].push_back(std::move(one));
    }
  }
  return universe;
}

// Whether there is an event that an assertion would not have.
Answer unwanted(const emit::CompiledPolicy& policy, const CompiledAssertion& assertion,
                const emit::CompiledRule& asserted, const emit::CompiledDomain& domain,
                const Universe& universe) {
  std::vector<Filter> all = {read_filter(asserted.asks), read_filter(asserted.when)};
  Filter granted = passes(policy, domain, *universe.event);
  if (assertion.kind == Kind::Allowed) {
    all.push_back(read_filter(asserted.asks_only));
    return solve(all_of(std::move(all)), granted, universe);
  }
  all.push_back(std::move(granted));
  return solve(all_of(std::move(all)), universe);
}

Message message_of(Kind kind) {
  switch (kind) {
    case Kind::Never: return Message::never_violated;
    case Kind::Only: return Message::only_violated;
    case Kind::Allowed: return Message::expected_allowed;
    case Kind::Denied: break;
  }
  return Message::expected_denied;
}

std::string setting_of(const emit::CompiledPolicy& policy) {
  std::string out;
  for (const emit::CompiledBoolean& one : policy.booleans) {
    out += (out.empty() ? "if " : ", ") + one.name + " is " + (one.value ? "true" : "false");
  }
  return out;
}

}  // namespace

Filter passes(const emit::CompiledPolicy& policy, const emit::CompiledDomain& domain,
              const events::Event& event) {
  std::vector<Filter> layers;
  for (const emit::CompiledDomain* const layer : policy.layers_of(domain)) {
    // It refuses nothing.
    if (layer->permissive) continue;
    layers.push_back(passes(read_ruleset(layer->ruleset), event.name,
                            std::string(events::group_name(event.group))));
  }
  return all_of(std::move(layers));
}

std::vector<Candidate> candidates(const emit::CompiledPolicy& policy) {
  std::vector<Candidate> all = {{}};
  for (const std::string& label : policy.labels) all.push_back({label, {label}});
  for (const emit::CompiledGroup& group : policy.groups) {
    const std::vector<std::string> members = policy.members_of(group);
    for (Candidate& one : all) {
      const bool is_in = std::find(members.begin(), members.end(), one.label) != members.end();
      if (is_in) one.carried.insert(group.name);
    }
  }
  add_named(policy, all);
  return all;
}

std::vector<diag::Note> rules_about(const emit::CompiledPolicy& policy,
                                    const emit::CompiledDomain& domain, const std::string& event,
                                    const std::string& label, bool is_allow) {
  std::vector<diag::Note> notes;
  for (const emit::CompiledDomain* const layer : policy.layers_of(domain)) {
    for (const emit::CompiledRule& rule : layer->rules) {
      const bool is_on = rule.all || std::find(rule.labels.begin(), rule.labels.end(), label) !=
                                         rule.labels.end();
      if (rule.event != event || rule.is_allow != is_allow || !is_on) continue;
      if (!rule.is_allow && rule.action == "log") continue;
      const bool is_known = std::any_of(notes.begin(), notes.end(), [&](const diag::Note& note) {
        return note.range == rule.range;
      });
      if (is_known || notes.size() == kMaxNotes) continue;
      notes.push_back({rule.range, layer->name + (is_allow ? " allows it here" : " denies it here")});
    }
  }
  return notes;
}

bool decide(const emit::CompiledPolicy& policy, const CompiledAssertion& assertion,
            const events::Target& target, diag::Diagnostics& diagnostics, unsigned milliseconds) {
  for (const std::string& name : assertion.domains) {
    const emit::CompiledDomain& domain = *policy.find_domain(name);
    for (const emit::CompiledRule& asserted : assertion.events) {
      const events::Event& event = *target.find(asserted.event);
      Universe universe = universe_of(policy, assertion, event);
      universe.milliseconds = milliseconds;
      const Answer answer = unwanted(policy, assertion, asserted, domain, universe);
      if (answer.kind == Answer::Kind::Impossible) continue;
      const bool is_decided = answer.kind == Answer::Kind::Possible;
      diag::Diagnostic finding =
          is_decided ? diag::make(message_of(assertion.kind), assertion.range,
                                  {name, event.name, answer.witness.text()})
                     : diag::make(Message::not_decided, assertion.range, {name, event.name});
      const auto label = answer.witness.labels.find("label");
      finding.notes = rules_about(policy, domain, event.name,
                                  label == answer.witness.labels.end() ? "" : label->second,
                                  assertion.kind != Kind::Allowed);
      finding.hint = setting_of(policy);
      diagnostics.add(std::move(finding));
      return false;
    }
  }
  return true;
}

}  // namespace eventfilter::analysis
