// SPDX-License-Identifier: BSD-2-Clause
//
// What a domain's filters come to, by label and permission. Not for other layers; the entry is
// graph.h.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "emit/compiled_policy.h"
#include "events/target.h"

namespace eventfilter::analysis {

enum class Granted { Always, Sometimes };

// Permissions by class, in the order of the table: {"file", {{"read", Always}}}.
using Permissions = std::vector<std::pair<std::string, std::vector<std::pair<std::string, Granted>>>>;

struct Access {
  Permissions everything;                     // on every object, or without one
  std::map<std::string, Permissions> labels;  // beyond that; "" for objects without a label
  std::vector<std::string> open_classes;      // all permissions, always
  std::vector<std::string> filtered_calls;    // system calls under a condition
  std::size_t refused_calls = 0;
};

Access access_of(const emit::CompiledPolicy& policy, const emit::CompiledDomain& domain,
                 const events::Target& target);

// "read, write", "file *; use read?": "?" stands for a condition.
std::string text_of(const Permissions& permissions);

}  // namespace eventfilter::analysis
