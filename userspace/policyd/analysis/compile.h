// SPDX-License-Identifier: BSD-2-Clause
//
// The compiler with all that it promises: a policy whose assertions don't hold isn't one. The entry
// of this layer.
#pragma once

#include <optional>

#include "emit/compile.h"

namespace eventfilter::analysis {

// Booleans whose settings assertions are decided for: all of them together.
inline constexpr std::size_t kMaxBooleans = 8;

// As emit::compile(), and the assertions are decided: for every setting of the booleans, on what
// the kernel is given, the layers beneath a domain included. What isn't decided counts as violated.
std::optional<emit::CompiledPolicy> compile(const emit::Source& main, const emit::Options& options,
                                            diag::Diagnostics& diagnostics);

}  // namespace eventfilter::analysis
