// SPDX-License-Identifier: BSD-2-Clause
// A memory cgroup of a test's own.
#pragma once

#include <functional>
#include <string>

#include "support/child.h"

namespace eventfilter::selftest {

// Made for the test, removed with it. While there is one, grace periods are short, so that what was
// freed is given back soon.
class MemoryGroup {
 public:
  MemoryGroup();
  MemoryGroup(const MemoryGroup&) = delete;
  MemoryGroup& operator=(const MemoryGroup&) = delete;
  ~MemoryGroup();

  // Runs as root in a child that belongs to the group
  void run(const std::function<void()>& body) const;
  // The same for a child that may be killed: how it ended
  [[nodiscard]] ChildEnd end_of(const std::function<void()>& body) const;

  [[nodiscard]] long charged() const;
  // A file of the group, such as "memory.max"
  void set(const std::string& name, const std::string& value) const;
  [[nodiscard]] std::string get(const std::string& name) const;

 private:
  void enter() const;

  std::string path_;
};

}  // namespace eventfilter::selftest
