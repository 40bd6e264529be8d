// SPDX-License-Identifier: BSD-2-Clause
//
// Answers that follow from the policy alone.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "ipc/client_protocol.h"
#include "ipc/policy_view.h"

namespace eventfilter::daemon {

// What a record says, and the rules of the domain about it, with their places.
std::variant<ipc::Text, ipc::Refusal> explain(const ipc::PolicyView& policy,
                                              const ipc::Explain& asked);

// The booleans whose change won't act on somebody who is in the domain.
std::vector<std::string> fixed_in(const ipc::PolicyView& policy, const std::string& domain);

}  // namespace eventfilter::daemon
