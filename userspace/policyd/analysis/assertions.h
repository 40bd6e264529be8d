// SPDX-License-Identifier: BSD-2-Clause
//
// Whether what a policy asserts holds. Not for other layers; the entry is compile.h.
#pragma once

#include "analysis/solve.h"
#include "emit/compiled_policy.h"
#include "events/target.h"

namespace eventfilter::analysis {

// Whether it holds; what is wrong is reported.
bool decide(const emit::CompiledPolicy& policy, const emit::CompiledAssertion& assertion,
            const events::Target& target, diag::Diagnostics& diagnostics,
            unsigned milliseconds = kSolverMilliseconds);

// When an event passes all layers of a domain.
Filter passes(const emit::CompiledPolicy& policy, const emit::CompiledDomain& domain,
              const events::Event& event);

// The labels of a policy with what each carries, the unlabelled object first.
std::vector<Candidate> candidates(const emit::CompiledPolicy& policy);

// The lines that have to do with it: rules of a domain and those that it is from, for the event, and
// objects with this label; of the one effect.
std::vector<diag::Note> rules_about(const emit::CompiledPolicy& policy,
                                    const emit::CompiledDomain& domain, const std::string& event,
                                    const std::string& label, bool is_allow);

}  // namespace eventfilter::analysis
