// SPDX-License-Identifier: BSD-2-Clause
#include "sema/rules.h"

#include <algorithm>

#include <linux/eventfilter.h>

#include "policy/constants.h"
#include "policy/permissions.h"

namespace eventfilter::sema {
namespace {

// What a descriptor's own rules are about.
bool is_of_handles(const events::Event& event) {
  return event.group == events::Group::Use || event.group == events::Group::Socket ||
         event.name == "file_truncate";
}

bool has_labels(const std::vector<Part>& parts) {
  return std::all_of(parts.begin(), parts.end(), [](const Part& part) {
    return part.subject.event->find("label") != nullptr;
  });
}

}  // namespace

std::optional<policy::Action> RuleChecker::action(const ast::Action& action) {
  policy::Action made{action.kind, {}, action.quiet, action.range};
  if (action.kind == ast::Action::Kind::Log && action.quiet) {
    reporter_.report(Message::log_quiet, action.range, {}, "write one of the two");
    return std::nullopt;
  }
  if (action.kind != ast::Action::Kind::Errno) return made;
  made.error = policy::find_errno(action.error.text);
  if (!made.error.empty()) return made;
  reporter_.report(Message::unknown_errno, action.error.range, {action.error.text},
                   diag::nearest_hint(action.error.text, policy::errno_names()));
  return std::nullopt;
}

std::optional<policy::ConditionPtr> RuleChecker::condition(const ast::Rule& rule, const Part& part,
                                                           const Scope& scope) {
  if (!rule.when) return policy::always();
  const std::size_t errors = diagnostics_.errors();
  policy::ConditionPtr when =
      lower(*rule.when, {*part.subject.event, names_, scope, reporter_});
  if (diagnostics_.errors() != errors) return std::nullopt;
  if (when->kind() == policy::Condition::Kind::Never) {
    reporter_.report(Message::condition_never, rule.when->range);
  }
  return when;
}

// Nobody may wait for a signal where some events are raised, and who shares a descriptor
// mustn't be ended by it.
bool RuleChecker::check_action(const ast::Rule& rule, const std::vector<Part>& parts, bool is_handle) {
  const bool is_trap = rule.action.kind == ast::Action::Kind::Trap;
  if (is_handle && (is_trap || rule.action.kind == ast::Action::Kind::Kill)) {
    reporter_.report(Message::handle_action, rule.action.range, {is_trap ? "trap" : "kill"},
                     "write errno and a name");
    return false;
  }
  for (const Part& part : parts) {
    if (!is_trap || !events::is_atomic(*part.subject.event)) continue;
    reporter_.report(Message::trap_in_atomic, rule.action.range, {part.subject.name},
                     "write kill, or errno and a name");
    return false;
  }
  return true;
}

bool RuleChecker::check_handle(const ast::Rule& rule, const std::vector<Part>& parts) {
  for (const Part& part : parts) {
    if (is_of_handles(*part.subject.event)) continue;
    reporter_.report(Message::handle_rule, rule.permissions.range, {part.subject.name},
                     "its rules are for use, socket, unix and file truncate");
    return false;
  }
  return true;
}

// Whether the booleans around a rule have the values that it wants now; they hold for whoever
// enters the domain while they have them.
bool RuleChecker::holds(const Context& context, policy::Domain& ret) {
  bool good = true;
  for (const policy::Guard& guard : context.guards) {
    ret.fixed_booleans.insert(guard.boolean);
    good = good && policy_.booleans[guard.boolean].value == guard.wanted;
  }
  return good;
}

// The test for the group that stands for the booleans around a rule, of which `on` become members.
policy::ConditionPtr RuleChecker::guard(const Context& context, const Range& range,
                                        const policy::Objects& on) {
  std::string name = "if";
  for (const policy::Guard& one : context.guards) {
    name += (one.wanted ? "." : ".not.") + policy_.booleans[one.boolean].name;
  }
  if (name.size() > EVF_MAX_LABEL_NAME) {
    reporter_.report(Message::guard_too_long, range,
                     {name, std::to_string(EVF_MAX_LABEL_NAME)});
    return policy::never();
  }
  auto place = std::lower_bound(policy_.groups.begin(), policy_.groups.end(), name,
                                [](const policy::Group& g, const std::string& n) { return g.name < n; });
  if (place == policy_.groups.end() || place->name != name) {
    place = policy_.groups.insert(place, {name, context.guards, {}});
  }
  Labels all;
  std::set_union(place->members.begin(), place->members.end(), on.labels.begin(), on.labels.end(),
                 std::back_inserter(all));
  place->members = std::move(all);
  return policy::group_test(name);
}

std::uint32_t RuleChecker::user_permissions(const ast::Names& names, const policy::UserClass& one) {
  const auto bits = static_cast<std::uint32_t>((std::uint64_t{1} << one.permissions.size()) - 1);
  if (names.all) return bits;
  const ast::Name object_class{one.name, names.range};
  std::uint32_t mask = 0;
  const Wanted wanted{object_class, names};
  for (const ast::Name& name : expanded(wanted)) {
    const auto found = std::find(one.permissions.begin(), one.permissions.end(), name.text);
    if (found == one.permissions.end()) {
      unknown_permission(wanted, name, one.permissions);
    } else {
      mask |= 1U << (found - one.permissions.begin());
    }
  }
  return mask;
}

void RuleChecker::add_user_rule(const ast::Rule& rule, std::size_t user_class,
                                const Context& context, policy::Domain& ret) {
  policy::UserGrant grant;
  grant.effect = rule.effect;
  grant.user_class = user_class;
  check_repetitions(rule.permissions);
  grant.permissions = user_permissions(rule.permissions, policy_.user_classes[user_class]);
  grant.audit = rule.is_audited;
  grant.quiet = rule.action.quiet;
  if (ret.is_handle) {
    reporter_.report(Message::handle_rule, rule.permissions.range, {rule.object_class.text},
                     "its rules are for use, socket, unix and file truncate");
  }
  if (rule.when) reporter_.report(Message::user_class_when, rule.when->range, {rule.object_class.text});
  if (rule.action.kind != ast::Action::Kind::Default) {
    reporter_.report(Message::user_class_action, rule.action.range, {rule.object_class.text});
  }
  const auto on = rule.objects ? objects(*rule.objects, context.scope) : policy::Objects();
  if (!on || !holds(context, ret)) return;
  const events::Event nothing;
  if (rule.objects && !context.is_scratch &&
      !names_.check_names(nothing, "label", rule.object_class.text, on->labels, rule.objects->range)) return;
  grant.on = *on;
  ret.user_grants.push_back(std::move(grant));
}

void RuleChecker::add_grants(const ast::Rule& rule, const std::vector<Part>& parts,
                             const Context& context, policy::Domain& ret) {
  const auto on = rule.objects ? objects(*rule.objects, context.scope) : policy::Objects();
  const auto what = action(rule.action);
  if (on && rule.objects && !context.is_scratch && !check_names(rule.objects->range, parts, *on)) return;
  // What names tell is in no group that a boolean could switch.
  const bool is_told_by_names = on && std::any_of(on->labels.begin(), on->labels.end(), [&](auto id) {
    return names_.is_told_by_names(id);
  });
  const bool is_switched = !context.guards.empty() && on && !on->all && !rule.when &&
                           has_labels(parts) && !is_told_by_names;
  const bool is_in = is_switched || holds(context, ret);
  policy::ConditionPtr guarded = is_switched && !context.is_scratch ? guard(context, rule.range, *on) : policy::always();
  ret.rules.push_back({rule.range, rule.effect});
  for (const Part& part : parts) {
    const auto when = condition(rule, part, context.scope);
    if (!on || !what || !when || !is_in) continue;
    policy::Grant grant;
    grant.effect = rule.effect;
    grant.event = part.subject.event;
    grant.needs = part.needs;
    grant.on = *on;
    grant.when = policy::all_of({*when, guarded});
    grant.action = *what;
    grant.rule = ret.rules.size() - 1;
    ret.grants.push_back(grant);
    if (!rule.is_audited) continue;
    // What the rule lets through is recorded, and passes.
    grant.effect = ast::Effect::Deny;
    grant.action = {};
    grant.action.kind = ast::Action::Kind::Log;
    ret.grants.push_back(std::move(grant));
  }
}

void RuleChecker::add(const ast::Rule& rule, const Context& context, policy::Domain& ret) {
  if (!check_class(rule.object_class)) return;
  if (rule.is_audited && rule.effect == ast::Effect::Deny) {
    reporter_.report(Message::audit_deny, rule.range);
    return;
  }
  if (const auto user_class = names_.find_user_class(rule.object_class.text)) {
    add_user_rule(rule, *user_class, context, ret);
    return;
  }
  const std::vector<Part> all =
      parts({rule.object_class, rule.permissions, rule.effect, rule.is_optional});
  if (rule.objects && !check_objects(rule.objects->range, all)) return;
  if (ret.is_handle && !check_handle(rule, all)) return;
  if (!check_action(rule, all, ret.is_handle)) return;
  std::vector<Subject> subjects;
  for (const Part& part : all) subjects.push_back(part.subject);
  if (rule.when && !check_fields(*rule.when, subjects, reporter_)) return;
  add_grants(rule, all, context, ret);
}

}  // namespace eventfilter::sema
