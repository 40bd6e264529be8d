// SPDX-License-Identifier: BSD-2-Clause
//
// The cells that a set of rules needs: those of its patterns, what they have in common, and what is beneath.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "apparmor/cell.h"
#include "apparmor/division.h"

namespace eventfilter::apparmor {

// How deep patterns may go in a directory; in others `usual`.
struct Depths {
  std::size_t usual = kMaxDepth;
  std::map<std::string, std::size_t> of;

  std::size_t in(const std::string& directory) const;
};

struct CellSet {
  std::vector<Cell> all;  // sorted
  std::set<std::size_t> cut;  // rules that go deeper than patterns may
  bool gave_up = false;       // some that would be needed aren't there
};

CellSet make_cells(const std::vector<Ready>& rules, const std::vector<std::string>& loaders, const Depths& depths);

}  // namespace eventfilter::apparmor
