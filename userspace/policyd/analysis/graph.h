// SPDX-License-Identifier: BSD-2-Clause
//
// Who may do what with what, as a drawing: a graph in Graphviz's language.
#pragma once

#include <string>

#include "emit/compiled_policy.h"
#include "events/target.h"

namespace eventfilter::analysis {

struct GraphOptions {
  std::string title;
  std::string domain;  // only this one, or "" for all
};

// Domains, labels and roles as nodes. Labels that all domains treat alike share a node, and what a
// domain may do with one is one edge; what it may do with everything stands in its own node.
std::string graph_of(const emit::CompiledPolicy& policy, const events::Target& target,
                     const GraphOptions& options);

}  // namespace eventfilter::analysis
