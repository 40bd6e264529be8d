// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>

#include "base/result.h"
#include "emit/compiled_policy.h"

namespace eventfilter::cli {

// The domain with this name; for "" the only one. The error says which there are.
base::Result<const emit::CompiledDomain*> choose_domain(const emit::CompiledPolicy& policy,
                                                        const std::string& name);

// The handle with this name.
base::Result<const emit::CompiledDomain*> choose_handle(const emit::CompiledPolicy& policy,
                                                        const std::string& name);

}  // namespace eventfilter::cli
