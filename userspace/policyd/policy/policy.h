// SPDX-License-Identifier: BSD-2-Clause
//
// The checked policy: every name resolved, every rule taken apart into what it says about
// one event each. Types only; sema makes it, av reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ast/ast.h"
#include "diag/diagnostics.h"
#include "events/target.h"
#include "policy/condition.h"
#include "policy/permissions.h"

namespace eventfilter::policy {

// What a label's pattern covers.
enum class Cover { Tree, Self, Name, Deep };  // Deep: `component` at any depth beneath `path`

// Index into Policy::labels, which are sorted by name.
using LabelId = std::uint32_t;

// One pattern, taken apart: directory and component for Name, path for the others. The component
// can be several, with "/" between two of them.
struct Assignment {
  LabelId label = 0;
  Cover cover = Cover::Self;
  std::string directory;
  std::string component;
  std::string path;
  diag::Range range;
};

// What has such a name, at any depth, of all that one label's tree covers: told by its name where an
// event has one, for what it carries is the tree's label.
struct DeepName {
  LabelId label = 0;
  LabelId base = 0;       // the tree's label
  std::string glob;       // one component
  std::string directory;  // the tree
  diag::Range range;
};

// What has the label without being beneath a path: the line that the label space takes, without the
// label ("fs \"proc\"", "endpoint tcp 10.0.0.0/8 443").
struct Place {
  LabelId label = 0;
  std::string text;
  diag::Range range;
};

// Labels under one name. Filters test it as a group of the label space where that is shorter.
struct Attribute {
  std::string name;
  std::vector<LabelId> members;  // sorted
};

// What pipes, sockets, memory and the like carry in every label space.
inline constexpr std::string_view kAnonymous = "anonymous";

// A name that the label space has.
struct Label {
  enum class Kind { Object, Domain, Group };
  std::string name;
  diag::Range range;
  Kind kind = Kind::Object;
  bool is_users = false;  // a pattern of it starts with @{HOME}: each user has his own
  bool is_carried = true;  // else nothing but names tell it
};

struct Boolean {
  std::string name;
  bool value = false;  // unless the caller says otherwise
  diag::Range range;
};

// A condition of an `if`: this boolean has this value.
struct Guard {
  std::size_t boolean = 0;  // index into Policy::booleans
  bool wanted = true;

  auto operator<=>(const Guard&) const = default;
};

// A group of the label space: its labels while all guards hold, else none.
struct Group {
  std::string name;
  std::vector<Guard> guards;
  std::vector<LabelId> members;  // sorted
};

// Objects: every one, labelled or not, or those of some labels (sorted).
struct Objects {
  bool all = true;
  std::vector<LabelId> labels;
};

// What happens to a refused event.
struct Action {
  ast::Action::Kind kind = ast::Action::Kind::Default;
  std::string error;
  bool quiet = false;
  diag::Range range;

  bool is_default() const { return kind == ast::Action::Kind::Default && !quiet; }

  // "errno ENOENT quiet"; empty for the default.
  std::string text() const;
};

// What one rule says about one event.
struct Grant {
  ast::Effect effect = ast::Effect::Allow;
  const events::Event* event = nullptr;
  Needs needs = kWhole;
  Objects on;
  ConditionPtr when = always();
  Action action;
  std::size_t rule = 0;  // index into Domain::rules
};

// A rule as its messages show it.
struct RuleSource {
  diag::Range range;
  ast::Effect effect = ast::Effect::Allow;
};

// What one rule says about a class that no kernel event has.
struct UserGrant {
  ast::Effect effect = ast::Effect::Allow;
  std::size_t user_class = 0;     // index into Policy::user_classes
  std::uint32_t permissions = 0;  // a bit each
  Objects on;
  bool audit = false;  // allow: record what passes
  bool quiet = false;  // deny: no record
};

// A class that no kernel event has: its permissions, by their bits.
struct UserClass {
  std::string name;
  std::vector<std::string> permissions;
};

// The labels whose level a domain's dominates, and those whose level dominates its. Sorted.
struct Reach {
  std::vector<LabelId> readable;
  std::vector<LabelId> writable;
};

// What a domain's level leaves it.
struct Clearance {
  Reach objects;
  Reach tasks;
};

struct Domain {
  std::string name;
  diag::Range range;
  bool permissive = false;
  bool is_handle = false;  // the rules of one descriptor
  std::optional<std::size_t> from;          // index into Policy::domains
  std::set<std::size_t> fixed_booleans;     // those that hold for later entries only
  std::vector<UserGrant> user_grants;
  std::set<std::string> open_classes;  // by `default CLASS allow;`
  std::optional<Clearance> clearance;  // of its level; the grants are within it already
  std::vector<RuleSource> rules;
  std::vector<Grant> grants;
};

// A grant without what a level refuses: none, one, or one for each way that the event can go.
std::vector<Grant> within(const Clearance& clearance, const Grant& grant);

// Whether what no rule of the domain allows of a class passes until a rule names it.
bool is_open(const Domain& domain, const ClassInfo& one);

// Executing what has the label in the one domain leads to the other as well.
struct Transition {
  std::size_t from = 0;  // index into Policy::domains
  LabelId on = 0;
  std::size_t to = 0;
  diag::Range range;
};

// Roles, domains: indices into Policy::roles and Policy::domains; what is inherited is in them.
struct Role {
  std::string name;
  diag::Range range;
  std::set<std::size_t> domains;
  std::set<std::size_t> inherits;
  std::vector<ConditionPtr> constraints = {};  // what must hold of whoever takes it on, in session_event()'s fields
};

// "alice", or "%wheel" for a group.
struct User {
  std::string name;
  diag::Range range;
  std::set<std::size_t> roles;
};

// Roles of which nobody has two, or no session.
struct Exclusive {
  std::set<std::size_t> roles;
  bool is_active = false;
  diag::Range range;
};

// What must hold of the compiled policy. `on` and `path` say of which objects.
struct Assertion {
  ast::Assertion::Kind kind = ast::Assertion::Kind::Never;
  std::vector<std::size_t> domains;  // those that it speaks of; for Only: all others
  std::vector<Grant> events;         // event, needs and condition of what is asserted
  Objects on;
  std::optional<std::string> path;
  diag::Range range;
};

struct Policy {
  std::vector<Assertion> assertions;
  std::vector<Role> roles;  // sorted by name
  std::vector<User> users;  // sorted by name
  std::vector<Exclusive> exclusives;
  std::vector<Label> labels;
  std::vector<Assignment> assignments;
  std::vector<Place> places;          // sorted by their texts
  std::vector<DeepName> deep_names;   // by base; what counts more comes later
  std::vector<Attribute> attributes;  // sorted by name
  std::vector<Boolean> booleans;  // sorted by name
  std::vector<Group> groups;      // sorted by name
  std::vector<UserClass> user_classes;
  std::vector<Domain> domains;    // sorted by name; `from` stands before or after
  std::vector<Domain> handles;    // sorted by name
  std::vector<Transition> transitions;
  std::set<LabelId> task_labels;  // of the domains that some rule names as objects
};

}  // namespace eventfilter::policy
