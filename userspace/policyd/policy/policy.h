// SPDX-License-Identifier: BSD-2-Clause
//
// The checked policy: every name resolved, every rule taken apart into what it says about
// one event each. Types only; sema makes it, av reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ast/ast.h"
#include "diag/diagnostics.h"
#include "events/target.h"
#include "policy/condition.h"
#include "policy/permissions.h"

namespace eventfilter::policy {

// What a label's pattern covers.
enum class Cover { Tree, Self, Name };

// Index into Policy::labels, which are sorted by name.
using LabelId = std::uint32_t;

// One pattern, taken apart: directory and component for Name, path for the others.
struct Assignment {
  LabelId label = 0;
  Cover cover = Cover::Self;
  std::string directory;
  std::string component;
  std::string path;
  diag::Range range;
};

struct Label {
  std::string name;
  diag::Range range;
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

struct Domain {
  std::string name;
  diag::Range range;
  bool permissive = false;
  std::set<std::string> open_classes;  // by `default CLASS allow;`
  std::vector<RuleSource> rules;
  std::vector<Grant> grants;
};

struct Policy {
  std::vector<Label> labels;
  std::vector<Assignment> assignments;
  std::vector<Domain> domains;
};

}  // namespace eventfilter::policy
