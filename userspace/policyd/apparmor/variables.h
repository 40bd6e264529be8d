// SPDX-License-Identifier: BSD-2-Clause
//
// "@{HOME}" in a path.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace eventfilter::apparmor {

using Variables = std::map<std::string, std::vector<std::string>>;

// Replaces variables by "{value,value}". In /proc, @{pid} and @{tid} become [1-9]*: nothing else there
// begins with a digit, and seven patterns for the numbers of each length don't find room. EINVAL: one isn't known,
// or is made of itself.
base::Result<std::string> replace_variables(const std::string& text, const Variables& variables);

}  // namespace eventfilter::apparmor
