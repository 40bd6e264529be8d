// SPDX-License-Identifier: BSD-2-Clause
//
// The levels of a domain and of an object, for who asks why no rule helps.
#pragma once

#include <set>
#include <string>

#include "emit/compile.h"

namespace eventfilter::explain {

// "key_t has the level high(red), and d_t the level low", as the rule file says it; "" where it declares no levels.
std::string levels_of(const emit::Source& source, const emit::Options& options, const std::string& domain,
                      const std::set<std::string>& labels);

}  // namespace eventfilter::explain
