// SPDX-License-Identifier: BSD-2-Clause
//
// From a path in a rule file to the object it names, without being led astray.
//
// A label opens or closes an object, so whoever can plant a symbolic link could move it. Links
// are followed only while every directory so far belongs to root and nobody else may write to it
// ("/lib", "/var/run"). Beneath the first other directory (a home, /tmp) a link is an error: the
// confined program itself may have put it there the last time it ran.
#pragma once

#include <string>

#include <sys/stat.h>

#include "base/fd.h"
#include "base/result.h"

namespace eventfilter::apply {

// What a link beneath a directory that others than root can change is, and a mount there.
enum class Untrusted {
  Error,    // a link ends the walk with ELOOP; mounts are entered
  Missing,  // neither is followed: as if nothing had that name, and `blocked` says what has
};

// Where a path led. Descriptors are O_PATH.
struct Walked {
  base::Fd object;          // none if it doesn't exist
  struct stat status = {};  // of the object
  base::Fd parent;          // the directory in which `name` is or would be; none for "/"
  std::string name;
  bool parent_is_roots = false;  // only root can replace `name`

  // How many components don't exist: 0, or 1 when only `name` is missing, or more: then `name`
  // is the first of them, and `parent` the nearest directory that exists.
  unsigned missing = 0;

  // For Untrusted::Missing: why the walk stopped at something that exists; else empty.
  std::string blocked;

  // Where the last component itself is when it is a link that was followed.
  base::Fd link_parent;
  std::string link_name;
};

// Walks an absolute path. ELOOP: a link that isn't followed, or too many; ENOTDIR: something on
// the way is no directory; EACCES: the caller may not search a directory.
base::Result<Walked> walk(const std::string& path, Untrusted untrusted = Untrusted::Error);

// Whether only root can create, remove and rename in a directory.
bool is_roots_alone(const struct stat& directory);

}  // namespace eventfilter::apply
