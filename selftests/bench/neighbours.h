// SPDX-License-Identifier: BSD-2-Clause
// Another user, who labels the very directories that are measured: what others do with filters must
// not slow who has nothing to do with them.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace eventfilter::selftest {

class Neighbours {
 public:
  // So many label spaces of uid 1000, each of which labels all of these places and confines a
  // process of its own; they are there until this is destroyed
  Neighbours(const std::vector<std::string>& places, int spaces);
  Neighbours(const Neighbours&) = delete;
  Neighbours& operator=(const Neighbours&) = delete;
  ~Neighbours();

 private:
  pid_t group_;
};

}  // namespace eventfilter::selftest
