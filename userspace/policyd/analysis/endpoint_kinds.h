// SPDX-License-Identifier: BSD-2-Clause
//
// Endpoints by the patterns that cover them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emit/compiled_policy.h"

namespace eventfilter::analysis {

struct EndpointKind {
  std::string before;  // labels, "" for none
  std::string after;
  std::string text;  // such an endpoint: "tcp 10.0.0.1 port 443"
};

// The label that a policy gives an endpoint ("tcp", "10.0.0.1" or "fd00::1", 443), or "".
std::string label_of_endpoint(const emit::CompiledPolicy& policy, const std::string& protocol,
                              const std::string& address, unsigned port);

// Endpoints among which each pair of labels occurs that some endpoint has in the two policies. nullopt if there are
// too many kinds of them.
std::optional<std::vector<EndpointKind>> endpoint_kinds(const emit::CompiledPolicy& before,
                                                        const emit::CompiledPolicy& after);

}  // namespace eventfilter::analysis
