// SPDX-License-Identifier: BSD-2-Clause
//
// Which labels one object has in two policies: their patterns as sets of paths, file systems and endpoints.
#pragma once

#include <string>
#include <vector>

#include "emit/compiled_policy.h"

namespace eventfilter::analysis {

// An object with this label ("": none) in the one policy and that one in the other.
struct LabelPair {
  enum class Kind { Any, File, Endpoint, Task };

  std::string before;
  std::string after;
  std::string object;  // such an object, its path or in words; empty if it has none
  Kind kind = Kind::Any;

  bool operator==(const LabelPair&) const = default;
};

struct LabelPairs {
  std::vector<LabelPair> all;  // each pair once for each kind
  bool is_complete = true;     // there can be no others
};

// All pairs that some object can have, by its path or by what it is.
LabelPairs label_pairs(const emit::CompiledPolicy& before, const emit::CompiledPolicy& after);

// What the objects of an event's label field are: "unix_connect", "peer_label". Any: of several kinds.
LabelPair::Kind kind_of_objects(const std::string& event, const std::string& field);

}  // namespace eventfilter::analysis
