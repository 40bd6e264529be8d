// SPDX-License-Identifier: BSD-2-Clause
//
// A label never crosses a mount, yet "/usr/**" is meant to cover what is mounted beneath /usr:
// the mount table, and which of its mounts a label on their root would serve.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace eventfilter::apply {

// A line of /proc/self/mountinfo.
struct Mount {
  std::uint64_t id = 0;
  std::string device;  // "8:1": equal for mounts of one file system
  std::string root;    // the directory of the file system that is mounted; "/" for all of it
  std::string point;   // where
  std::string type;    // "ext4"

  bool operator==(const Mount&) const = default;
};

// Parses the text of /proc/self/mountinfo; lines of another form are left out.
std::vector<Mount> parse_mountinfo(std::string_view text);

// The mounts of this process.
base::Result<std::vector<Mount>> read_mounts();

// Another mount that shows a directory above this one's root, or nullptr. A bind mount doesn't
// change labels: what is in it has its label from where else it is.
const Mount* shown_elsewhere(const Mount& mount, const std::vector<Mount>& all);

}  // namespace eventfilter::apply
