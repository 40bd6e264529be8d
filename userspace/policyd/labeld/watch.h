// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <sys/inotify.h>

#include "base/fd.h"
#include "service/loop.h"

namespace eventfilter::labeld {

// Tells when something in the directories of rule files changes, or in folders in these, whether they exist yet or not;
// and when another one takes the place of a directory.
class Watch {
 public:
  Watch(service::Loop& loop, std::vector<std::string> directories, std::function<void()> changed);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  void add_all();
  void add_folder(const std::string& path);
  void add_parent(const std::string& path);
  bool concerns_us(const inotify_event& event);
  void on_event();

  service::Loop& loop_;
  std::vector<std::string> directories_;
  std::function<void()> changed_;
  base::Fd inotify_;
  std::set<int> folders_;                       // watches of which all counts
  std::set<std::pair<int, std::string>> names_;  // watches of which one name does
};

}  // namespace eventfilter::labeld
