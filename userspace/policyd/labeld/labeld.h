// SPDX-License-Identifier: BSD-2-Clause
//
// The process that holds the label space: sockets around an Engine. docs/protocol.md,
// docs/threat-model.md.
#pragma once

#include <string>
#include <vector>

namespace eventfilter::labeld {

struct Options {
  std::vector<std::string> rule_directories = {"/usr/share/policyd", "/etc/policyd"};
  std::string user = "policyd-labels";
  std::string front_user = "policyd";  // who may follow
  unsigned owner = 0;                  // of rule files, besides root
};

// Until it's told to stop by SIGTERM. The sockets are handed over as "admin" and "labeld", what rests
// with the starter under the names of state.h. Returns the exit status; the reason is on standard error.
int run(const Options& options);

}  // namespace eventfilter::labeld
