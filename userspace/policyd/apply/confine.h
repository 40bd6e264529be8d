// SPDX-License-Identifier: BSD-2-Clause
//
// From a compiled policy to a label space and a ruleset in the kernel: what `policyctl run` does
// before it executes a command, without privilege and without a daemon.
#pragma once

#include <variant>
#include <vector>

#include "apply/failure.h"
#include "base/fd.h"
#include "base/result.h"
#include "emit/compiled_policy.h"

namespace eventfilter::apply {

// A domain in the kernel, ready to be entered. Who holds `labels` can relabel.
struct Confinement {
  base::Fd labels;
  std::vector<base::Fd> rulesets;  // of the domain and those that it is from, the outermost first
  std::vector<Remark> remarks;

  // The domain has transitions: as long as programs are to be started in it somebody has to hold
  // `labels`, or their execve fails.
  bool needs_holder = false;
};

// Builds the label space with its transitions, and the rulesets of one domain. A failure leaves
// nothing behind.
std::variant<Confinement, Failure> prepare(const emit::CompiledPolicy& policy,
                                           const emit::CompiledDomain& domain);

// One of the policy's handles as a ruleset of that label space, to be attached.
std::variant<base::Fd, Failure> prepare_handle(const emit::CompiledPolicy& policy,
                                               const emit::CompiledDomain& handle,
                                               const Confinement& confinement);

// From the next successful execve on, this thread is in the domain, for good. If this fails,
// nothing may be executed.
base::Result<void> confine_next_exec(const Confinement& confinement);

}  // namespace eventfilter::apply
