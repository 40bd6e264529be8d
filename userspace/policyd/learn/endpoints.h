// SPDX-License-Identifier: BSD-2-Clause
//
// Which label an IP endpoint has by a policy, as docs/labels.md has it: the longest prefix wins,
// then the protocol that is named, then the smaller range of ports.
#pragma once

#include <cstdint>
#include <string>

#include "emit/compiled_policy.h"

namespace eventfilter::learn {

// `endpoint`: "10.1.2.3:443" or "[fd00::1]:443", as records write it; `protocol`: IPPROTO_*. "" if
// none has one, or if it can't be read.
std::string label_of_endpoint(const emit::CompiledPolicy& policy, const std::string& endpoint,
                              std::int64_t protocol);

}  // namespace eventfilter::learn
