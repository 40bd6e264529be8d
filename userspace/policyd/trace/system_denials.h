// SPDX-License-Identifier: BSD-2-Clause
//
// What is refused to anybody on the machine, by whichever ruleset: the trace event eventfilter:denied.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "trace/instance.h"

struct tep_event;
struct tep_handle;
struct kbuffer;

namespace eventfilter::trace {

// A record as docs/kernel-abi.md has it; or, without text, how many found no room.
struct Line {
  std::string record;
  std::uint64_t lost = 0;

  bool operator==(const Line&) const = default;
};

// Bytes for records that weren't read yet, for each processor. What comes when they are full is lost.
inline constexpr std::size_t kBufferKib = 1024;

class SystemDenials {
 public:
  // Listens from now on. EACCES: this is for root. EOPNOTSUPP: the kernel has no event filters.
  static base::Result<SystemDenials> open();

  // Waits a second, or until something may have come or `interrupt` can be read. What there is, in the
  // order in which it happened; of what was lost it's known between which two calls.
  base::Result<std::vector<Line>> wait(int interrupt);

  // Those of this kind are freed by functions of their own.
  struct Free {
    void operator()(tep_handle* handle) const;
    void operator()(kbuffer* buffer) const;
  };

 private:
  struct Dated {
    unsigned long long time = 0;
    std::string record;
  };

  explicit SystemDenials(Instance instance) : instance_(std::move(instance)) {}
  base::Result<void> listen();
  base::Result<void> read_all(const base::Fd& processor, std::vector<Dated>& records);
  void take(std::vector<char>& page, std::vector<Dated>& records);
  std::uint64_t count_lost() const;

  Instance instance_;
  std::unique_ptr<tep_handle, Free> events_;
  tep_event* event_ = nullptr;  // of events_
  std::unique_ptr<kbuffer, Free> buffer_;
  std::vector<base::Fd> processors_;
  std::uint64_t lost_ = 0;
};

}  // namespace eventfilter::trace
