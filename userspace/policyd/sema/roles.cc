// SPDX-License-Identifier: BSD-2-Clause
#include "sema/roles.h"

#include <algorithm>
#include <map>
#include <set>

#include "policy/session_event.h"
#include "sema/conditions.h"

namespace eventfilter::sema {
namespace {

using Indices = std::set<std::size_t>;

// One run of add_roles().
class RoleChecker {
 public:
  RoleChecker(const Names& names, Reporter& reporter, policy::Policy& ret)
      : names_(names), reporter_(reporter), ret_(ret) {}

  void declare(const ast::Role& role);
  void resolve();
  void add(const ast::User& user);
  void add(const ast::Exclusive& one);
  void check_exclusive();
  void add(const ast::Constrain& one, diag::Diagnostics& diagnostics);
  void inherit_constraints();

 private:
  bool is_new(const ast::Name& name, const char* kind, std::map<std::string, Range>& taken);
  std::optional<std::size_t> find(const ast::Name& name);
  void close(std::size_t role);
  Indices find_all(const std::vector<ast::Name>& names);

  const Names& names_;
  Reporter& reporter_;
  policy::Policy& ret_;
  std::map<std::string, const ast::Role*> declared_;  // in the order of Policy::roles
  std::map<std::string, Range> role_names_;
  std::map<std::string, Range> user_names_;
};

bool RoleChecker::is_new(const ast::Name& name, const char* kind,
                         std::map<std::string, Range>& taken) {
  const auto [entry, inserted] = taken.emplace(name.text, name.range);
  if (!inserted) {
    reporter_.report(Message::duplicate_name, name.range, {kind, name.text}, {},
                     {{entry->second, "it is declared here"}});
  }
  return inserted;
}

void RoleChecker::declare(const ast::Role& role) {
  if (declared_.size() == kMaxRoles) {
    reporter_.report(Message::too_many_roles, role.name.range, {std::to_string(kMaxRoles)});
  } else if (is_new(role.name, "role", role_names_)) {
    declared_[role.name.text] = &role;
  }
}

std::optional<std::size_t> RoleChecker::find(const ast::Name& name) {
  const auto found = declared_.find(name.text);
  if (found != declared_.end()) {
    return static_cast<std::size_t>(std::distance(declared_.begin(), found));
  }
  std::vector<std::string> known;
  for (const auto& [candidate, role] : declared_) known.push_back(candidate);
  reporter_.report(Message::unknown_role, name.range, {name.text},
                   diag::nearest_hint(name.text, known));
  return std::nullopt;
}

Indices RoleChecker::find_all(const std::vector<ast::Name>& names) {
  Indices all;
  for (const ast::Name& name : names) {
    const auto found = find(name);
    if (found && !all.insert(*found).second) {
      reporter_.report(Message::name_again, name.range, {name.text});
    }
  }
  return all;
}

// Adds what inherited roles have, and theirs.
void RoleChecker::close(std::size_t role) {
  policy::Role& made = ret_.roles[role];
  std::vector<std::size_t> open(made.inherits.begin(), made.inherits.end());
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    for (const std::size_t next : ret_.roles[at].inherits) {
      if (made.inherits.insert(next).second) open.push_back(next);
    }
  }
}

void RoleChecker::resolve() {
  for (const auto& [name, role] : declared_) {
    policy::Role made{name, role->name.range, {}, find_all(role->inherits), {}};
    for (const ast::Name& domain : role->domains) {
      const auto found = names_.find_domain(domain);
      if (found && !made.domains.insert(*found).second) {
        reporter_.report(Message::name_again, domain.range, {domain.text});
      }
    }
    ret_.roles.push_back(std::move(made));
  }
  for (std::size_t i = 0; i < ret_.roles.size(); ++i) close(i);
  for (std::size_t i = 0; i < ret_.roles.size(); ++i) {
    policy::Role& role = ret_.roles[i];
    if (role.inherits.count(i) != 0) {
      reporter_.report(Message::role_from_itself, role.range, {role.name});
    }
  }
  const std::vector<policy::Role> own = ret_.roles;
  for (policy::Role& role : ret_.roles) {
    for (const std::size_t from : role.inherits) {
      role.domains.insert(own[from].domains.begin(), own[from].domains.end());
    }
  }
}

void RoleChecker::add(const ast::User& user) {
  const ast::Name shown{(user.is_group ? "%" : "") + user.name.text, user.name.range};
  const Indices roles = find_all(user.roles);
  if (is_new(shown, "user", user_names_)) ret_.users.push_back({shown.text, shown.range, roles});
}

void RoleChecker::add(const ast::Exclusive& one) {
  ret_.exclusives.push_back({find_all(one.roles), one.is_active, one.range});
  if (one.roles.size() < 2) reporter_.report(Message::exclusive_alone, one.range);
}

// All roles that come with these.
Indices closure(const Indices& roles, const policy::Policy& policy) {
  Indices all = roles;
  for (const std::size_t role : roles) {
    all.insert(policy.roles[role].inherits.begin(), policy.roles[role].inherits.end());
  }
  return all;
}

void RoleChecker::check_exclusive() {
  for (const policy::Exclusive& one : ret_.exclusives) {
    const auto check = [&](const std::string& who, const Range& range, const Indices& roles) {
      std::string both;
      std::size_t count = 0;
      for (const std::size_t role : closure(roles, ret_)) {
        if (one.roles.count(role) == 0) continue;
        both += (both.empty() ? "" : " and ") + ret_.roles[role].name;
        ++count;
      }
      if (count < 2) return;
      reporter_.report(Message::exclusive_violated, range, {who, both}, {},
                       {{one.range, "they exclude each other here"}});
    };
    // What can't be active together can't be one role either; a user may have both.
    for (std::size_t i = 0; i < ret_.roles.size(); ++i) {
      check(ret_.roles[i].name, ret_.roles[i].range, {i});
    }
    if (one.is_active) continue;
    for (const policy::User& user : ret_.users) check(user.name, user.range, user.roles);
  }
}

void RoleChecker::add(const ast::Constrain& one, diag::Diagnostics& diagnostics) {
  const auto role = find(one.role);
  const events::Event& session = policy::session_event();
  const std::size_t errors = diagnostics.errors();
  if (!check_fields(*one.when, {{&session, "a session"}}, reporter_)) return;
  policy::ConditionPtr when = lower(*one.when, {session, names_, {}, reporter_});
  if (diagnostics.errors() != errors || !role) return;
  if (when->kind() == policy::Condition::Kind::Never) {
    reporter_.report(Message::constrain_never, one.when->range, {one.role.text});
  } else {
    ret_.roles[*role].constraints.push_back(std::move(when));
  }
}

// Who takes on a role takes on those that it inherits.
void RoleChecker::inherit_constraints() {
  const std::vector<policy::Role> own = ret_.roles;
  for (policy::Role& role : ret_.roles) {
    for (const std::size_t from : role.inherits) {
      const auto& more = own[from].constraints;
      role.constraints.insert(role.constraints.end(), more.begin(), more.end());
    }
    std::sort(role.constraints.begin(), role.constraints.end(), policy::Less());
    const auto is_same = [](const auto& a, const auto& b) { return a->text() == b->text(); };
    role.constraints.erase(std::unique(role.constraints.begin(), role.constraints.end(), is_same),
                           role.constraints.end());
  }
}

template <typename Declaration, typename Function>
void for_each(const ast::Policy& policy, Function&& function) {
  for (const ast::File& file : policy.files) {
    for (const ast::Declaration& declaration : file.declarations) {
      if (const auto* const one = std::get_if<Declaration>(&declaration)) function(*one);
    }
  }
}

}  // namespace

void add_roles(const ast::Policy& tree, const Names& names, Reporter& reporter,
               diag::Diagnostics& diagnostics, policy::Policy& ret) {
  RoleChecker checker(names, reporter, ret);
  for_each<ast::Role>(tree, [&](const ast::Role& one) { checker.declare(one); });
  checker.resolve();
  for_each<ast::User>(tree, [&](const ast::User& one) { checker.add(one); });
  for_each<ast::Exclusive>(tree, [&](const ast::Exclusive& one) { checker.add(one); });
  checker.check_exclusive();
  for_each<ast::Constrain>(tree, [&](const ast::Constrain& one) { checker.add(one, diagnostics); });
  checker.inherit_constraints();
  std::sort(ret.users.begin(), ret.users.end(),
            [](const policy::User& a, const policy::User& b) { return a.name < b.name; });
}

}  // namespace eventfilter::sema
