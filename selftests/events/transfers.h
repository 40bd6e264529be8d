// SPDX-License-Identifier: BSD-2-Clause
// The ways by which a descriptor gives or takes content.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace eventfilter::selftest {

struct Transfer {
  std::string name;
  std::function<long(int fd)> call;  // one byte; returns like a system call
};

// There must be a file "other" beside the one that is read
std::vector<Transfer> ways_to_read();
std::vector<Transfer> ways_to_write();

// One byte at the beginning, wherever the descriptor stands
long read_byte(int fd);
long write_byte(int fd);
// The entries of a directory
long list(int fd);

}  // namespace eventfilter::selftest
