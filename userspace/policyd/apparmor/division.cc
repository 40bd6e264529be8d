// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/division.h"

#include <algorithm>

#include "apparmor/cells.h"
#include "apparmor/judge.h"
#include "apparmor/reduce.h"

namespace eventfilter::apparmor {
namespace {

// Directories with more globs than the kernel takes get less deep ones. False: there were none.
bool tighten(const std::vector<Part>& parts, Depths& depths) {
  std::map<std::string, std::map<std::size_t, std::size_t>> globs;  // by directory and depth
  std::size_t bytes = 0;
  for (const Part& part : parts) {
    if (!part.cell.has_glob()) continue;
    ++globs[part.cell.directory()][part.cell.components.size() - part.cell.literals()];
    bytes += part.cell.rest().size() + 1;
  }
  bool changed = false;
  for (const auto& [directory, by_depth] : globs) {
    std::size_t count = 0;
    std::size_t depth = 0;
    for (const auto& [one, globs_there] : by_depth) {
      count += globs_there;
      if (count <= kMaxGlobs) depth = one;
    }
    // The deepest ones are beneath the others, which have to go with them
    if (count <= kMaxGlobs || depths.in(directory) <= 1) continue;
    depths.of[directory] = std::clamp<std::size_t>(depth, 2, depths.in(directory)) - 1;
    changed = true;
  }
  if (!changed && bytes > kMaxGlobBytes && depths.usual > 1) {
    --depths.usual;
    changed = true;
  }
  return changed;
}

// What no depth helps against: patterns are left out, the last ones of the alphabet. What they'd have covered has
// the label of a wider one, or none.
void drop_the_rest(std::vector<Part>& parts, std::vector<Cell>& dropped) {
  std::map<std::string, std::size_t> globs;
  std::size_t bytes = 0;
  for (const Part& part : parts) {
    if (!part.cell.has_glob()) continue;
    bytes += part.cell.rest().size() + 1;
    if (++globs[part.cell.directory()] > kMaxGlobs || bytes > kMaxGlobBytes) dropped.push_back(part.cell);
  }
}

std::vector<Cell> without(const std::vector<Cell>& all, const std::vector<Cell>& dropped) {
  std::vector<Cell> left;
  for (const Cell& cell : all) {
    if (std::find(dropped.begin(), dropped.end(), cell) == dropped.end()) left.push_back(cell);
  }
  return left;
}

// A glob whose companion is gone covers what is beneath it, too.
void spread(std::vector<Cell>& cells) {
  std::set<std::vector<std::string>> there;
  for (const Cell& cell : cells) there.insert(cell.components);
  for (Cell& cell : cells) {
    std::vector<std::string> below = cell.components;
    below.emplace_back("*");
    if (cell.has_glob() && !there.contains(below)) cell.is_tree = true;
  }
}

}  // namespace

Division divide(const std::vector<Ready>& rules, std::size_t domains, const std::vector<std::string>& loaders) {
  Depths depths;
  for (;;) {
    CellSet cells = make_cells(rules, loaders, depths);
    Judge judge(rules, domains, cells.all);
    std::vector<Part> parts = judge.parts();
    agree(parts);
    const std::vector<Part> before = parts;
    reduce(parts);
    if (tighten(parts, depths)) continue;
    std::vector<Cell> dropped;
    drop_the_rest(parts, dropped);
    if (!dropped.empty()) {
      // What reduce() took away stood for the same: it may be needed again
      std::vector<Cell> left;
      for (const Part& part : parts) left.push_back(part.cell);
      left = without(left, dropped);
      spread(left);
      Judge again(rules, domains, left);
      parts = again.parts();
      agree(parts);
      return {parts, again.kept(parts, cells.cut)};
    }
    return {parts, judge.kept(before, cells.cut)};
  }
}

}  // namespace eventfilter::apparmor
