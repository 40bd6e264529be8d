// SPDX-License-Identifier: BSD-2-Clause
//
// The rules for files that a domain's rights on labels come to. Which event asks for which letter is as apparmor.d(5)
// has it; what AppArmor doesn't ask about, no rule asks about.
#pragma once

#include <string>
#include <vector>

#include "apparmor/rights.h"

namespace eventfilter::apparmor {

struct Labelled {
  std::string label;
  Access access;
  bool is_loader = false;
};

// The text of the rules, a line each.
std::string file_rules(const std::vector<Labelled>& labels);

}  // namespace eventfilter::apparmor
