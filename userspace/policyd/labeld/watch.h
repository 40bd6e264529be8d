// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "service/loop.h"

namespace eventfilter::labeld {

// Tells when something in the directories of rule files changes, their "NAME.policy.d" and "include"
// included, whether these exist yet or not.
class Watch {
 public:
  Watch(service::Loop& loop, std::vector<std::string> directories, std::function<void()> changed);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  void add_all();
  void on_event();

  service::Loop& loop_;
  std::vector<std::string> directories_;
  std::function<void()> changed_;
  base::Fd inotify_;
};

}  // namespace eventfilter::labeld
