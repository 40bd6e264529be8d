// SPDX-License-Identifier: BSD-2-Clause
// Just enough io_uring, without liburing, so that a test says each call it makes.
#pragma once

#include <linux/io_uring.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "support/fd.h"

namespace eventfilter::selftest {

// io_uring_setup(2): a descriptor or -1
int uring_setup(unsigned entries, io_uring_params* parameters);
long uring_register(int ring, unsigned operation, const void* argument, unsigned count);
long uring_enter(int ring, unsigned to_submit, unsigned to_wait, unsigned flags = 0);

// A ring whose queues are mapped. The constructor ends the test when the ring can't be made.
class Ring {
 public:
  explicit Ring(unsigned flags = 0);
  Ring(Ring&& other) noexcept;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  Ring& operator=(Ring&&) = delete;
  ~Ring();

  [[nodiscard]] int fd() const { return fd_.get(); }
  // Submits one request and waits for its result: what the system call would return, so a
  // negative errno; turned into -1 and errno
  long do_request(io_uring_sqe request);
  // The two halves of it, for several requests, and those that have many answers, or none yet: 0, or
  // -1 and errno
  long submit(const std::vector<io_uring_sqe>& requests);
  long wait_for_answer();

 private:
  [[nodiscard]] std::atomic<unsigned>* word(unsigned offset) const;
  void put(const io_uring_sqe& request);
  long take_answer();

  Fd fd_;
  io_uring_params parameters_{};
  void* rings_ = nullptr;
  void* entries_ = nullptr;
  size_t rings_bytes_ = 0;
  size_t entries_bytes_ = 0;
};

// openat by a ring; -1 and errno, or a descriptor
io_uring_sqe openat_request(const char* path, int flags, unsigned mode = 0);

}  // namespace eventfilter::selftest
