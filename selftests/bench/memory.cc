// SPDX-License-Identifier: BSD-2-Clause
#include "bench/memory.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <sstream>
#include <string>
#include <vector>

#include "bench/child.h"
#include "support/program.h"
#include "support/require.h"

namespace eventfilter::selftest {
namespace {

// The first ones take what was free in the slabs
constexpr int kBefore = 200;
constexpr int kProcesses = 400;

// What the kernel allocated for itself, in bytes
double kernel_memory() {
  std::istringstream lines(read_file("/proc/meminfo"));
  double kibibytes = 0;
  std::string name;
  std::string unit;
  for (double value = 0; lines >> name >> value && std::getline(lines, unit);) {
    if (name == "Slab:" || name == "VmallocUsed:" || name == "Percpu:") kibibytes += value;
  }
  return kibibytes * 1024;
}

// Confines itself, says so through the pipe, and stays until it's killed
[[noreturn]] void stay_confined(const std::function<void()>& confine, int ready) {
  try {
    confine();
    if (write(ready, "x", 1) == 1) {
      for (;;) pause();
    }
  } catch (const std::exception&) {
  }
  _exit(1);
}

pid_t start_one(const std::function<void()>& confine) {
  std::array<int, 2> ready{};
  require_call(pipe(ready.data()), "pipe");
  const pid_t pid = fork();
  require_call(pid, "fork");
  if (pid == 0) stay_confined(confine, ready[1]);
  close(ready[1]);
  char byte = 0;
  require(read(ready[0], &byte, 1) == 1, "a process that is to be confined");
  close(ready[0]);
  return pid;
}

double growth(const std::function<void()>& confine) {
  std::vector<pid_t> all;
  double before = 0;
  for (int i = 0; i < kBefore + kProcesses; ++i) {
    if (i == kBefore) before = kernel_memory();
    all.push_back(start_one(confine));
  }
  const double after = kernel_memory();
  for (const pid_t pid : all) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
  return (after - before) / kProcesses;
}

}  // namespace

double memory_per_process(const std::function<void()>& confine) {
  const double alone = value_of_child([] { return growth([] {}); });
  return value_of_child([&] { return growth(confine); }) - alone;
}

}  // namespace eventfilter::selftest
