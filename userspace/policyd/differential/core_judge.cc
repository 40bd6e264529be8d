// SPDX-License-Identifier: BSD-2-Clause
#include "differential/core_judge.h"

#include <algorithm>
#include <stdexcept>

#include <string.h>

#include "core/program.h"
#include "core/record.h"
#include "core/rules.h"

namespace eventfilter::differential {
namespace {

std::vector<policy::Label> space_names(const emit::CompiledPolicy& policy) {
  std::set<std::string> names(policy.labels.begin(), policy.labels.end());
  for (const emit::CompiledGroup& group : policy.groups) names.insert(group.name);
  for (const emit::CompiledDomain& domain : policy.domains) names.insert(domain.name);
  std::vector<policy::Label> all;
  for (const std::string& name : names) all.push_back({name, {}});
  return all;
}

std::string text_of(const evf_action& action) {
  std::string text;
  if (action.kind == EVF_ACTION_KILL) text = "kill";
  if (action.kind == EVF_ACTION_ERRNO) text = std::string("errno ") + strerrorname_np(action.error);
  if (action.quiet) text += text.empty() ? "quiet" : " quiet";
  return text;
}

// syscall_entry.c doesn't ask the ruleset about these.
bool passes_always(const std::string& event) {
  static const std::set<std::string> all = {"sys_enter_exit", "sys_enter_exit_group",
                                            "sys_enter_rt_sigreturn", "sys_enter_restart_syscall"};
  return all.contains(event);
}

}  // namespace

class CoreJudge::Ruleset {
 public:
  Ruleset(const std::string& text, const emit::CoreSchema& schema) {
    evf_error error{};
    if (evf_rules_parse(&rules_, schema.get(), text.data(), text.size(), &error) != 0) {
      throw std::runtime_error("the core refuses\n" + text);
    }
  }
  Ruleset(const Ruleset&) = delete;
  Ruleset& operator=(const Ruleset&) = delete;
  ~Ruleset() { evf_rules_free(&rules_); }

  Outcome judge(const events::Event& event, const evf_record& record) const {
    bool is_named = false;
    const evf_rule* group = nullptr;
    for (std::uint32_t i = 0; i < rules_.nr; ++i) {
      const evf_rule& rule = rules_.rule[i];
      if (rule.event == nullptr) {
        if (rule.group == static_cast<int>(event.group)) group = &rule;
        continue;
      }
      if (event.name != rule.event->name) continue;
      is_named = true;
      if (!refuses(rule, record) || rule.action.kind == EVF_ACTION_LOG) continue;
      return {false, text_of(rule.action)};
    }
    if (is_named || group == nullptr || !refuses(*group, record)) return {};
    return {false, text_of(group->action)};
  }

 private:
  static bool refuses(const evf_rule& rule, const evf_record& record) {
    if (rule.kind != EVF_RULE_FILTER) return rule.kind == EVF_RULE_DENY;
    return evf_program_run(rule.program, &record) != EVF_PASS;
  }

  evf_rules rules_{};
};

// An event's values in their slots.
class CoreJudge::Record {
 public:
  Record(const CoreJudge& judge, const events::Event& kind, const interpreter::Event& event,
         const interpreter::Booleans& now) {
    const evf_event* const core =
        judge.schema_.get()->find_event(judge.schema_.get(), kind.name.data(), kind.name.size());
    for (std::size_t i = 0; i < core->nr_fields; ++i) {
      const evf_field& field = core->fields[i];
      // Of two fields with one name the first is meant.
      if (evf_find_field(core, field.name, std::string(field.name).size()) != &field) continue;
      evf_value& value = record_.v[field.slot];
      if (event.undefined.contains(field.name)) record_.undefined |= 1U << field.slot;
      if (field.kind == EVF_KIND_LABEL) {
        value.labels = carried(judge, event.labels.at(field.name), now);
      } else if (field.kind == EVF_KIND_STRING) {
        value.string = string(event.strings.at(field.name));
      } else if (field.kind != EVF_KIND_POINTER) {
        value.num = static_cast<std::uint64_t>(event.numbers.at(field.name));
      }
    }
  }

  const evf_record& get() const { return record_; }

 private:
  // The type, and the groups that it is in.
  const evf_labels* carried(const CoreJudge& judge, const std::string& label,
                            const interpreter::Booleans& now) {
    std::vector<std::uint16_t> ids;
    const auto add = [&](const std::string& name) {
      const auto at = std::lower_bound(
          judge.names_.begin(), judge.names_.end(), name,
          [](const policy::Label& one, const std::string& wanted) { return one.name < wanted; });
      ids.push_back(static_cast<std::uint16_t>(at - judge.names_.begin()));
    };
    if (!label.empty()) add(label);
    for (const emit::CompiledGroup& group : judge.policy_.groups) {
      const bool is_on = std::all_of(
          group.guards.begin(), group.guards.end(),
          [&](const emit::CompiledBoolean& guard) { return now.at(guard.name) == guard.value; });
      const bool has_it = std::find(group.members.begin(), group.members.end(), label) != group.members.end();
      if (is_on && has_it) add(group.name);
    }
    std::sort(ids.begin(), ids.end());
    ids.insert(ids.begin(), static_cast<std::uint16_t>(ids.size()));
    labels_.push_back(std::make_unique<std::vector<std::uint16_t>>(std::move(ids)));
    return reinterpret_cast<const evf_labels*>(labels_.back()->data());
  }

  const evf_string* string(const std::string& text) {
    strings_.push_back(std::make_unique<evf_string>());
    *strings_.back() = {text.data(), static_cast<std::uint32_t>(text.size())};
    return strings_.back().get();
  }

  evf_record record_{};
  std::vector<std::unique_ptr<std::vector<std::uint16_t>>> labels_;
  std::vector<std::unique_ptr<evf_string>> strings_;
};

CoreJudge::CoreJudge(const emit::CompiledPolicy& policy, const events::Target& target)
    : policy_(policy), target_(target), names_(space_names(policy)), schema_(target, names_) {}

CoreJudge::~CoreJudge() = default;

Outcome CoreJudge::judge(const std::string& text, const interpreter::Event& event,
                         const interpreter::Booleans& now) {
  if (passes_always(event.name)) return {};
  std::unique_ptr<Ruleset>& ruleset = rulesets_[text];
  if (!ruleset) ruleset = std::make_unique<Ruleset>(text, schema_);
  const events::Event& kind = *target_.find(event.name);
  return ruleset->judge(kind, Record(*this, kind, event, now).get());
}

Outcome CoreJudge::domain(const std::string& name, const interpreter::Event& event,
                          const interpreter::Booleans& now) {
  for (const emit::CompiledDomain* const layer : policy_.layers_of(*policy_.find_domain(name))) {
    if (layer->permissive) continue;
    Outcome outcome = judge(layer->ruleset, event, now);
    if (!outcome.passes) return outcome;
  }
  return {};
}

Outcome CoreJudge::handle(const std::string& name, const interpreter::Event& event,
                          const interpreter::Booleans& now) {
  for (const emit::CompiledDomain& one : policy_.handles) {
    if (one.name == name) return judge(one.ruleset, event, now);
  }
  throw std::invalid_argument(name);
}

Outcome CoreJudge::session(const std::string& role, const interpreter::Event& event,
                           const interpreter::Booleans& now) {
  for (const emit::CompiledRole& one : policy_.roles) {
    if (one.name == role) return judge(one.session, event, now);
  }
  throw std::invalid_argument(role);
}

}  // namespace eventfilter::differential
