// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/processes.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include <eventfilter.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "ipc/wire.h"

namespace eventfilter::labeld {
namespace {

std::vector<pid_t> all_processes() {
  std::vector<pid_t> pids;
  std::error_code error;
  for (std::filesystem::directory_iterator at("/proc", error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename();
    char* rest = nullptr;
    const long pid = std::strtol(name.c_str(), &rest, 10);
    if (*rest == '\0' && pid > 0) pids.push_back(static_cast<pid_t>(pid));
  }
  return pids;
}

// Bytes of the label of one task that are shown.
constexpr std::size_t kMaxLabels = 4096;

// False: gone, or not confined by this space.
bool ask(int space, pid_t pid, const std::vector<int>& current, ipc::Confined& ret) {
  const base::Fd process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!process) return false;
  std::array<char, kMaxLabels> names;
  eventfilter_task task = {};
  const int answer =
      eventfilter_task_get(space, process.get(), -1, &task, names.data(), names.size());
  if ((answer < 0 && answer != -ERANGE) || task.layers == 0) return false;
  const std::size_t length = answer < 0 ? 0 : std::min<std::size_t>(task.names_length, names.size());
  ret = {static_cast<std::uint32_t>(pid), std::string(names.data(), length), task.layers, 0};
  for (const int ruleset : current) {
    eventfilter_task one = {};
    const int found = eventfilter_task_get(space, process.get(), ruleset, &one, nullptr, 0);
    if (found >= 0 || found == -ERANGE) ret.current += one.ruleset_layers;
  }
  return true;
}

}  // namespace

ipc::Processes list_processes(int space, const std::vector<int>& current, bool stale) {
  ipc::Processes made;
  for (const pid_t pid : all_processes()) {
    ipc::Confined one;
    if (!ask(space, pid, current, one) || (stale && one.current >= one.layers)) continue;
    if (made.processes.size() == ipc::kMaxItems) {
      made.complete = false;
      break;
    }
    made.processes.push_back(std::move(one));
  }
  return made;
}

}  // namespace eventfilter::labeld
