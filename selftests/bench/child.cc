// SPDX-License-Identifier: BSD-2-Clause
#include "bench/child.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <vector>

#include "support/require.h"

namespace eventfilter::selftest {

double value_of_child(const std::function<double()>& measure) {
  void* memory =
      mmap(nullptr, sizeof(double), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  require(memory != MAP_FAILED, "mmap");
  auto* const result = static_cast<double*>(memory);
  const pid_t pid = fork();
  require_call(pid, "fork");
  if (pid == 0) {
    try {
      *result = measure();
      _exit(0);
    } catch (const std::exception& failure) {
      std::fprintf(stderr, "%s\n", failure.what());
      _exit(1);
    }
  }
  int status = 0;
  require_call(waitpid(pid, &status, 0), "waitpid");
  require(status == 0, "a measurement failed");
  const double value = *result;
  munmap(memory, sizeof(double));
  return value;
}

double median_of_children(int times, const std::function<double()>& measure) {
  std::vector<double> values;
  for (int i = 0; i < times; ++i) {
    values.push_back(value_of_child(measure));
  }
  std::nth_element(values.begin(), values.begin() + times / 2, values.end());
  return values[times / 2];
}

}  // namespace eventfilter::selftest
