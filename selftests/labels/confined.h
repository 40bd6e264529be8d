// SPDX-License-Identifier: BSD-2-Clause
// Who is confined while others change what decides about it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "support/channel.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {

// How often something is asked, so that it's surely remembered
inline constexpr int kTimes = 5;

// A confined process that lives on while labels change: does one of its deeds when it's told to
class Confined {
 public:
  using Deeds = std::vector<std::function<long()>>;

  // By this text
  Confined(const LabelSpace& space, const Deeds& deeds, const std::string& text)
      : child_(Subject::kRoot, [this, &space, deeds, text] {
          enforce(space, text);
          channel_.child().send(0);
          for (int which = 0; (which = channel_.child().receive()) != kEnough;) {
            channel_.child().send(error_of(deeds[static_cast<size_t>(which)]()));
          }
        }) {
    // Only then have its labels their ruleset
    require(channel_.parent().receive() == 0, "a confined child");
  }
  // Whatever of these events is not labelled a_t is refused with EXDEV
  Confined(const LabelSpace& space, const std::string& events, const Deeds& deeds)
      : Confined(space, deeds, events + ": label & a_t else errno EXDEV\n") {}
  Confined(const Confined&) = delete;
  Confined& operator=(const Confined&) = delete;
  ~Confined() {
    channel_.parent().send(kEnough);
    child_.wait();
  }

  // The errno of one time more
  [[nodiscard]] int once(int which = 0) const {
    channel_.parent().send(which);
    return channel_.parent().receive();
  }
  // The same many times, with one result; -1 if there were several
  [[nodiscard]] int often(int which = 0) const {
    const int first = once(which);
    for (int i = 1; i < kTimes; ++i) {
      if (once(which) != first) return -1;
    }
    return first;
  }

 private:
  static constexpr int kEnough = -1;

  Channel channel_;
  Child child_;
};

}  // namespace eventfilter::selftest
