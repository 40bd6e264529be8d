// SPDX-License-Identifier: BSD-2-Clause
//
// From a compiled policy to a label space and a ruleset in the kernel: what `policyctl run` does
// before it executes a command, without privilege and without a daemon.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "apply/label_objects.h"
#include "base/fd.h"
#include "base/result.h"
#include "emit/compiled_policy.h"

namespace eventfilter::apply {

// A domain in the kernel, ready to be entered. Who holds `labels` can relabel.
struct Confinement {
  base::Fd labels;
  std::vector<base::Fd> rulesets;  // of the domain and those that it is from, the outermost first
  std::vector<Remark> remarks;
};

// The kernel refused a text that the compiler made: our mistake, or a kernel that lacks what the
// policy was compiled for. Bytes [begin, end) of the text are what it doesn't like.
struct RefusedText {
  std::string text;
  std::string sentence;
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Why there is no confinement.
struct Failure {
  base::Error error;
  std::vector<Problem> problems;  // patterns that can't be applied as they are meant
  std::optional<RefusedText> refused;
};

// Builds the label space and the rulesets of one domain. A failure leaves nothing behind.
std::variant<Confinement, Failure> prepare(const emit::CompiledPolicy& policy,
                                           const emit::CompiledDomain& domain);

// From the next successful execve on, this thread is in the domain, for good. If this fails,
// nothing may be executed.
base::Result<void> confine_next_exec(const Confinement& confinement);

}  // namespace eventfilter::apply
