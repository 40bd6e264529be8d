// SPDX-License-Identifier: BSD-2-Clause
//
// The compiler's output: what is handed to the kernel, and nothing of how it came about.
// Built once, then const. The same policy gives the same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "diag/diagnostics.h"

namespace eventfilter::emit {

// What a pattern covers.
enum class Cover {
  Tree,  // "/x/**": `path` and everything beneath it
  Self,  // "/x": `path` alone
  Name,  // "/x/*.log": what has a name like `component` in `directory`, and what is beneath it
};

// One pattern of a label declaration.
//
// `path` is absolute and literal, without "//", "." and ".."; for Name it is empty.
// `directory` and `component` are its two halves ("/var/log" and "wtmp"), so that an object
// which doesn't exist yet can be labelled by name; `component` is empty for "/" alone.
// `component` can be several of them, "*/.ssh", for Name. A literal one has its glob characters in
// brackets ("[*]") where it has any.
//
// How it is applied: Tree is EVF_LABEL_FILE on `path`. Self is EVF_LABEL_SELF if `path` is a
// directory, else EVF_LABEL_NAME with both halves: that survives a replacement by rename.
// What doesn't exist is EVF_LABEL_NAME with both halves. Name is EVF_LABEL_NAME.
struct LabelAssignment {
  std::string label;
  Cover cover = Cover::Self;
  std::string path;
  std::string directory;
  std::string component;
  diag::Place where;  // the pattern in the rule file

  bool operator==(const LabelAssignment&) const = default;
};

// What has a label without a path, as a line of the label space without the label: "fs \"proc\"",
// "endpoint tcp 10.0.0.0/8 443".
struct CompiledPlace {
  std::string label;
  std::string text;
  diag::Place where;  // the pattern in the rule file

  bool operator==(const CompiledPlace&) const = default;
};

// What has such a name at any depth of a tree: `pattern` is its label, the tree as `directory`, and the name as
// `component`. Nothing is to be applied: what is there carries `base`, and filters ask for the name.
struct CompiledName {
  LabelAssignment pattern;
  std::string base;

  bool operator==(const CompiledName&) const = default;
};

// What the policy's own classes allow on objects with a label ("": on all others): a bit for each
// permission, in the order of the class.
struct CompiledVector {
  std::string user_class;
  std::string label;
  std::uint32_t allowed = 0;
  std::uint32_t audited = 0;  // of those: recorded although they pass
  std::uint32_t quiet = 0;    // of the others: refused without a record

  bool operator==(const CompiledVector&) const = default;
};

// A rule of the file, or what one says about one event. Conditions are as the kernel writes them;
// empty: always.
struct CompiledRule {
  std::string event;
  bool is_allow = true;
  std::string asks;                 // the event asks for this part of it
  std::string asks_only;            // and for nothing else
  bool all = true;                  // of every object, labelled or not
  std::vector<std::string> labels;  // else of those with one of these labels
  std::string when;
  std::string action;
  diag::Range range;

  bool operator==(const CompiledRule&) const = default;
};

// A domain, or the rules of one descriptor, as the kernel takes it.
struct CompiledDomain {
  std::string name;
  std::string ruleset;  // canonical ruleset text, whole lines
  bool permissive = false;
  diag::Place where;  // its name in the rule file
  std::string from;   // the domain whose layers are beneath this one; or empty
  std::string stacked;  // of a transition's target that is from others: all its layers in one ruleset
  bool is_labelled = false;                 // its tasks carry its name as their label
  std::vector<std::string> fixed_booleans;  // a change of these holds for later entries only
  std::vector<CompiledVector> user;
  std::vector<CompiledRule> rules;

  bool operator==(const CompiledDomain&) const = default;
};

struct CompiledBoolean {
  std::string name;
  bool value = false;

  bool operator==(const CompiledBoolean&) const = default;
};

// A group of the label space: what booleans switch, or an attribute that filters test (no guards). It
// has its members while every guard's boolean has its value.
struct CompiledGroup {
  std::string name;
  std::vector<CompiledBoolean> guards;
  std::vector<std::string> members;

  bool operator==(const CompiledGroup&) const = default;
};

struct CompiledClass {
  std::string name;
  std::vector<std::string> permissions;

  bool operator==(const CompiledClass&) const = default;
};

// Executing what has the label, in the one domain, adds the other one's layers.
struct CompiledTransition {
  std::string from;
  std::string on;
  std::string to;

  auto operator<=>(const CompiledTransition&) const = default;
};

// What must hold, for each of the domains.
struct CompiledAssertion {
  enum class Kind { Never, Only, Allowed, Denied };
  Kind kind = Kind::Never;
  std::vector<std::string> domains;
  std::vector<CompiledRule> events;  // what is asserted: event, part, condition
  bool all = true;
  std::vector<std::string> labels;
  std::string path;  // or empty
  diag::Range range;

  bool operator==(const CompiledAssertion&) const = default;
};

// What a login with the role is confined by, besides the domains that it enters.
struct CompiledRole {
  std::string name;
  std::vector<std::string> domains;   // that it may enter, inherited ones included
  std::vector<std::string> inherits;  // all roles that it includes
  std::string session;                // canonical ruleset text: the union of the domains
  std::vector<std::string> constraints = {};  // filters on policy::session_event(): all must hold at its start

  bool operator==(const CompiledRole&) const = default;
};

// "alice", or "%wheel" for a group.
struct CompiledUser {
  std::string name;
  std::vector<std::string> roles;

  bool operator==(const CompiledUser&) const = default;
};

// A whole policy. Everything is sorted by name, assignments by path and pattern.
struct CompiledPolicy {
  std::vector<std::string> labels;
  std::vector<LabelAssignment> assignments;
  std::vector<CompiledPlace> places;
  std::vector<CompiledName> names;  // by base; what counts more comes later
  std::vector<CompiledDomain> domains;
  std::vector<CompiledDomain> handles;
  std::vector<CompiledBoolean> booleans;
  std::vector<CompiledGroup> groups;
  std::vector<CompiledClass> user_classes;
  std::vector<CompiledTransition> transitions;
  std::vector<CompiledAssertion> assertions;
  std::vector<CompiledRole> roles;
  std::vector<CompiledUser> users;
  std::vector<std::vector<std::string>> exclusive_active;  // of each, one in a session

  // The domain with this name, or nullptr.
  const CompiledDomain* find_domain(std::string_view name) const;

  // A domain with those that it is from, the outermost first: the order in which they are enforced.
  std::vector<const CompiledDomain*> layers_of(const CompiledDomain& domain) const;

  // The members that a group has while booleans have these values.
  std::vector<std::string> members_of(const CompiledGroup& group) const;
};

// What `policyctl compile` prints: the ruleset of the only domain, or every domain's after
// a line "# domain NAME" ("# permissive domain NAME").
std::string print_rulesets(const CompiledPolicy& policy);

// The pattern of an assignment, as a rule file has it.
std::string pattern_of(const LabelAssignment& one);

// What `policyctl compile --labels` prints: one assignment a line, "tmp_t  /tmp/**".
std::string print_labels(const CompiledPolicy& policy);

}  // namespace eventfilter::emit
