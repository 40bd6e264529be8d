// SPDX-License-Identifier: BSD-2-Clause
// What SELinux's classes and permissions are here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/condition.h"
#include "policy/permissions.h"

namespace eventfilter::cil {

// A part of an event under a condition: what a permission of SELinux grants here.
struct Part {
  std::string event;
  policy::Needs needs = policy::kWhole;
  policy::ConditionPtr when;
  bool is_of_label = true;  // the event has a label
};

enum class Fit {
  Exact,        // there is a Part
  NoOp,         // nothing here asks for it
  Unsupported,  // something here would, and can't be told in its terms
};

struct Meaning {
  Fit fit = Fit::Unsupported;
  std::size_t part = 0;  // index into parts(), when Exact
};

// All parts that some permission is.
const std::vector<Part>& parts();

Meaning meaning_of(std::string_view object_class, std::string_view permission);

}  // namespace eventfilter::cil
