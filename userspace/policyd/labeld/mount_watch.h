// SPDX-License-Identifier: BSD-2-Clause
//
// When file systems are mounted and unmounted.
#pragma once

#include <chrono>
#include <functional>

#include "base/fd.h"
#include "service/loop.h"

namespace eventfilter::labeld {

// The delay until a change of the mount table is acted on, and which part of the time acting on them may take:
// users can mount file systems of their own (fusermount), as often as they like.
inline constexpr std::chrono::milliseconds kMountSettle{50};
inline constexpr int kMountShare = 10;

class MountWatch {
 public:
  // Calls `changed` soon after each change, once for several that come together. Acting on them takes at
  // most a tenth of the time.
  MountWatch(service::Loop& loop, std::function<void()> changed);
  ~MountWatch();
  MountWatch(const MountWatch&) = delete;
  MountWatch& operator=(const MountWatch&) = delete;

 private:
  void on_event();
  void act();

  service::Loop& loop_;
  std::function<void()> changed_;
  base::Fd mounts_;
  bool waits_ = false;
  service::Loop::Clock::time_point not_before_{};
};

}  // namespace eventfilter::labeld
