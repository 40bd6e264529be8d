// SPDX-License-Identifier: BSD-2-Clause
#include "support/uring.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "support/require.h"

namespace eventfilter::selftest {

int uring_setup(unsigned entries, io_uring_params* parameters) {
  return static_cast<int>(syscall(SYS_io_uring_setup, entries, parameters));
}

long uring_register(int ring, unsigned operation, const void* argument, unsigned count) {
  return syscall(SYS_io_uring_register, ring, operation, argument, count);
}

long uring_enter(int ring, unsigned to_submit, unsigned to_wait, unsigned flags) {
  return syscall(SYS_io_uring_enter, ring, to_submit, to_wait, flags, nullptr, 0);
}

Ring::Ring(unsigned flags) {
  constexpr unsigned kEntries = 8;
  parameters_.flags = flags;
  fd_ = Fd(require_fd(uring_setup(kEntries, &parameters_), "io_uring_setup"));
  require((parameters_.features & IORING_FEAT_SINGLE_MMAP) != 0,
          "a kernel without IORING_FEAT_SINGLE_MMAP");
  rings_bytes_ = parameters_.cq_off.cqes + parameters_.cq_entries * sizeof(io_uring_cqe);
  entries_bytes_ = parameters_.sq_entries * sizeof(io_uring_sqe);
  const int protection = PROT_READ | PROT_WRITE;
  rings_ = mmap(nullptr, rings_bytes_, protection, MAP_SHARED, fd(), IORING_OFF_SQ_RING);
  entries_ = mmap(nullptr, entries_bytes_, protection, MAP_SHARED, fd(), IORING_OFF_SQES);
  require(rings_ != MAP_FAILED && entries_ != MAP_FAILED, "mmap of a ring");
}

Ring::Ring(Ring&& other) noexcept
    : fd_(std::move(other.fd_)),
      parameters_(other.parameters_),
      rings_(std::exchange(other.rings_, nullptr)),
      entries_(std::exchange(other.entries_, nullptr)),
      rings_bytes_(other.rings_bytes_),
      entries_bytes_(other.entries_bytes_) {}

Ring::~Ring() {
  if (rings_ != nullptr) {
    munmap(rings_, rings_bytes_);
    munmap(entries_, entries_bytes_);
  }
}

std::atomic<unsigned>* Ring::word(unsigned offset) const {
  return reinterpret_cast<std::atomic<unsigned>*>(static_cast<char*>(rings_) + offset);
}

void Ring::put(const io_uring_sqe& request) {
  const unsigned tail = word(parameters_.sq_off.tail)->load();
  const unsigned index = tail & (parameters_.sq_entries - 1);
  static_cast<io_uring_sqe*>(entries_)[index] = request;
  word(parameters_.sq_off.array)[index] = index;
  word(parameters_.sq_off.tail)->store(tail + 1);
}

long Ring::take_answer() {
  const unsigned head = word(parameters_.cq_off.head)->load();
  require(head != word(parameters_.cq_off.tail)->load(), "a ring without an answer");
  const auto* const answers = reinterpret_cast<const io_uring_cqe*>(word(parameters_.cq_off.cqes));
  const int result = answers[head & (parameters_.cq_entries - 1)].res;
  word(parameters_.cq_off.head)->store(head + 1);
  if (result < 0) {
    errno = -result;
    return -1;
  }
  return result;
}

long Ring::do_request(io_uring_sqe request) {
  put(request);
  return uring_enter(fd(), 1, 1, IORING_ENTER_GETEVENTS) < 0 ? -1 : take_answer();
}

long Ring::submit(const std::vector<io_uring_sqe>& requests) {
  for (const io_uring_sqe& request : requests) put(request);
  return uring_enter(fd(), static_cast<unsigned>(requests.size()), 0) < 0 ? -1 : 0;
}

long Ring::wait_for_answer() {
  return uring_enter(fd(), 0, 1, IORING_ENTER_GETEVENTS) < 0 ? -1 : take_answer();
}

io_uring_sqe openat_request(const char* path, int flags, unsigned mode) {
  io_uring_sqe request{};
  request.opcode = IORING_OP_OPENAT;
  request.fd = AT_FDCWD;
  request.addr = reinterpret_cast<uintptr_t>(path);
  request.len = mode;
  request.open_flags = static_cast<unsigned>(flags);
  return request;
}

}  // namespace eventfilter::selftest
