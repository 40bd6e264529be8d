// SPDX-License-Identifier: BSD-2-Clause
//
// The compiler with all that it promises: a policy whose assertions don't hold isn't one. The entry
// of this layer.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "emit/compile.h"

namespace eventfilter::analysis {

// Booleans whose settings assertions are decided for: all of them together.
inline constexpr std::size_t kMaxBooleans = 8;

// The names of the booleans that change anything.
std::vector<std::string> switches_of(const emit::CompiledPolicy& policy);

// Calls `function` with the policy as it is for each setting of the booleans that change anything.
// False: there are more than kMaxBooleans.
bool for_each_setting(const emit::Source& main, const emit::Options& options,
                      const emit::CompiledPolicy& policy,
                      const std::function<void(const emit::CompiledPolicy&)>& function);

// One assertion of a policy, and what came of it.
struct Decided {
  diag::Range range;
  bool is_expectation = false;                // an `expect`
  std::optional<diag::Diagnostic> violation;  // or what wasn't decided
};

// A policy and what came of its assertions, in their order. Without a policy `diagnostics` has errors.
struct Tested {
  std::optional<emit::CompiledPolicy> policy;
  std::vector<Decided> assertions;
};
Tested test(const emit::Source& main, const emit::Options& options, diag::Diagnostics& diagnostics);

// As emit::compile(), and the assertions are decided: for every setting of the booleans, on what
// the kernel is given, the layers beneath a domain included. What isn't decided counts as violated.
std::optional<emit::CompiledPolicy> compile(const emit::Source& main, const emit::Options& options,
                                            diag::Diagnostics& diagnostics);

}  // namespace eventfilter::analysis
