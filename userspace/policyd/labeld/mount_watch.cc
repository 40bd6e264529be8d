// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/mount_watch.h"

#include <algorithm>
#include <utility>

#include <fcntl.h>
#include <sys/epoll.h>

namespace eventfilter::labeld {

MountWatch::MountWatch(service::Loop& loop, std::function<void()> changed)
    : loop_(loop),
      changed_(std::move(changed)),
      mounts_(open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)) {
  if (!mounts_) return;
  // Asking whether there is news takes the news: nothing is to be read
  if (!loop_.add(mounts_.get(), EPOLLPRI, [this](std::uint32_t) { on_event(); })) mounts_.reset();
}

MountWatch::~MountWatch() {
  if (mounts_) loop_.remove(mounts_.get());
}

void MountWatch::on_event() {
  if (std::exchange(waits_, true)) return;
  const auto rest = std::chrono::ceil<std::chrono::milliseconds>(not_before_ - service::Loop::Clock::now());
  loop_.after("mounts", std::max(kMountSettle, rest), [this] { act(); });
}

void MountWatch::act() {
  waits_ = false;
  const auto begin = service::Loop::Clock::now();
  changed_();
  const auto end = service::Loop::Clock::now();
  not_before_ = end + (kMountShare - 1) * (end - begin);
}

}  // namespace eventfilter::labeld
