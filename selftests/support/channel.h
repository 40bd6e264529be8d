// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "support/fd.h"

namespace eventfilter::selftest {

// Numbers, and descriptors, between a test and its child, in step: each receive waits for a send.
// Make it before the child, then each side uses its own end.
class Channel {
 public:
  class End {
   public:
    explicit End(int fd) : fd_(fd) {}
    void send(int value) const;
    [[nodiscard]] int receive() const;
    void send_fd(int fd) const;
    [[nodiscard]] Fd receive_fd() const;
    [[nodiscard]] int fd() const { return fd_.get(); }

   private:
    Fd fd_;
  };

  Channel();
  [[nodiscard]] const End& parent() const { return parent_; }
  [[nodiscard]] const End& child() const { return child_; }

 private:
  End parent_;
  End child_;
};

}  // namespace eventfilter::selftest
