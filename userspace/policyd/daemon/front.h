// SPDX-License-Identifier: BSD-2-Clause
//
// The process that speaks to clients. It holds no capability and no label space.
#pragma once

#include <string>

namespace eventfilter::daemon {

struct FrontOptions {
  std::string run_directory = "/run/policyd";
  std::string user = "policyd";
};

// Until it's told to stop by SIGTERM. The client socket is handed over as "client". Returns the exit
// status; the reason is on standard error.
int run_front(const FrontOptions& options);

}  // namespace eventfilter::daemon
