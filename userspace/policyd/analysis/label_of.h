// SPDX-License-Identifier: BSD-2-Clause
//
// Which label a path has by the policy's patterns: what the kernel would find, as far as there are
// no links and mounts on the way.
#pragma once

#include <string>

#include "emit/compiled_policy.h"

namespace eventfilter::analysis {

// The pattern that decides; nullptr if none does.
const emit::LabelAssignment* deciding(const emit::CompiledPolicy& policy, const std::string& path);

// The label that it gives, or "".
std::string label_of(const emit::CompiledPolicy& policy, const std::string& path);

}  // namespace eventfilter::analysis
