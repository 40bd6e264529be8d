// SPDX-License-Identifier: BSD-2-Clause
//
// What the front end knows of the policy in force: labeld hands it over in a sealed memfd.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "ipc/client_protocol.h"

namespace eventfilter::ipc {

struct ViewRule {
  std::string event;
  bool allow = true;
  bool all = true;
  std::vector<std::string> labels;
  std::string when;
  std::string where;  // "web.policy:7:3-40"
  std::string source;  // the rule as it's written there
  static void fields(auto& self, auto& visit) {
    visit(self.event);
    visit(self.allow);
    visit(self.all);
    visit(self.labels);
    visit(self.when);
    visit(self.where);
    visit(self.source);
  }
  bool operator==(const ViewRule&) const = default;
};

struct ViewVector {
  std::string user_class;
  std::string label;
  Vector vector;
  static void fields(auto& self, auto& visit) {
    visit(self.user_class);
    visit(self.label);
    visit(self.vector);
  }
  bool operator==(const ViewVector&) const = default;
};

struct ViewDomain {
  std::string name;
  std::string from;
  std::vector<std::string> fixed;
  std::vector<ViewVector> vectors;
  std::vector<ViewRule> rules;
  std::string where;
  static void fields(auto& self, auto& visit) {
    visit(self.name);
    visit(self.from);
    visit(self.fixed);
    visit(self.vectors);
    visit(self.rules);
    visit(self.where);
  }
  bool operator==(const ViewDomain&) const = default;
};

// A class with its permissions, a role with its domains, a user with the roles that it has.
struct ViewList {
  std::string name;
  std::vector<std::string> items;
  static void fields(auto& self, auto& visit) {
    visit(self.name);
    visit(self.items);
  }
  bool operator==(const ViewList&) const = default;
};

// What the ruleset of a handle is called where a domain's name is: in records and messages. No domain's begins so.
inline constexpr std::string_view kHandlePrefix = "handle ";

struct PolicyView {
  std::vector<ViewDomain> domains;
  std::vector<Setting> booleans;
  std::vector<ViewList> classes;
  std::vector<ViewList> roles;
  std::vector<ViewList> users;
  std::vector<ViewList> constraints;  // roles, with what must hold for whoever takes them on
  std::vector<std::string> labels;
  std::vector<ViewDomain> handles;  // without vectors
  static void fields(auto& self, auto& visit) {
    visit(self.domains);
    visit(self.booleans);
    visit(self.classes);
    visit(self.roles);
    visit(self.users);
    visit(self.constraints);
    visit(self.labels);
    visit(self.handles);
  }
  bool operator==(const PolicyView&) const = default;

  const ViewDomain* find_domain(std::string_view name) const;
  const ViewDomain* find_handle(std::string_view name) const;
  const ViewList* find_class(std::string_view name) const;
  const ViewList* find_role(std::string_view name) const;
};

// Into a memfd that nobody can change any more.
base::Result<base::Fd> seal(const PolicyView& view);

// Out of one. EINVAL: it isn't sealed, or isn't a view.
base::Result<PolicyView> unseal(const base::Fd& memory);

}  // namespace eventfilter::ipc
