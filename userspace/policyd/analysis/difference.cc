// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/difference.h"

#include <algorithm>
#include <map>
#include <set>

#include "analysis/assertions.h"
#include "analysis/objects.h"
#include "analysis/replay.h"

namespace eventfilter::analysis {
namespace {

// Names of the one policy and of the other mustn't be taken for each other.
constexpr char kBefore = '-';
constexpr char kAfter = '+';

Filter marked(Filter filter, char mark) {
  if (filter.kind == Filter::Kind::Label) {
    for (std::string& name : filter.names) name.insert(name.begin(), mark);
  }
  for (Filter& one : filter.operands) one = marked(std::move(one), mark);
  return filter;
}

Candidate find(const std::vector<Candidate>& all, const std::string& label) {
  for (const Candidate& one : all) {
    if (one.label == label) return one;
  }
  return {};
}

// A policy, read for many questions.
struct Side {
  Side(const emit::CompiledPolicy& compiled, const events::Target& target)
      : policy(compiled), objects(candidates(compiled)), replay(compiled, target) {}

  const Ruleset& read(const std::string& text) {
    const auto [place, is_new] = known.emplace(text, Ruleset());
    if (is_new) place->second = read_ruleset(text);
    return place->second;
  }

  const emit::CompiledPolicy& policy;
  std::vector<Candidate> objects;
  Replay replay;
  std::map<std::string, Ruleset> known;
};

// What is compared: the texts that all have to let an event pass.
struct Subject {
  std::string name;
  std::vector<std::string> rulesets;
  const emit::CompiledDomain* domain = nullptr;  // or a handle; none for a role
};

using Subjects = std::map<std::string, Subject>;

Subjects subjects_of(const emit::CompiledPolicy& policy) {
  Subjects all;
  const auto add = [&](Subject one) { all.emplace(one.name, std::move(one)); };
  for (const emit::CompiledDomain& domain : policy.domains) {
    Subject one{"domain " + domain.name, {}, &domain};
    for (const emit::CompiledDomain* const layer : policy.layers_of(domain)) {
      // It refuses nothing.
      if (!layer->permissive) one.rulesets.push_back(layer->ruleset);
    }
    add(std::move(one));
  }
  for (const emit::CompiledDomain& handle : policy.handles) {
    add({"handle " + handle.name, {handle.ruleset}, &handle});
  }
  for (const emit::CompiledRole& role : policy.roles) add({"role " + role.name, {role.session}, nullptr});
  return all;
}

class Comparer {
 public:
  Comparer(const emit::CompiledPolicy& before, const emit::CompiledPolicy& after,
           const events::Target& target, unsigned milliseconds)
      : before_(before, target), after_(after, target), target_(target),
        pairs_(label_pairs(before, after)) {
    universe_.milliseconds = milliseconds;
    universe_.wants_values = true;
    for (const LabelPair& pair : pairs_.all) {
      Candidate made;
      made.label = shown(pair);
      const Candidate old = find(before_.objects, pair.before);
      const Candidate now = find(after_.objects, pair.after);
      for (const std::string& name : old.carried) made.carried.insert(kBefore + name);
      for (const std::string& name : now.carried) made.carried.insert(kAfter + name);
      made.name = all_of({old.name, now.name});
      candidates_.push_back(std::move(made));
    }
  }

  Comparison run() {
    if (!pairs_.is_complete) made_.undecided.push_back("whose patterns cover which objects");
    const Subjects before = subjects_of(before_.policy);
    const Subjects after = subjects_of(after_.policy);
    for (const auto& [name, subject] : before) {
      const auto found = after.find(name);
      if (found == after.end()) {
        made_.only_before.push_back(name);
      } else {
        compare(subject, found->second);
      }
    }
    for (const auto& [name, subject] : after) {
      if (!before.contains(name)) made_.only_after.push_back(name);
    }
    compare_others();
    return std::move(made_);
  }

 private:
  static std::string shown(const LabelPair& pair) {
    if (pair.before == pair.after) return pair.before;
    const auto word = [](const std::string& label) { return label.empty() ? "none" : label; };
    return word(pair.before) + " -> " + word(pair.after);
  }

  const LabelPair& pair_of(const std::string& label, const std::string& event, const std::string& field) const {
    return *std::find_if(pairs_.all.begin(), pairs_.all.end(), [&](const LabelPair& one) {
      return can_be(one, event, field) && shown(one) == label;
    });
  }

  static bool can_be(const LabelPair& pair, const std::string& event, const std::string& field) {
    return pair.kind == LabelPair::Kind::Any || pair.kind == kind_of_objects(event, field);
  }

  // What the objects of an event can be.
  void set_event(const events::Event& event) {
    universe_.event = &event;
    universe_.fields.clear();
    for (const events::Field& field : event.fields) {
      if (field.kind != events::Kind::Label) continue;
      std::vector<Candidate>& ret = universe_.fields[field.name];
      for (std::size_t i = 0; i < candidates_.size(); ++i) {
        if (can_be(pairs_.all[i], event.name, field.name)) ret.push_back(candidates_[i]);
      }
    }
  }

  static Filter passes_all(Side& side, const Subject& subject, const events::Event& event) {
    std::vector<Filter> layers;
    for (const std::string& text : subject.rulesets) {
      layers.push_back(
          passes(side.read(text), event.name, std::string(events::group_name(event.group))));
    }
    return all_of(std::move(layers));
  }

  void compare(const Subject& before, const Subject& after) {
    for (const events::Event& event : target_.events()) {
      const Filter old = marked(passes_all(before_, before, event), kBefore);
      const Filter now = marked(passes_all(after_, after, event), kAfter);
      if (old.kind == now.kind && (old.kind == Filter::Kind::Always || old.kind == Filter::Kind::Never)) {
        continue;
      }
      set_event(event);
      ask(old, now, before, after, event, false);
      ask(now, old, before, after, event, true);
    }
  }

  void ask(const Filter& yes, const Filter& no, const Subject& before, const Subject& after,
           const events::Event& event, bool passes_after) {
    const Answer answer = solve(yes, no, universe_);
    if (answer.kind == Answer::Kind::Impossible) return;
    if (answer.kind == Answer::Kind::Undecided || !is_shown(answer.witness, before, after, event, passes_after)) {
      made_.undecided.push_back(before.name + ", " + event.name);
      return;
    }
    Difference one{before.name, event.name, passes_after, "", answer.witness, {}};
    const auto label = answer.witness.labels.find("label");
    std::string own;
    if (label != answer.witness.labels.end()) {
      const LabelPair& pair = pair_of(label->second, event.name, "label");
      one.object = pair.object;
      own = passes_after ? pair.after : pair.before;
    }
    const Subject& wide = passes_after ? after : before;
    const Side& side = passes_after ? after_ : before_;
    if (wide.domain != nullptr) one.lines = rules_about(side.policy, *wide.domain, event.name, own, true);
    made_.differences.push_back(std::move(one));
  }

  // Whether the core says of this event what the solver says.
  bool is_shown(const Witness& witness, const Subject& before, const Subject& after,
                const events::Event& event, bool passes_after) {
    return is_let_pass(before_, before, witness, event, false) != passes_after &&
           is_let_pass(after_, after, witness, event, true) == passes_after;
  }

  bool is_let_pass(Side& side, const Subject& subject, const Witness& witness,
                   const events::Event& event, bool is_after) {
    Witness own = witness;
    for (auto& [field, label] : own.labels) {
      const LabelPair& pair = pair_of(label, event.name, field);
      label = is_after ? pair.after : pair.before;
    }
    const Values values = values_of(own, side.objects);
    return std::all_of(subject.rulesets.begin(), subject.rulesets.end(), [&](const std::string& text) {
      return side.replay.ruleset(text, event, values).passes;
    });
  }

  static std::map<std::string, std::vector<std::string>> constraints(const emit::CompiledPolicy& policy) {
    std::map<std::string, std::vector<std::string>> all;
    for (const emit::CompiledRole& role : policy.roles) all[role.name] = role.constraints;
    return all;
  }

  void compare_others() {
    const emit::CompiledPolicy& before = before_.policy;
    const emit::CompiledPolicy& after = after_.policy;
    const auto differ = [&](bool are_equal, const char* what) {
      if (!are_equal) made_.others.emplace_back(what);
    };
    differ(before.transitions == after.transitions, "transitions");
    differ(before.users == after.users, "users and their roles");
    differ(before.exclusive_active == after.exclusive_active, "roles that exclude each other");
    differ(constraints(before) == constraints(after), "what must hold of sessions");
    differ(before.user_classes == after.user_classes, "classes of their own");
    for (const emit::CompiledDomain& domain : before.domains) {
      const emit::CompiledDomain* const other = after.find_domain(domain.name);
      if (other != nullptr && domain.user != other->user) {
        made_.others.push_back("rules of " + domain.name + " for classes of their own");
      }
    }
  }

  Side before_;
  Side after_;
  const events::Target& target_;
  LabelPairs pairs_;
  std::vector<Candidate> candidates_;  // of the pairs
  Universe universe_;
  Comparison made_;
};

}  // namespace

bool Comparison::is_wider() const {
  return std::any_of(differences.begin(), differences.end(),
                     [](const Difference& one) { return one.passes_after; });
}

bool Comparison::is_narrower() const {
  return std::any_of(differences.begin(), differences.end(),
                     [](const Difference& one) { return !one.passes_after; });
}

Comparison compare(const emit::CompiledPolicy& before, const emit::CompiledPolicy& after,
                   const events::Target& target, unsigned milliseconds) {
  return Comparer(before, after, target, milliseconds).run();
}

}  // namespace eventfilter::analysis
