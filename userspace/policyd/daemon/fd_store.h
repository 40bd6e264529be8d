// SPDX-License-Identifier: BSD-2-Clause
//
// Where descriptors rest while their process isn't there: the receiving end of sd_notify(3)'s FDSTORE.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "base/fd.h"
#include "base/result.h"
#include "service/loop.h"

namespace eventfilter::daemon {

class FdStore {
 public:
  // Listens at `path`, to `owner` alone, and keeps at most `limit` descriptors.
  base::Result<void> open(service::Loop& loop, const std::string& path, uid_t owner, std::size_t limit);

  // Takes all that was sent so far.
  void drain();

  const std::string& path() const { return path_; }
  std::vector<std::pair<std::string, int>> all() const;

 private:
  bool take_one();
  void obey(const std::string& text, std::vector<base::Fd> descriptors);

  std::string path_;
  std::size_t limit_ = 0;
  base::Fd socket_;
  std::multimap<std::string, base::Fd> resting_;
};

}  // namespace eventfilter::daemon
