// SPDX-License-Identifier: BSD-2-Clause
//
// What was assigned so far, by object and by path: two patterns that reach one object with two
// labels (through a link, or a bind mount) are found here, because only the file system knows.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "base/fd.h"
#include "diag/diagnostics.h"

namespace eventfilter::apply {

// A label, and the pattern that assigned it. An empty label is a barrier.
struct Decision {
  std::string label;
  diag::Place where;
};

class Assigned {
 public:
  enum class Verdict {
    New,       // to be handed to the kernel
    Known,     // the same was assigned already
    Conflict,  // another label was: see conflicting()
  };

  // The object's own assignment: for it and what is beneath it (`tree`), or for it alone.
  Verdict own(const base::Fd& object, const struct stat& status, bool tree,
              const Decision& decision);

  // That of names in a directory.
  Verdict name(const base::Fd& directory, const struct stat& status, const std::string& pattern,
               const Decision& decision);

  // Puts a barrier in the place of what a name has; false if there is one already.
  bool close_name(const base::Fd& directory, const struct stat& status,
                  const std::string& pattern, const diag::Place& where);

  // Takes back what the kernel didn't take.
  void drop_own(const base::Fd& object, const struct stat& status);
  void drop_name(const base::Fd& directory, const struct stat& status, const std::string& pattern);

  const Decision& conflicting() const { return conflicting_; }

  bool has_own(const struct stat& status) const;

  // The label that a directory at `path` would have if labels crossed mounts; none if nothing
  // covers it.
  std::optional<std::string> decide(const std::string& path) const;

 private:
  using Inode = std::pair<dev_t, ino_t>;
  struct Own {
    Decision decision;
    bool tree;
  };
  struct Name {
    std::string pattern;
    std::string label;
  };

  const std::string* decide_by_name(std::string_view directory, std::string_view rest) const;
  const std::string* decide_by_names(std::string_view node) const;

  std::map<Inode, Own> own_;
  std::map<std::tuple<dev_t, ino_t, std::string>, Decision> names_;
  std::map<std::string, std::pair<std::string, bool>, std::less<>> own_by_path_;
  std::map<std::string, std::vector<Name>, std::less<>> names_by_directory_;
  Decision conflicting_;
};

// The path of an open object, as /proc tells it.
std::string path_of(int object);

}  // namespace eventfilter::apply
