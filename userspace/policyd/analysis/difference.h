// SPDX-License-Identifier: BSD-2-Clause
//
// What two policies let through differently: labels as sets of paths, conditions by the solver. What
// is claimed is shown by an event, which the kernel's core judges by both.
#pragma once

#include <string>
#include <vector>

#include "analysis/solve.h"
#include "emit/compiled_policy.h"
#include "events/target.h"

namespace eventfilter::analysis {

// An event that one of the two lets pass.
struct Difference {
  std::string subject;  // "domain d", "role r", "handle h"
  std::string event;
  bool passes_after = false;  // else before
  std::string object;         // one with these labels, its path or in words, or ""
  Witness witness;
  std::vector<diag::Note> lines;  // of the policy that lets it pass
};

struct Comparison {
  std::vector<Difference> differences;  // at most one for each subject, event and direction
  std::vector<std::string> only_before;  // "domain d"
  std::vector<std::string> only_after;
  std::vector<std::string> undecided;    // "domain d, file_open", or in words
  std::vector<std::string> others;       // what differs besides events, in words

  bool is_wider() const;
  bool is_narrower() const;
};

// Both with the values that their booleans have. `milliseconds` for each question to the solver.
Comparison compare(const emit::CompiledPolicy& before, const emit::CompiledPolicy& after,
                   const events::Target& target, unsigned milliseconds = kSolverMilliseconds);

}  // namespace eventfilter::analysis
