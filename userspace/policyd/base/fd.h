// SPDX-License-Identifier: BSD-2-Clause
//
// Every descriptor has one owner, which closes it.
#pragma once

#include <utility>

namespace eventfilter::base {

// Owns a file descriptor, or none (-1).
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

  // Gives the descriptor up: the caller closes it from now on.
  int release() { return std::exchange(fd_, -1); }

  // Closes what it owns and takes another.
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

}  // namespace eventfilter::base
