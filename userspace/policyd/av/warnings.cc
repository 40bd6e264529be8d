// SPDX-License-Identifier: BSD-2-Clause
#include "av/warnings.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "diag/messages.h"
#include "policy/syscalls.h"

namespace eventfilter::av {
namespace {

using diag::Message;
using policy::Grant;

// Beyond this many rules for one event, nobody reads a list of those that repeat others.
constexpr std::size_t kMaxCompared = 1000;

bool is_always(const Grant& grant) { return grant.when->kind() == policy::Condition::Kind::Always; }

// It never holds, or a level has left it no object.
bool is_never(const Grant& grant) {
  return grant.when->kind() == policy::Condition::Kind::Never || (!grant.on.all && grant.on.labels.empty());
}

bool is_allow(const Grant& grant) { return grant.effect == ast::Effect::Allow; }

bool covers_objects(const Grant& wide, const Grant& narrow) {
  if (wide.on.all) return true;
  if (narrow.on.all) return false;
  return std::includes(wide.on.labels.begin(), wide.on.labels.end(), narrow.on.labels.begin(),
                       narrow.on.labels.end());
}

// Whether `wide` says all that `narrow` does.
bool covers(const Grant& wide, const Grant& narrow) {
  const bool same_condition = is_always(wide) || wide.when->text() == narrow.when->text();
  return same_condition && !is_never(wide) && (narrow.needs & ~wide.needs) == 0 &&
         covers_objects(wide, narrow);
}

class Warner {
 public:
  Warner(const policy::Domain& domain, const events::Target& target,
         diag::Diagnostics& diagnostics)
      : domain_(domain), target_(target), diagnostics_(diagnostics) {
    for (const Grant& grant : domain.grants) by_event_[grant.event].push_back(&grant);
  }

  void warn();

 private:
  // A grant that makes another one useless, or nullptr.
  const Grant* shadow_of(const Grant& grant) const;
  const Grant* deny_of(const Grant& grant) const;
  bool opens_nothing(const Grant& grant) const;
  bool is_filtered(const events::Event* event) const;
  void warn_rule(std::size_t rule, const std::vector<const Grant*>& grants);
  void warn_syscall(const Grant& grant);
  void warn_io_uring();
  void report(Message message, std::size_t rule,
              std::initializer_list<std::string_view> arguments,
              std::optional<std::size_t> other = std::nullopt, std::string hint = {});

  const policy::Domain& domain_;
  const events::Target& target_;
  diag::Diagnostics& diagnostics_;
  std::map<const events::Event*, std::vector<const Grant*>> by_event_;
};

void Warner::report(Message message, std::size_t rule,
                    std::initializer_list<std::string_view> arguments,
                    std::optional<std::size_t> other, std::string hint) {
  diag::Diagnostic finding = diag::make(message, domain_.rules[rule].range, arguments);
  if (other) finding.notes.push_back({domain_.rules[*other].range, "that rule is here"});
  finding.hint = std::move(hint);
  diagnostics_.add(std::move(finding));
}

const Grant* Warner::shadow_of(const Grant& grant) const {
  const std::vector<const Grant*>& all = by_event_.at(grant.event);
  for (std::size_t i = 0; i < all.size() && i < kMaxCompared; ++i) {
    const Grant& other = *all[i];
    const bool same_kind = other.effect == grant.effect && other.rule != grant.rule &&
                           other.action.text() == grant.action.text();
    if (!same_kind || !covers(other, grant)) continue;
    // Of two that say the same, the later one is too many.
    if (!covers(grant, other) || other.rule < grant.rule) return &other;
  }
  return nullptr;
}

const Grant* Warner::deny_of(const Grant& grant) const {
  if (!is_allow(grant)) return nullptr;
  for (const Grant* const other : by_event_.at(grant.event)) {
    const bool refuses = !is_allow(*other) && other->action.kind != ast::Action::Kind::Log;
    if (refuses && covers(*other, grant)) return other;
  }
  return nullptr;
}

bool Warner::opens_nothing(const Grant& grant) const {
  const bool is_syscall = grant.event->group == events::Group::Syscalls;
  if (!is_allow(grant) || !grant.on.all || !is_always(grant)) return false;
  if (is_syscall) return !policy::is_io_uring(grant.event->syscall());
  const policy::ClassInfo* const one = policy::class_of(*grant.event);
  return policy::is_open(domain_, *one);
}

void Warner::warn_rule(std::size_t rule, const std::vector<const Grant*>& grants) {
  const Grant& first = *grants.front();
  const auto all = [&](auto test) { return std::all_of(grants.begin(), grants.end(), test); };
  if (all([&](const Grant* g) { return is_never(*g); })) return;
  if (all([&](const Grant* g) { return deny_of(*g) != nullptr; })) {
    report(Message::rule_never, rule, {}, deny_of(first)->rule, "deny wins over allow");
  } else if (all([&](const Grant* g) { return shadow_of(*g) != nullptr; })) {
    // A line of a macro that is used with several arguments isn't one too many.
    if (domain_.rules[shadow_of(first)->rule].range == domain_.rules[rule].range) return;
    report(Message::rule_shadowed, rule, {}, shadow_of(first)->rule);
  } else if (all([&](const Grant* g) { return opens_nothing(*g); })) {
    report(Message::allow_opens_nothing, rule, {first.event->name});
  }
}

bool Warner::is_filtered(const events::Event* event) const {
  const auto found = by_event_.find(event);
  if (found == by_event_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(),
                     [](const Grant* g) { return !is_allow(*g) || !is_always(*g); });
}

void Warner::warn_syscall(const Grant& grant) {
  const std::string name = grant.event->usual_name.empty()
                               ? std::string(grant.event->syscall())
                               : grant.event->usual_name.substr(sizeof("sys_enter_") - 1);
  if (policy::is_always_allowed(name)) report(Message::always_allowed, grant.rule, {name});
  if (is_allow(grant) && is_always(grant)) return;
  std::string open;
  for (const std::string_view sibling : policy::siblings_of(name)) {
    const events::Event* const event = target_.find_syscall(sibling);
    if (event == nullptr || is_filtered(event)) continue;
    open += (open.empty() ? "" : ", ") + std::string(sibling);
  }
  if (!open.empty()) report(Message::siblings, grant.rule, {name, open});
}

void Warner::warn_io_uring() {
  bool filters = false;
  bool named = false;
  std::optional<std::size_t> rule;
  for (const Grant& grant : domain_.grants) {
    const bool is_syscall = grant.event->group == events::Group::Syscalls;
    if (is_syscall && is_filtered(grant.event)) filters = true;
    if (is_syscall && policy::is_io_uring(grant.event->syscall())) named = true;
    if (grant.event->name == "system_io_uring" && is_allow(grant)) rule = grant.rule;
  }
  if (filters && !named && rule) {
    report(Message::io_uring_refused, *rule, {}, std::nullopt,
           "if they may be used: allow syscall @io-uring;");
  }
}

void Warner::warn() {
  std::map<std::size_t, std::vector<const Grant*>> by_rule;
  for (const Grant& grant : domain_.grants) by_rule[grant.rule].push_back(&grant);
  for (const auto& [rule, grants] : by_rule) warn_rule(rule, grants);
  std::set<const events::Event*> seen;
  for (const Grant& grant : domain_.grants) {
    const bool is_syscall = grant.event->group == events::Group::Syscalls;
    if (is_syscall && seen.insert(grant.event).second) warn_syscall(grant);
  }
  warn_io_uring();
}

}  // namespace

void warn(const policy::Domain& domain, const events::Target& target,
          diag::Diagnostics& diagnostics) {
  Warner(domain, target, diagnostics).warn();
}

}  // namespace eventfilter::av
