// SPDX-License-Identifier: BSD-2-Clause
//
// Which assignments a policy makes on this machine, found out and tried before anything is changed.
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "apply/label_objects.h"
#include "apply/label_sink.h"
#include "base/fd.h"
#include "base/result.h"
#include "service/server.h"

namespace eventfilter::labeld {

using service::SharedFd;

enum class Kind : std::uint8_t { Tree, Self, Name };

// Where an assignment is. An object has one of its own, and one for each pattern.
struct Key {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::string pattern;  // empty: the object's own

  auto operator<=>(const Key&) const = default;
};

struct Assignment {
  SharedFd object;
  Kind kind = Kind::Tree;
  std::string names;  // "": a barrier
};

using Plan = std::map<Key, Assignment>;

// Stages an assignment in a label space, or takes one back (names don't matter then; that there is
// none is no error).
base::Result<void> stage(int space, const Key& key, const Assignment& assignment);
base::Result<void> unstage(int space, const Key& key, const Assignment& assignment);

// The object's key; EBADF.
base::Result<Key> key_of(int object, const std::string& pattern);

// Tries each assignment on a label space that nobody is confined by, and writes it down.
class PlanSink : public apply::LabelSink {
 public:
  explicit PlanSink(int trial_space) : space_(trial_space) {}

  base::Result<void> tree(int object, const std::string& names) override;
  base::Result<void> self(int object, const std::string& names) override;
  base::Result<void> name(int directory, const std::string& pattern,
                          const std::string& names) override;

  Plan take() { return std::move(plan_); }

 private:
  base::Result<void> put(int object, Kind kind, const std::string& pattern, const std::string& names);

  int space_;
  Plan plan_;
};

}  // namespace eventfilter::labeld
