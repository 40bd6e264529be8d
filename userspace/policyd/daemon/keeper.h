// SPDX-License-Identifier: BSD-2-Clause
//
// policyd without a service manager: opens the sockets, starts both processes, starts them again when
// they end, and keeps for labeld what must outlive it. It listens to nobody else.
#pragma once

#include <string>
#include <vector>

namespace eventfilter::daemon {

struct KeeperOptions {
  std::string run_directory = "/run/policyd";
  std::string front_user = "policyd";
  std::string labeld_user = "policyd-labels";
  std::vector<std::string> arguments;  // that both processes get
};

// Descriptors that rest here at one time; what comes beyond them isn't kept.
inline constexpr std::size_t kMaxResting = 65'536;

// Until SIGTERM. Returns the exit status; the reason is on standard error.
int run_keeper(const KeeperOptions& options);

}  // namespace eventfilter::daemon
