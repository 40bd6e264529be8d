// SPDX-License-Identifier: BSD-2-Clause
#include "service/loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include <sys/epoll.h>

namespace eventfilter::service {
namespace {

constexpr int kBatch = 64;
constexpr std::chrono::milliseconds kIdle{60'000};

}  // namespace

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

base::Result<void> Loop::add(int fd, std::uint32_t events, Handler handler) {
  epoll_event event = {};
  event.events = events;
  // The serial tells an event of this descriptor from one of an earlier with its number
  event.data.u64 = ++serial_ << 32 | static_cast<std::uint32_t>(fd);
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
    return base::system_error(errno, "waiting for a descriptor");
  watched_[fd] = {event.data.u64, std::make_shared<Handler>(std::move(handler))};
  return {};
}

void Loop::change(int fd, std::uint32_t events) {
  epoll_event event = {};
  event.events = events;
  event.data.u64 = watched_.at(fd).serial;
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void Loop::remove(int fd) {
  if (watched_.erase(fd) != 0) epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void Loop::after(const std::string& name, std::chrono::milliseconds delay,
                 std::function<void()> action) {
  timers_[name] = {Clock::now() + delay, std::move(action)};
}

std::chrono::milliseconds Loop::until_next(std::chrono::milliseconds limit) const {
  for (const auto& [name, timer] : timers_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(timer.when - Clock::now());
    limit = std::min(limit, std::max(left, std::chrono::milliseconds(0)));
  }
  return limit;
}

void Loop::run_timers() {
  std::vector<std::function<void()>> due;
  const auto now = Clock::now();
  for (auto at = timers_.begin(); at != timers_.end();) {
    if (at->second.when > now) {
      ++at;
      continue;
    }
    due.push_back(std::move(at->second.action));
    at = timers_.erase(at);
  }
  for (const auto& action : due) action();
}

void Loop::step(std::chrono::milliseconds limit) {
  std::array<epoll_event, kBatch> events;
  const int count = epoll_wait(epoll_.get(), events.data(), kBatch,
                               static_cast<int>(until_next(limit).count()));
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const auto at = watched_.find(static_cast<int>(event.data.u64 & 0xffffffff));
    if (at == watched_.end() || at->second.serial != event.data.u64) continue;
    // Held: the handler may remove itself
    const std::shared_ptr<Handler> handler = at->second.handler;
    (*handler)(event.events);
  }
  run_timers();
}

void Loop::run() {
  while (!stopped_) step(kIdle);
}

}  // namespace eventfilter::service
