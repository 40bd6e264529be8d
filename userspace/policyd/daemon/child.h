// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "base/fd.h"

namespace eventfilter::daemon {

// One of the two processes, as its keeper sees it: this program again, with another option, handed
// descriptors in the way of systemd.
struct Child {
  std::string name;  // the option
  std::map<std::string, base::Fd> sockets;
  pid_t pid = -1;  // -1: it isn't running

  // pid stays -1 if it can't be started.
  void start(const std::vector<std::string>& arguments, const std::string& notify,
             const std::vector<std::pair<std::string, int>>& resting);
};

}  // namespace eventfilter::daemon
