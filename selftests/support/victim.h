// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "support/channel.h"
#include "support/child.h"

namespace eventfilter::selftest {

// Another process, for things to be done to: it has set itself up and waits until it's killed, at the
// latest when this goes. Subject::kRoot: as whoever makes it.
class Victim {
 public:
  explicit Victim(const std::function<void()>& prepare, Subject subject = Subject::kUser);

  [[nodiscard]] pid_t pid() const { return child_.pid(); }
  // "/proc/PID/" and this
  [[nodiscard]] std::string proc(const std::string& name = "") const;
  // Killed, and waited for
  void end();

 private:
  Channel channel_;
  Child child_;
};

}  // namespace eventfilter::selftest
