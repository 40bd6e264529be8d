// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <vector>

#include "ipc/client_protocol.h"

namespace eventfilter::labeld {

// The processes with layers of a label space, of each what confines its first thread; only those
// with a layer that is none of `current` if `stale`.
ipc::Processes list_processes(int space, const std::vector<int>& current, bool stale);

}  // namespace eventfilter::labeld
