// SPDX-License-Identifier: BSD-2-Clause
#include "support/victim.h"

#include <unistd.h>

#include <csignal>

#include "support/require.h"

namespace eventfilter::selftest {

Victim::Victim(const std::function<void()>& prepare, Subject subject)
    : child_(subject, [this, prepare] {
        try {
          prepare();
        } catch (...) {
          channel_.child().send(1);
          throw;
        }
        channel_.child().send(0);
        for (;;) {
          pause();
        }
      }) {
  require(channel_.parent().receive() == 0, "a victim that is ready");
}

std::string Victim::proc(const std::string& name) const {
  return "/proc/" + std::to_string(pid()) + "/" + name;
}

void Victim::end() {
  require_call(kill(pid(), SIGKILL), "killing a victim");
  (void)child_.wait();
}

}  // namespace eventfilter::selftest
