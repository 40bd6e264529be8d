// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <map>

#include "av/narrowing.h"
#include "av/terms.h"
#include "av/user_vectors.h"
#include "av/vectors.h"
#include "av/warnings.h"
#include "policy/syscalls.h"

namespace eventfilter::av {
namespace {

// Refusals with an action of their own. "log" ends a ruleset's verdict like any other action
// and lets the event pass: it comes after everything that refuses.
enum class Rank { Kill, Trap, Errno, Quiet, Main, Log };

struct ActionKey {
  Rank rank;
  std::string text;

  auto operator<=>(const ActionKey&) const = default;
};

ActionKey key_of(const policy::Action& action) {
  switch (action.kind) {
    case ast::Action::Kind::Kill: return {Rank::Kill, action.text()};
    case ast::Action::Kind::Trap: return {Rank::Trap, action.text()};
    case ast::Action::Kind::Errno: return {Rank::Errno, action.text()};
    case ast::Action::Kind::Log: return {Rank::Log, action.text()};
    case ast::Action::Kind::Default: break;
  }
  return {action.quiet ? Rank::Quiet : Rank::Main, action.text()};
}

// What the grants of a domain say about one event.
struct Collected {
  ByLabel allow;
  ByLabel deny;  // with the default action
  std::map<ActionKey, ByLabel> others;
  policy::Needs named = 0;  // parts that some allow rule names
  policy::Action action;    // where no allow rule lets it pass
};

Collected collect(const std::vector<const policy::Grant*>& grants) {
  Collected all;
  for (const policy::Grant* const grant : grants) {
    if (grant->effect == ast::Effect::Allow) {
      all.allow.add(*grant);
      all.named = static_cast<policy::Needs>(all.named | grant->needs);
      if (!grant->action.is_default()) all.action = grant->action;
    } else if (grant->action.is_default()) {
      all.deny.add(*grant);
    } else {
      all.others[key_of(grant->action)].add(*grant);
    }
  }
  return all;
}

// Adds a step unless it lets everything pass; says whether a further one can matter.
bool add_step(Verdict verdict, std::string action, EventVector& ret) {
  if (verdict.is_always()) return true;
  const bool is_end = verdict.is_never();
  ret.steps.push_back({std::move(verdict), std::move(action)});
  return !is_end;
}

// What no allow rule names passes in an open class, as far as the domain's level lets it.
void open_unnamed(const policy::Domain& domain, const events::Event& event, policy::Needs unnamed,
                  ByLabel& ret) {
  policy::Grant grant;
  grant.event = &event;
  grant.needs = unnamed;
  if (!domain.clearance) return ret.add(grant);
  for (const policy::Grant& one : policy::within(*domain.clearance, grant)) ret.add(one);
}

EventVector settle_event(const policy::Domain& domain, const events::Event& event, Collected all,
                         bool is_open, const Shared& shared) {
  EventVector vector;
  vector.event = &event;
  const policy::Needs whole = policy::whole_of(event.name);
  const auto unnamed = static_cast<policy::Needs>(whole & ~all.named);
  if (is_open && unnamed != 0) open_unnamed(domain, event, unnamed, all.allow);
  const bool has_own_action = !all.action.is_default();
  const ActionKey main = key_of(all.action);
  // With an action of its own, the line of the allow rules mustn't answer for deny rules.
  if (has_own_action) all.others[{Rank::Main, ""}] = all.deny;
  // A line of its own refuses them before the allow rules' line is asked. (Behind it, they would
  // meet with its action.)
  for (const auto& [key, deny] : all.others) {
    if (key < main) all.allow.remove_refused(deny, whole);
  }
  const Verdict verdict = settle(std::move(all.allow), has_own_action ? ByLabel() : all.deny, whole,
                                 shared);
  bool goes_on = true;
  bool main_done = false;
  for (const auto& [key, deny] : all.others) {
    if (goes_on && !main_done && main < key) {
      goes_on = add_step(verdict, main.text, vector);
      main_done = true;
    }
    if (goes_on && !deny.empty()) goes_on = add_step(refusal(deny, whole), key.text, vector);
  }
  if (goes_on && !main_done) add_step(verdict, main.text, vector);
  return vector;
}

bool is_syscall(const events::Event& event) { return event.group == events::Group::Syscalls; }

// A vector that says what happens anyway to the events of the group that no line names.
bool says_nothing(const EventVector& vector, bool passes) {
  if (passes) return vector.steps.empty();
  return vector.steps.size() == 1 && vector.steps[0].verdict.is_never() &&
         vector.steps[0].action.empty();
}

// A ruleset that refuses a syscall loses io_uring's unless it names them.
void keep_io_uring(const policy::Domain& domain, DomainVectors& ret) {
  const bool filters = std::any_of(ret.events.begin(), ret.events.end(), [](const EventVector& v) {
    return is_syscall(*v.event);
  });
  if (!filters) return;
  for (const policy::Grant& grant : domain.grants) {
    const bool is_named = is_syscall(*grant.event) && policy::is_io_uring(grant.event->syscall()) &&
                          grant.effect == ast::Effect::Allow;
    const bool is_there =
        std::any_of(ret.events.begin(), ret.events.end(),
                    [&](const EventVector& v) { return v.event == grant.event; });
    if (is_named && !is_there) ret.events.push_back({grant.event, {}});
  }
}

using ByEvent = std::map<const events::Event*, std::vector<const policy::Grant*>>;

// Events of open classes that no rule is about: where the group's default closes them, and where the
// domain's level does. (One that some rule refuses as a whole needs no line, and must not get one here.)
void open_rest(const policy::Domain& domain, const events::Target& target,
               const std::set<const policy::ClassInfo*>& open, const ByEvent& by_event,
               DomainVectors& ret) {
  for (const events::Event& event : target.events()) {
    if (open.count(policy::class_of(event)) == 0 || by_event.count(&event) != 0) continue;
    const bool is_closed = ret.closed.count(event.group) != 0;
    EventVector vector = settle_event(domain, event, {}, true, {});
    if (!says_nothing(vector, !is_closed)) ret.events.push_back(std::move(vector));
  }
}

// Of the other groups no event is raised for a descriptor's rules.
bool is_of_handles(events::Group group) {
  return group == events::Group::File || group == events::Group::Use ||
         group == events::Group::Socket;
}

DomainVectors compute_domain(const policy::Domain& domain, const events::Target& target,
                             const Shared& shared) {
  DomainVectors vectors{domain.name, domain.range, domain.permissive, {}, {}, user_vectors(domain)};
  std::set<const policy::ClassInfo*> open;
  for (const policy::ClassInfo& one : policy::classes()) {
    if (policy::is_open(domain, one)) {
      open.insert(&one);
    } else if (!domain.is_handle || is_of_handles(one.group)) {
      vectors.closed.insert(one.group);
    }
  }
  ByEvent by_event;
  for (const policy::Grant& grant : domain.grants) by_event[grant.event].push_back(&grant);
  for (const auto& [event, grants] : by_event) {
    const bool is_open = open.count(policy::class_of(*event)) != 0;
    EventVector vector = settle_event(domain, *event, collect(grants), is_open, shared);
    const bool passes = vectors.closed.count(event->group) == 0;
    if (!says_nothing(vector, passes)) vectors.events.push_back(std::move(vector));
  }
  keep_io_uring(domain, vectors);
  open_rest(domain, target, open, by_event, vectors);
  std::sort(vectors.events.begin(), vectors.events.end(),
            [](const EventVector& a, const EventVector& b) {
              const bool a_last = is_syscall(*a.event);
              const bool b_last = is_syscall(*b.event);
              if (a_last != b_last) return b_last;
              // Events live in one array: their order there is the listing's.
              return a_last ? a.event->name < b.event->name : a.event < b.event;
            });
  return vectors;
}

}  // namespace

AccessVectors compute(const policy::Policy& policy, const events::Target& target,
                      diag::Diagnostics& diagnostics) {
  Shared tasks;
  for (policy::LabelId id = 0; id < policy.labels.size(); ++id) {
    if (policy.labels[id].kind == policy::Label::Kind::Domain) tasks.insert(id);
  }
  AccessVectors all;
  for (const policy::Domain& domain : policy.domains) {
    all.domains.push_back(compute_domain(domain, target, tasks));
    warn(domain, target, diagnostics);
  }
  for (const policy::Domain& handle : policy.handles) {
    all.handles.push_back(compute_domain(handle, target, tasks));
    warn(handle, target, diagnostics);
  }
  check_narrowing(policy, all.domains, diagnostics);
  return all;
}

}  // namespace eventfilter::av
