// SPDX-License-Identifier: BSD-2-Clause
//
// The compiler's output: what is handed to the kernel, and nothing of how it came about.
// Built once, then const. The same policy gives the same bytes.
#pragma once

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
// A literal `component` has its glob characters escaped with "\" where it has any.
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

// A domain as the kernel takes it.
struct CompiledDomain {
  std::string name;
  std::string ruleset;  // canonical ruleset text, whole lines; never empty
  bool permissive = false;
  diag::Place where;  // its name in the rule file

  bool operator==(const CompiledDomain&) const = default;
};

// A whole policy. Labels and domains are sorted by name, assignments by path and pattern.
struct CompiledPolicy {
  std::vector<std::string> labels;
  std::vector<LabelAssignment> assignments;
  std::vector<CompiledDomain> domains;

  // The domain with this name, or nullptr.
  const CompiledDomain* find_domain(std::string_view name) const;
};

// What `policyctl compile` prints: the ruleset of the only domain, or every domain's after
// a line "# domain NAME" ("# permissive domain NAME").
std::string print_rulesets(const CompiledPolicy& policy);

// What `policyctl compile --labels` prints: one assignment a line, "tmp_t  /tmp/**".
std::string print_labels(const CompiledPolicy& policy);

}  // namespace eventfilter::emit
