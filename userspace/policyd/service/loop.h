// SPDX-License-Identifier: BSD-2-Clause
//
// One thread that waits for many descriptors.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace eventfilter::service {

class Loop {
 public:
  using Clock = std::chrono::steady_clock;
  using Handler = std::function<void(std::uint32_t events)>;  // EPOLLIN, EPOLLHUP...

  Loop();

  // Calls `handler` while `fd` has what is waited for. The descriptor stays the caller's, who
  // removes it before closing it.
  base::Result<void> add(int fd, std::uint32_t events, Handler handler);
  void change(int fd, std::uint32_t events);
  void remove(int fd);

  // Calls `action` once, that much later; a second timer of the same name replaces the first.
  void after(const std::string& name, std::chrono::milliseconds delay, std::function<void()> action);

  // Waits once, at most this long, and handles what is there.
  void step(std::chrono::milliseconds limit);

  // Until stop().
  void run();
  void stop() { stopped_ = true; }

 private:
  struct Watched {
    std::uint64_t serial;
    std::shared_ptr<Handler> handler;
  };
  struct Timer {
    Clock::time_point when;
    std::function<void()> action;
  };

  void run_timers();
  std::chrono::milliseconds until_next(std::chrono::milliseconds limit) const;

  base::Fd epoll_;
  std::map<int, Watched> watched_;
  std::map<std::string, Timer> timers_;
  std::uint64_t serial_ = 0;
  bool stopped_ = false;
};

}  // namespace eventfilter::service
