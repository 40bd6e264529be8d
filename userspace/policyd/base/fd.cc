// SPDX-License-Identifier: BSD-2-Clause
#include "base/fd.h"

#include <unistd.h>

namespace eventfilter::base {

void Fd::reset(int fd) {
  const int old = std::exchange(fd_, fd);
  // A failing close has closed the descriptor on Linux all the same: nothing to repeat.
  if (old >= 0 && old != fd) close(old);
}

}  // namespace eventfilter::base
