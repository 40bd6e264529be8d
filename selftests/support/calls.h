// SPDX-License-Identifier: BSD-2-Clause
// System calls as the tests need them: opened descriptors are closed again, registers hold exactly
// what is asked for, other call tables can be used.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace eventfilter::selftest {

// Opens and closes: 0, or -1 with errno
long try_open(const std::string& path, int flags, unsigned mode = 0);

// A file handle, as name_to_handle_at(2) gives it
struct Handle {
  alignas(8) std::array<unsigned char, 8 + 128> bytes{};
  int mount_id = 0;
};
Handle handle_of(const std::string& path);
// open_by_handle_at(2): a descriptor or -1
int open_handle(int mount_fd, const Handle& handle, int flags);

// syscall(2) takes longs too, but promises nothing about upper halves: these registers are exact
long raw_syscall(long number, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0, uint64_t d = 0,
                 uint64_t e = 0, uint64_t f = 0);
// The same through int 0x80: the 32-bit table. Arguments are cut to 32 bits.
long ia32_syscall(long number, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0);
// The same with the x32 bit
long x32_syscall(long number, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0);
// All three return -1 and set errno

inline constexpr long kIa32Getpid = 20;

// A page that 32-bit pointers reach
class LowMemory {
 public:
  LowMemory();
  LowMemory(const LowMemory&) = delete;
  LowMemory& operator=(const LowMemory&) = delete;
  ~LowMemory();

  [[nodiscard]] uint32_t* words() const { return page_; }
  [[nodiscard]] uint32_t address() const;
  // A string that fits, with its end: its address
  [[nodiscard]] uint32_t put(const std::string& text) const;

 private:
  uint32_t* page_;
};

// The second byte order of a value: the lower half as given, the upper half full of garbage
inline uint64_t dirty(uint32_t value) { return 0xdeadbeef00000000ULL | value; }

}  // namespace eventfilter::selftest
