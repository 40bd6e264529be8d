// SPDX-License-Identifier: BSD-2-Clause
//
// Staying beside a command that was started.
#pragma once

#include <functional>

namespace eventfilter::cli {

// Starts `command` in a process of its own, which ends with what it returns, hands on to it the signals
// that mean the caller, and waits. The caller ends as it did: by the same signal, or with its status.
int run_beside(const std::function<int()>& command);

}  // namespace eventfilter::cli
