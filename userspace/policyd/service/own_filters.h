// SPDX-License-Identifier: BSD-2-Clause
//
// The event filters that the daemon's processes put on themselves: a label space of their own, whose
// last descriptor is closed before this returns, so that nobody can change what they may reach.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace eventfilter::service {

// What carries `label`: the directory or file at `path` with all beneath it, or, with a `name`, what
// has that name in the directory `path`, now or later.
struct OwnLabel {
  std::string label;
  std::string path;
  std::string name = {};
};

struct OwnFilters {
  std::vector<OwnLabel> labels;  // what doesn't exist stays closed
  std::string lines;             // further lines for the label space: "fs proc proc_t"
  std::string ruleset;
};

// Confines this process, for good. It has a single thread.
base::Result<void> confine_self(const OwnFilters& filters);

// Those of the front end: it reads the list of users, and connects to labeld's socket.
OwnFilters front_filters(const std::string& run_directory, const std::string& notify_socket);

// Those of labeld: it reads rule files, the list of users, and what /proc tells of processes.
OwnFilters labeld_filters(const std::vector<std::string>& rule_directories,
                          const std::string& notify_socket);

}  // namespace eventfilter::service
