// SPDX-License-Identifier: BSD-2-Clause
//
// Records of what was refused, on their way from the kernel to who may read them.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>

#include "base/fd.h"
#include "ipc/client_protocol.h"
#include "service/loop.h"

namespace eventfilter::daemon {

// Records descriptors that are read at one time: the oldest go first, as their tasks are likely to.
inline constexpr std::size_t kMaxRecordsFds = 4096;

class Denials {
 public:
  // Whose task it was; none: of whom nobody but root may hear.
  using Heard = std::function<void(std::optional<uid_t> uid, const ipc::Denied& denied)>;

  Denials(service::Loop& loop, Heard heard) : loop_(loop), heard_(std::move(heard)) {}
  ~Denials();

  void add(std::string domain, base::Fd records);
  // Forgets all descriptors: others come from labeld.
  void clear();

  std::uint64_t count() const { return count_; }
  std::uint64_t lost() const { return lost_; }

 private:
  struct Source {
    std::string domain;
    base::Fd records;
  };

  void read_some(const Source& source);
  void take_line(const Source& source, const std::string& line);

  service::Loop& loop_;
  Heard heard_;
  std::list<Source> sources_;
  std::uint64_t count_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace eventfilter::daemon
