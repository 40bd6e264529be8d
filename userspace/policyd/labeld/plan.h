// SPDX-License-Identifier: BSD-2-Clause
//
// Which assignments a policy makes on this machine.
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

// Stages an assignment in a label space.
base::Result<void> stage(int space, const Key& key, const Assignment& assignment);
base::Result<void> stage(int space, int object, Kind kind, const std::string& pattern,
                         const std::string& names);

// The object's key; EBADF. Whoever serves its file system isn't asked, and so can't keep us waiting.
base::Result<Key> key_of(int object, const std::string& pattern);

// Stages each assignment, and keeps no descriptor: while somebody has one, its file system can't be unmounted.
class StagingSink : public apply::LabelSink {
 public:
  explicit StagingSink(int space) : space_(space) {}

  base::Result<void> tree(int object, const std::string& names) override;
  base::Result<void> self(int object, const std::string& names) override;
  base::Result<void> name(int directory, const std::string& pattern,
                          const std::string& names) override;

  // What was staged: the names of each.
  const std::map<Key, std::string>& staged() const { return staged_; }

 protected:
  virtual base::Result<void> put(int object, Kind kind, const std::string& pattern,
                                 const std::string& names);

  int space_;
  std::map<Key, std::string> staged_;
};

// Stages it in a label space that nobody is confined by, and keeps it.
class TryingSink : public StagingSink {
 public:
  using StagingSink::StagingSink;

  Plan take() { return std::move(plan_); }

 private:
  base::Result<void> put(int object, Kind kind, const std::string& pattern,
                         const std::string& names) override;

  Plan plan_;
};

}  // namespace eventfilter::labeld
