// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/replay.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "core/program.h"
#include "core/record.h"
#include "core/rules.h"
#include "emit/schema.h"
#include "policy/syscalls.h"

namespace eventfilter::analysis {
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
  if (action.kind == EVF_ACTION_TRAP) text = "trap";
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

class Replay::Ruleset {
 public:
  Ruleset(const std::string& text, const emit::CoreSchema& schema) {
    evf_error error{};
    if (evf_rules_parse(&rules_, schema.get(), text.data(), text.size(), &error) != 0) {
      // It took the text when it was compiled.
      std::abort();
    }
  }
  Ruleset(const Ruleset&) = delete;
  Ruleset& operator=(const Ruleset&) = delete;
  ~Ruleset() { evf_rules_free(&rules_); }

  Outcome judge(const events::Event& event, const evf_record& record) const {
    bool is_named = false;
    bool refuses_syscalls = false;
    const evf_rule* group = nullptr;
    for (std::uint32_t i = 0; i < rules_.nr; ++i) {
      const evf_rule& rule = *evf_rule_of(&rules_, i);
      const evf_event* const named = rules_.event[i];
      refuses_syscalls = refuses_syscalls ||
                         (rule.group == EVF_GROUP_SYSCALLS && rule.kind != EVF_RULE_ALLOW &&
                          rule.action.kind != EVF_ACTION_LOG);
      if (named == nullptr) {
        if (rule.group == static_cast<int>(event.group)) group = &rule;
        continue;
      }
      if (event.name != named->name) continue;
      is_named = true;
      if (!refuses(rule, record) || rule.action.kind == EVF_ACTION_LOG) continue;
      return {false, text_of(rule.action)};
    }
    // Who refuses some system call has to name io_uring's, which do what any other does.
    if (!is_named && refuses_syscalls && event.group == events::Group::Syscalls &&
        policy::is_io_uring(event.syscall())) {
      return {false, ""};
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
class Replay::Record {
 public:
  Record(const Replay& replay, const evf_event& event, const Values& values) {
    for (std::size_t i = 0; i < event.nr_fields; ++i) {
      const evf_field& field = event.fields[i];
      // Of two fields with one name the first is meant.
      if (evf_find_field(&event, field.name, std::strlen(field.name)) != &field) continue;
      evf_value& value = record_.v[field.slot];
      if (values.unmapped.contains(field.name)) record_.undefined |= 1U << field.slot;
      if (field.kind == EVF_KIND_LABEL) {
        value.labels = labels(replay, found(values.carried, field.name));
      } else if (field.kind == EVF_KIND_STRING) {
        value.string = string(found(values.strings, field.name));
      } else if (field.kind != EVF_KIND_POINTER) {
        value.num = static_cast<std::uint64_t>(found(values.numbers, field.name));
      }
    }
  }

  const evf_record& get() const { return record_; }

 private:
  template <typename T>
  static T found(const std::map<std::string, T>& all, const char* name) {
    const auto at = all.find(name);
    return at == all.end() ? T() : at->second;
  }

  const evf_labels* labels(const Replay& replay, const Carried& carried) {
    std::vector<std::uint16_t> ids = {static_cast<std::uint16_t>(carried.size())};
    for (const std::string& name : carried) {
      // Both are sorted by name, so the ids ascend.
      const auto at = std::lower_bound(
          replay.names_.begin(), replay.names_.end(), name,
          [](const policy::Label& one, const std::string& wanted) { return one.name < wanted; });
      ids.push_back(static_cast<std::uint16_t>(at - replay.names_.begin()));
    }
    labels_.push_back(std::make_unique<std::vector<std::uint16_t>>(std::move(ids)));
    return reinterpret_cast<const evf_labels*>(labels_.back()->data());
  }

  const evf_string* string(std::string text) {
    texts_.push_back(std::make_unique<std::string>(std::move(text)));
    strings_.push_back(std::make_unique<evf_string>());
    *strings_.back() = {texts_.back()->data(), static_cast<std::uint32_t>(texts_.back()->size())};
    return strings_.back().get();
  }

  evf_record record_{};
  std::vector<std::unique_ptr<std::vector<std::uint16_t>>> labels_;
  std::vector<std::unique_ptr<std::string>> texts_;
  std::vector<std::unique_ptr<evf_string>> strings_;
};

Values values_of(const Witness& witness, const std::vector<Candidate>& candidates) {
  Values values;
  for (const auto& [field, label] : witness.labels) {
    for (const Candidate& one : candidates) {
      if (one.label == label) values.carried[field] = one.carried;
    }
  }
  values.numbers = witness.numbers;
  values.strings = witness.strings;
  values.unmapped = witness.unmapped;
  return values;
}

Replay::Replay(const emit::CompiledPolicy& policy, const events::Target& target)
    : policy_(policy), names_(space_names(policy)),
      schema_(std::make_unique<emit::CoreSchema>(target, names_)) {}

Replay::~Replay() = default;

Outcome Replay::ruleset(const std::string& text, const events::Event& event, const Values& values) {
  if (passes_always(event.name)) return {};
  std::unique_ptr<Ruleset>& ruleset = rulesets_[text];
  if (!ruleset) ruleset = std::make_unique<Ruleset>(text, *schema_);
  const evf_event& core =
      *schema_->get()->find_event(schema_->get(), event.name.data(), event.name.size());
  return ruleset->judge(event, Record(*this, core, values).get());
}

Outcome Replay::domain(const emit::CompiledDomain& domain, const events::Event& event,
                       const Values& values) {
  for (const emit::CompiledDomain* const layer : policy_.layers_of(domain)) {
    // It refuses nothing.
    if (layer->permissive) continue;
    Outcome outcome = ruleset(layer->ruleset, event, values);
    if (!outcome.passes) return outcome;
  }
  return {};
}

}  // namespace eventfilter::analysis
