// SPDX-License-Identifier: BSD-2-Clause
// Trace events, in an instance of tracefs of one's own.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace eventfilter::selftest {

class TraceInstance {
 public:
  TraceInstance();
  TraceInstance(const TraceInstance&) = delete;
  TraceInstance& operator=(const TraceInstance&) = delete;
  ~TraceInstance();

  // Relative to the instance: "events/syscalls/sys_enter_mmap/filter"
  void write(const std::string& file, const std::string& content) const;
  // 0, or -1 with errno
  [[nodiscard]] long try_write(const std::string& file, const std::string& content) const;
  [[nodiscard]] std::string read(const std::string& file) const;
  // Everything recorded so far is forgotten
  void clear() const;

 private:
  std::string root_;
};

// A record of eventfilter:denied: its fields by name. Strings are without their quotes, escaped as
// the kernel wrote them.
using Denied = std::map<std::string, std::string>;

// Listens while it lives
class DeniedTrace {
 public:
  DeniedTrace();

  // Those of this process, oldest first
  [[nodiscard]] std::vector<Denied> of(int pid) const;
  // As they were printed
  [[nodiscard]] std::vector<std::string> lines_of(int pid) const;

 private:
  TraceInstance instance_;
};

// "event=file_open comm=\"a b\" label=none" as a map
Denied parse_denied(const std::string& fields);

}  // namespace eventfilter::selftest
