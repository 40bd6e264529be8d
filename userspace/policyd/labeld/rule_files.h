// SPDX-License-Identifier: BSD-2-Clause
//
// The rule files of the machine: those of vendors, and the administrator's, which override them, add
// to them, or mask them, as systemd has it for units.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"
#include "emit/compile.h"

namespace eventfilter::labeld {

// Reads text files, each once: what was read stays as it was. A file counts only if nobody but root
// and `owner` can have changed it, or put it where it is (EPERM).
class TrustedFiles {
 public:
  explicit TrustedFiles(uid_t owner) : owner_(owner) {}

  base::Result<std::string> read(const std::string& path);

  // Whether a directory, and each above it, is safe: its own, or sticky, when others may write to it.
  base::Result<void> check_directory(const std::string& path) const;

 private:
  base::Result<std::string> read_now(const std::string& path) const;

  uid_t owner_;
  std::map<std::string, std::string> texts_;
};

// The files in the order in which they are read. Of one name in several directories the last
// counts: "web.policy", and its additions "web.policy.d/*.policy". A link to /dev/null, or an
// empty file, masks the name. What is no "*.policy" is left alone; no directory: no files.
base::Result<std::vector<std::string>> list_rule_files(const std::vector<std::string>& directories,
                                                       const TrustedFiles& trusted);

// A policy that consists of all of them.
emit::Source source_of(const std::vector<std::string>& files);

}  // namespace eventfilter::labeld
