// SPDX-License-Identifier: BSD-2-Clause
//
// Splits the paths that profiles speak of so that each has one label. A domain gets a right on a label only if one
// of its rules has it for every path that the label may be on; a deny rule takes it if it's about any of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "apparmor/cell.h"
#include "apparmor/profile.h"
#include "apparmor/rights.h"
#include "apparmor/scope.h"

namespace eventfilter::apparmor {

// Patterns with globs that the kernel takes in one directory; and bytes of all of them.
inline constexpr std::size_t kMaxGlobs = 64;
inline constexpr std::size_t kMaxGlobBytes = 16000;
inline constexpr std::size_t kMaxCells = 2500;

// One file rule, ready to be compared with cells.
struct Ready {
  const FileRule* rule = nullptr;
  std::size_t domain = 0;
  std::vector<Pattern> patterns;
  std::vector<Scope> scopes;  // of all of them
  Rights rights;              // what it gives or takes
  std::string target;         // domain entered by executing
  std::string narrowed;       // why it can't be exact whatever the paths are; else empty
  std::string unsupported;    // why it's left out; else empty
};

struct Part {
  Cell cell;
  std::vector<Access> access;  // by domain
};

// How much of a rule the division has.
struct Kept {
  enum class How { Exact, Narrowed, Unsupported };
  How how = How::Exact;
  std::string reason;
};

struct Division {
  std::vector<Part> parts;
  std::vector<Kept> kept;  // by rule, in their order
};

// `loaders` are paths that get a part of their own, `domains` how many there are.
Division divide(const std::vector<Ready>& rules, std::size_t domains, const std::vector<std::string>& loaders);

}  // namespace eventfilter::apparmor
