// SPDX-License-Identifier: BSD-2-Clause
#include "support/calls.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "support/require.h"

namespace eventfilter::selftest {
namespace {

constexpr long kX32Bit = 0x40000000;
constexpr size_t kPage = 4096;

long with_errno(long returned) {
  if (returned < 0 && returned > -4096) {
    errno = static_cast<int>(-returned);
    return -1;
  }
  return returned;
}

}  // namespace

long try_open(const std::string& path, int flags, unsigned mode) {
  const int fd = open(path.c_str(), flags | O_CLOEXEC, mode);
  if (fd < 0) {
    return -1;
  }
  close(fd);
  return 0;
}

Handle handle_of(const std::string& path) {
  Handle handle;
  auto* raw = reinterpret_cast<file_handle*>(handle.bytes.data());
  raw->handle_bytes = 128;
  require_call(name_to_handle_at(AT_FDCWD, path.c_str(), raw, &handle.mount_id, 0),
               "name_to_handle_at of " + path);
  return handle;
}

int open_handle(int mount_fd, const Handle& handle, int flags) {
  Handle copy = handle;
  return open_by_handle_at(mount_fd, reinterpret_cast<file_handle*>(copy.bytes.data()), flags);
}

long raw_syscall(long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                 uint64_t f) {
  long returned = 0;
  register uint64_t r10 asm("r10") = d;
  register uint64_t r8 asm("r8") = e;
  register uint64_t r9 asm("r9") = f;
  asm volatile("syscall"
               : "=a"(returned)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return with_errno(returned);
}

long ia32_syscall(long number, uint32_t a, uint32_t b, uint32_t c) {
  int returned = 0;
  asm volatile("int $0x80"
               : "=a"(returned)
               : "a"(static_cast<int>(number)), "b"(a), "c"(b), "d"(c)
               : "r8", "r9", "r10", "r11", "memory");
  return with_errno(returned);
}

long x32_syscall(long number, uint64_t a, uint64_t b, uint64_t c) {
  return raw_syscall(number | kX32Bit, a, b, c);
}

LowMemory::LowMemory() {
  void* const page = mmap(nullptr, kPage, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  require(page != MAP_FAILED, "a page below four gigabytes");
  page_ = static_cast<uint32_t*>(page);
}

LowMemory::~LowMemory() { munmap(page_, kPage); }

uint32_t LowMemory::address() const {
  return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(page_));
}

uint32_t LowMemory::put(const std::string& text) const {
  require(text.size() < kPage, "a string that fits into a page");
  std::memcpy(page_, text.c_str(), text.size() + 1);
  return address();
}

}  // namespace eventfilter::selftest
