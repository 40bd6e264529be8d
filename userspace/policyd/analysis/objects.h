// SPDX-License-Identifier: BSD-2-Clause
//
// Which labels one object has in two policies: their patterns as sets of paths.
#pragma once

#include <string>
#include <vector>

#include "emit/compiled_policy.h"

namespace eventfilter::analysis {

// An object with this label ("": none) in the one policy and that one in the other.
struct LabelPair {
  std::string before;
  std::string after;
  std::string path;  // of such an object; empty if it has none

  bool operator==(const LabelPair&) const = default;
};

struct LabelPairs {
  std::vector<LabelPair> all;  // each pair once
  bool is_complete = true;     // there can be no others
};

// All pairs that some object can have, by its path or by what it is.
LabelPairs label_pairs(const emit::CompiledPolicy& before, const emit::CompiledPolicy& after);

}  // namespace eventfilter::analysis
