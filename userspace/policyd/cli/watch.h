// SPDX-License-Identifier: BSD-2-Clause
//
// Runs a command under a layer that refuses nothing, and collects what it does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "events/target.h"
#include "learn/observation.h"

namespace eventfilter::cli {

struct Watched {
  std::vector<learn::Observation> observations;
  std::uint64_t lost = 0;           // records that found no room
  int status = 0;                   // of the command, as waitpid(2) gives it
  std::vector<std::string> unseen;  // mounts whose objects can't be told apart, and so aren't in it
};

// Waits until the command and everything that it started have ended. SIGTERM and SIGINT are handed
// on to it; when it has ended, and daemons that it started haven't, they end the wait. They stay
// blocked. EOPNOTSUPP: a kernel without event filters. ENOENT and others of execve(2): the command
// can't be executed. When this fails, nothing of the command has run.
base::Result<Watched> watch(const std::vector<std::string>& command, const events::Target& target);

}  // namespace eventfilter::cli
