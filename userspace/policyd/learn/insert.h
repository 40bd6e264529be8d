// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>

#include "base/result.h"
#include "diag/diagnostics.h"

namespace eventfilter::learn {

// Whole lines: declarations before a domain and its comment, rules at the end of it.
struct Additions {
  std::string declarations;
  std::string rules;
};

// `text` with them. `domain`: where the domain's name is in it. EINVAL if there is no domain.
base::Result<std::string> inserted(const std::string& text, const diag::Place& domain,
                                   const Additions& additions);

}  // namespace eventfilter::learn
