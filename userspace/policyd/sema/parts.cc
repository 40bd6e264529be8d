// SPDX-License-Identifier: BSD-2-Clause
//
// Permissions -> events.
#include <algorithm>
#include <set>

#include "policy/permissions.h"
#include "policy/syscalls.h"
#include "sema/rules.h"

namespace eventfilter::sema {
namespace {

bool is_word_in(const std::string& word, const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string list_hint(const std::vector<std::string>& names) {
  std::string hint;
  for (const std::string& one : names) hint += (hint.empty() ? "there are " : ", ") + one;
  return hint;
}

std::vector<std::string> permissions_of(std::string_view object_class) {
  std::vector<std::string> known;
  for (const policy::Permission& one : policy::permissions()) {
    if (one.object_class == object_class) known.emplace_back(one.name);
  }
  return known;
}

}  // namespace

bool RuleChecker::check_class(const ast::Name& name) {
  const std::vector<std::string> known = names_.class_names();
  if (is_word_in(name.text, known)) return true;
  std::string hint = diag::nearest_hint(name.text, known);
  reporter_.report(Message::unknown_class, name.range, {name.text},
                   hint.empty() ? list_hint(known) : hint);
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

void RuleChecker::unknown_permission(const Wanted& wanted, const ast::Name& name,
                                     const std::vector<std::string>& known) {
  std::vector<std::string> all = known;
  for (std::string& set : names_.set_names(wanted.object_class.text)) all.push_back(std::move(set));
  std::string hint = diag::nearest_hint(name.text, all);
  reporter_.report(Message::unknown_permission, name.range, {wanted.object_class.text, name.text},
                   hint.empty() ? list_hint(all) : hint);
}

void RuleChecker::check_set(const ast::PermissionSet& set) {
  if (!check_class(set.object_class)) return;
  const std::string& object_class = set.object_class.text;
  const auto user_class = names_.find_user_class(object_class);
  const std::vector<std::string> known = all_permissions(object_class);
  if (is_word_in(set.name.text, known)) {
    reporter_.report(Message::set_is_permission, set.name.range, {object_class, set.name.text});
  }
  for (const ast::Name& name : set.permissions.list) {
    if (names_.find_set(object_class, name.text) != nullptr) {
      reporter_.report(Message::set_in_set, name.range, {name.text});
    } else if (user_class && !is_word_in(name.text, known)) {
      unknown_permission({set.object_class, set.permissions}, name, known);
    }
  }
  if (user_class) return;
  ast::Names own{set.permissions.all, {}, set.permissions.range};
  for (const ast::Name& name : set.permissions.list) {
    if (names_.find_set(object_class, name.text) == nullptr) own.list.push_back(name);
  }
  // An optional rule: a kernel may lack some of it.
  parts({set.object_class, own, ast::Effect::Deny, true});
}

// Of a class that lists its permissions.
std::vector<std::string> RuleChecker::all_permissions(const std::string& object_class) const {
  const auto user_class = names_.find_user_class(object_class);
  return user_class ? policy_.user_classes[*user_class].permissions : permissions_of(object_class);
}

bool RuleChecker::is_known(const std::string& object_class, const std::string& permission) const {
  if (object_class != policy::kSyscallClass) {
    return is_word_in(permission, all_permissions(object_class));
  }
  return policy::find_syscall_set(permission) || target_.find_syscall(permission) != nullptr;
}

// The permissions with those that sets stand for, where the rule names the sets.
std::vector<ast::Name> RuleChecker::expanded(const Wanted& wanted) {
  std::vector<ast::Name> all;
  for (const ast::Name& name : wanted.permissions.list) {
    const auto* const set = names_.find_set(wanted.object_class.text, name.text);
    if (set == nullptr) {
      all.push_back(name);
      continue;
    }
    if (set->permissions.all) {
      for (const std::string& one : all_permissions(wanted.object_class.text)) {
        all.push_back({one, name.range});
      }
    }
    for (const ast::Name& one : set->permissions.list) {
      // What is wrong with a set is said where it is declared.
      if (is_known(wanted.object_class.text, one.text)) all.push_back({one.text, name.range});
    }
  }
  return all;
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
void RuleChecker::report_lacking(const Wanted& wanted, const policy::Permission& permission) {
  const bool is_known = events::builtin_target().find(permission.event) != nullptr;
  if (wanted.is_optional || (wanted.permissions.all && !is_known)) return;
  Range range = wanted.permissions.range;
  for (const ast::Name& name : wanted.permissions.list) {
    if (name.text == permission.name) range = name.range;
  }
  reporter_.report(Message::event_not_in_target, range, {permission.event},
                   "\"optional\" before a rule leaves out what a kernel lacks");
}

std::vector<Part> RuleChecker::object_parts(const Wanted& wanted) {
  const std::string& object_class = wanted.object_class.text;
  std::vector<Part> parts;
  const std::vector<ast::Name> names = expanded(wanted);
  std::set<std::string> words;
  for (const ast::Name& name : names) words.insert(name.text);
  for (const policy::Permission& permission : policy::permissions()) {
    if (permission.object_class != object_class) continue;
    if (!wanted.permissions.all && words.count(std::string(permission.name)) == 0) continue;
    const events::Event* const event = target_.find(permission.event);
    if (event == nullptr) {
      report_lacking(wanted, permission);
      continue;
    }
    add_part({{event, object_class + " " + std::string(permission.name)}, permission.needs}, parts);
  }
  const std::vector<std::string> known = permissions_of(object_class);
  for (const ast::Name& name : names) {
    if (!is_word_in(name.text, known)) unknown_permission(wanted, name, known);
  }
  return parts;
}

// `named`: the rule names the syscall itself, not a set with it.
void RuleChecker::add_syscall(const Wanted& wanted, const std::string& name, const Range& range,
                              bool named, std::vector<Part>& parts) {
  const events::Event* const event = target_.find_syscall(name);
  if (event != nullptr) {
    add_part({{event, "syscall " + name}, policy::kWhole}, parts);
    return;
  }
  const bool is_known = events::builtin_target().find_syscall(name) != nullptr;
  // A set is for kernels of all ages.
  if (!named || (wanted.is_optional && is_known)) return;
  if (!is_known) {
    reporter_.report(Message::unknown_syscall, range, {name},
                     diag::nearest_hint(name, target_.syscall_names()));
    return;
  }
  const bool is_deny = wanted.effect == ast::Effect::Deny;
  reporter_.report(is_deny ? Message::syscall_not_in_target : Message::syscall_allow_not_in_target,
                   range, {name});
}

std::vector<Part> RuleChecker::syscall_parts(const Wanted& wanted) {
  std::vector<Part> parts;
  if (wanted.permissions.all) {
    reporter_.report(Message::all_syscalls, wanted.permissions.range, {}, "name those that are meant");
  }
  for (const ast::Name& name : expanded(wanted)) {
    if (!name.text.starts_with('@')) {
      add_syscall(wanted, name.text, name.range, true, parts);
      continue;
    }
    const auto set = policy::find_syscall_set(name.text);
    if (!set) {
      reporter_.report(Message::unknown_syscall_set, name.range, {name.text},
                       diag::nearest_hint(name.text, policy::syscall_set_names()));
      continue;
    }
    for (const std::string_view one : *set) {
      add_syscall(wanted, std::string(one), name.range, false, parts);
    }
  }
  return parts;
}

std::vector<Part> RuleChecker::parts(const Wanted& wanted) {
  check_repetitions(wanted.permissions);
  const bool is_syscall = wanted.object_class.text == policy::kSyscallClass;
  return is_syscall ? syscall_parts(wanted) : object_parts(wanted);
}

bool RuleChecker::check_objects(const Range& range, const std::vector<Part>& parts) {
  std::string lacking;
  for (const Part& part : parts) {
    if (part.subject.event->find("label") != nullptr) continue;
    lacking += (lacking.empty() ? "" : ", ") + part.subject.name;
  }
  if (lacking.empty()) return true;
  reporter_.report(Message::on_without_label, range, {lacking},
                   "without \"on\" the rule is for all of it");
  return false;
}

bool RuleChecker::check_names(const Range& range, const std::vector<Part>& parts,
                              const policy::Objects& on) {
  return on.all || std::all_of(parts.begin(), parts.end(), [&](const Part& part) {
    return names_.check_names(*part.subject.event, "label", part.subject.name, on.labels, range);
  });
}

std::optional<policy::Objects> RuleChecker::objects(const ast::Names& names, const Scope& scope) {
  policy::Objects objects;
  if (names.all) return objects;
  check_repetitions(names);
  objects.all = false;
  bool good = true;
  for (const ast::Name& name : names.list) {
    const Labels* const found = names_.find_labels(name, scope);
    good = good && found != nullptr;
    if (found != nullptr) objects.labels.insert(objects.labels.end(), found->begin(), found->end());
  }
  std::sort(objects.labels.begin(), objects.labels.end());
  objects.labels.erase(std::unique(objects.labels.begin(), objects.labels.end()),
                       objects.labels.end());
  if (!good) return std::nullopt;
  return objects;
}

}  // namespace eventfilter::sema
