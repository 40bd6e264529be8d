// SPDX-License-Identifier: BSD-2-Clause
#include "sema/rules.h"

#include <algorithm>
#include <set>

#include "policy/constants.h"
#include "policy/permissions.h"
#include "policy/syscalls.h"

namespace eventfilter::sema {
namespace {

bool is_syscall(const ast::Rule& rule) { return rule.object_class.text == policy::kSyscallClass; }

bool is_word_in(const std::string& word, const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool RuleChecker::check_class(const ast::Name& name) {
  if (is_word_in(name.text, policy::class_names())) return true;
  std::string hint = diag::nearest_hint(name.text, policy::class_names());
  if (hint.empty()) {
    for (const std::string& one : policy::class_names()) {
      hint += (hint.empty() ? "there are " : ", ") + one;
    }
  }
  reporter_.report(Message::unknown_class, name.range, {name.text}, hint);
  return false;
}

void RuleChecker::check_repetitions(const ast::Names& names) {
  std::set<std::string> seen;
  for (const ast::Name& name : names.list) {
    if (!seen.insert(name.text).second) {
      reporter_.report(Message::name_again, name.range, {name.text});
    }
  }
}

// Several permissions of a rule can be parts of one event.
void RuleChecker::add_part(Part part, std::vector<Part>& parts) {
  for (Part& known : parts) {
    if (known.subject.event != part.subject.event) continue;
    known.needs = static_cast<policy::Needs>(known.needs | part.needs);
    return;
  }
  parts.push_back(std::move(part));
}

// The target lacks a permission's event. Without harm where the rule is optional, and where "*"
// stands for what the kernels that this compiler knows have.
void RuleChecker::report_lacking(const ast::Rule& rule, const policy::Permission& permission) {
  const bool is_known = events::builtin_target().find(permission.event) != nullptr;
  if (rule.is_optional || (rule.permissions.all && !is_known)) return;
  Range range = rule.permissions.range;
  for (const ast::Name& name : rule.permissions.list) {
    if (name.text == permission.name) range = name.range;
  }
  reporter_.report(Message::event_not_in_target, range, {permission.event},
                   "\"optional\" before a rule leaves out what a kernel lacks");
}

std::vector<RuleChecker::Part> RuleChecker::object_parts(const ast::Rule& rule) {
  const std::string& object_class = rule.object_class.text;
  std::vector<std::string> known;
  std::vector<Part> parts;
  std::set<std::string> wanted;
  for (const ast::Name& name : rule.permissions.list) wanted.insert(name.text);
  for (const policy::Permission& permission : policy::permissions()) {
    if (permission.object_class != object_class) continue;
    known.push_back(std::string(permission.name));
    if (!rule.permissions.all && wanted.count(known.back()) == 0) continue;
    const events::Event* const event = target_.find(permission.event);
    if (event == nullptr) {
      report_lacking(rule, permission);
      continue;
    }
    add_part({{event, object_class + " " + known.back()}, permission.needs}, parts);
  }
  for (const ast::Name& name : rule.permissions.list) {
    if (is_word_in(name.text, known)) continue;
    std::string hint = diag::nearest_hint(name.text, known);
    if (hint.empty()) {
      for (const std::string& one : known) hint += (hint.empty() ? "there are " : ", ") + one;
    }
    reporter_.report(Message::unknown_permission, name.range, {object_class, name.text}, hint);
  }
  return parts;
}

// `named`: the rule names the syscall itself, not a set with it.
void RuleChecker::add_syscall(const ast::Rule& rule, const std::string& name, const Range& range,
                              bool named, std::vector<Part>& parts) {
  const events::Event* const event = target_.find_syscall(name);
  if (event != nullptr) {
    add_part({{event, "syscall " + name}, policy::kWhole}, parts);
    return;
  }
  // A set is for kernels of all ages.
  if (!named || (rule.is_optional && events::builtin_target().find_syscall(name) != nullptr)) return;
  if (events::builtin_target().find_syscall(name) == nullptr) {
    reporter_.report(Message::unknown_syscall, range, {name},
                     diag::nearest_hint(name, target_.syscall_names()));
    return;
  }
  const bool is_deny = rule.effect == ast::Effect::Deny;
  reporter_.report(is_deny ? Message::syscall_not_in_target : Message::syscall_allow_not_in_target,
                   range, {name});
}

std::vector<RuleChecker::Part> RuleChecker::syscall_parts(const ast::Rule& rule) {
  std::vector<Part> parts;
  if (rule.permissions.all) {
    reporter_.report(Message::all_syscalls, rule.permissions.range, {}, "name those that are meant");
  }
  for (const ast::Name& name : rule.permissions.list) {
    if (!name.text.starts_with('@')) {
      add_syscall(rule, name.text, name.range, true, parts);
      continue;
    }
    const auto set = policy::find_syscall_set(name.text);
    if (!set) {
      reporter_.report(Message::unknown_syscall_set, name.range, {name.text},
                       diag::nearest_hint(name.text, policy::syscall_set_names()));
      continue;
    }
    for (const std::string_view one : *set) {
      add_syscall(rule, std::string(one), name.range, false, parts);
    }
  }
  return parts;
}

// Whether all that the rule is for has labels, if it says "on".
bool RuleChecker::check_objects(const ast::Rule& rule, const std::vector<Part>& parts) {
  if (!rule.objects) return true;
  std::string lacking;
  for (const Part& part : parts) {
    if (part.subject.event->find("label") != nullptr) continue;
    lacking += (lacking.empty() ? "" : ", ") + part.subject.name;
  }
  if (lacking.empty()) return true;
  reporter_.report(Message::on_without_label, rule.objects->range, {lacking},
                   "without \"on\" the rule is for all of it");
  return false;
}

std::optional<policy::Objects> RuleChecker::objects(const ast::Rule& rule) {
  policy::Objects objects;
  if (!rule.objects) return objects;
  if (rule.objects->all) return objects;
  check_repetitions(*rule.objects);
  objects.all = false;
  bool good = true;
  for (const ast::Name& name : rule.objects->list) {
    const Labels* const found = names_.find_labels(name);
    good = good && found != nullptr;
    if (found != nullptr) objects.labels.insert(objects.labels.end(), found->begin(), found->end());
  }
  std::sort(objects.labels.begin(), objects.labels.end());
  objects.labels.erase(std::unique(objects.labels.begin(), objects.labels.end()),
                       objects.labels.end());
  if (!good) return std::nullopt;
  return objects;
}

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

std::optional<policy::ConditionPtr> RuleChecker::condition(const ast::Rule& rule,
                                                           const Part& part) {
  if (!rule.when) return policy::always();
  const std::size_t errors = diagnostics_.errors();
  policy::ConditionPtr when =
      lower(*rule.when, {*part.subject.event, names_, reporter_});
  if (diagnostics_.errors() != errors) return std::nullopt;
  if (when->kind() == policy::Condition::Kind::Never) {
    reporter_.report(Message::condition_never, rule.when->range);
  }
  return when;
}

void RuleChecker::add(const ast::Rule& rule, policy::Domain& ret) {
  if (!check_class(rule.object_class)) return;
  check_repetitions(rule.permissions);
  const std::vector<Part> parts = is_syscall(rule) ? syscall_parts(rule) : object_parts(rule);
  if (!check_objects(rule, parts)) return;
  const auto on = objects(rule);
  const auto what = action(rule.action);
  std::vector<Subject> subjects;
  for (const Part& part : parts) subjects.push_back(part.subject);
  if (rule.when && !check_fields(*rule.when, subjects, reporter_)) return;
  ret.rules.push_back({rule.range, rule.effect});
  for (const Part& part : parts) {
    const auto when = condition(rule, part);
    if (!on || !what || !when) continue;
    policy::Grant grant;
    grant.effect = rule.effect;
    grant.event = part.subject.event;
    grant.needs = part.needs;
    grant.on = *on;
    grant.when = *when;
    grant.action = *what;
    grant.rule = ret.rules.size() - 1;
    ret.grants.push_back(std::move(grant));
  }
}

}  // namespace eventfilter::sema
