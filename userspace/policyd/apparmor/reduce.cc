// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/reduce.h"

#include <algorithm>
#include <map>
#include <string>

#include "sema/glob.h"
#include "sema/overlap.h"

namespace eventfilter::apparmor {
namespace {

// Of two patterns of one directory.
bool is_unclear(const Cell& a, const Cell& b) {
  if (!a.has_glob() || !b.has_glob() || a.components.size() != b.components.size()) return false;
  bool gave_up = false;
  if (intersection({a.components, false}, {b.components, false}, gave_up).empty() && !gave_up) return false;
  return !sema::is_plainly_ordered(a.rest(), b.rest());
}

// The patterns of each directory that cover what is beneath them, too.
std::map<std::string, std::vector<std::string>> patterns_of(const std::vector<Part>& parts) {
  std::map<std::string, std::vector<std::string>> all;
  for (const Part& part : parts) {
    const Cell& cell = part.cell;
    if (cell.has_glob()) {
      all[cell.directory()].push_back(cell.rest());
    } else if (cell.is_tree && !cell.components.empty()) {
      Cell parent = cell;
      parent.components.pop_back();
      all[parent.directory()].push_back(sema::escape_glob(cell.components.back()));
    }
  }
  return all;
}

// Whether both may be asked about one path, or about one that is beneath another.
bool touch(const Cell& a, const Cell& b) {
  bool gave_up = false;
  const Cell wide{a.components, true};
  const Cell other{b.components, true};
  return !intersection(wide, other, gave_up).empty() || gave_up;
}

// What it comes to for a cell's own names: what is named there is there, or isn't.
Access seen_at(const Cell& cell, const Access& access) {
  if (access.named.empty() && access.denied.empty()) return access;
  Access seen = access;
  for (const auto& [name, sides] : access.named) {
    const Fit one = fit(cell, name);
    if (one == Fit::Perhaps) continue;
    seen.named.erase(name);
    if (one == Fit::Never) continue;
    seen.any.files.add(sides.files);
    seen.any.directories.add(sides.directories);
  }
  for (const auto& [name, sides] : access.denied) {
    const Fit one = fit(cell, name);
    if (one == Fit::Perhaps) continue;
    seen.denied.erase(name);
    if (one == Fit::Never) continue;
    for (const bool directory : {false, true}) {
      seen.any.of(directory).take(sides.of(directory));
      for (auto& [other, some] : seen.named) some.of(directory).take(sides.of(directory));
    }
  }
  seen.tidy();
  return seen;
}

bool is_same(const Part& part, const Part& other) {
  if (part.access == other.access) return true;
  for (std::size_t i = 0; i < part.access.size(); ++i) {
    if (part.access[i] == other.access[i]) continue;
    if (seen_at(part.cell, part.access[i]) != seen_at(part.cell, other.access[i])) return false;
  }
  return true;
}

// Without this part others decide: all of them have to say the same.
bool is_needless(std::size_t which, const std::vector<Part>& parts, const std::vector<std::string>& directories) {
  const Part& part = parts[which];
  bool is_nothing = true;
  for (const Access& one : part.access) is_nothing = is_nothing && one.is_nothing();
  bool is_inside = is_nothing;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Part& other = parts[i];
    if (i == which || !may_meet(directories[i], directories[which]) || !touch(part.cell, other.cell)) continue;
    if (decides_over(other.cell, part.cell)) continue;
    // A literal path is it alone: it decides nothing here
    if (!other.cell.has_glob() && !other.cell.is_tree) continue;
    if (!is_same(part, other)) return false;
    bool gave_up = false;
    const auto both = intersection({part.cell.components, false}, {other.cell.components, true}, gave_up);
    is_inside = is_inside || (both.size() == 1 && both.front().components == part.cell.components);
  }
  return is_inside;
}

std::vector<std::string> directories_of(const std::vector<Part>& parts) {
  std::vector<std::string> all;
  for (const Part& part : parts) all.push_back(part.cell.directory());
  return all;
}

}  // namespace

void agree(std::vector<Part>& parts) {
  const std::vector<std::string> directories = directories_of(parts);
  const auto patterns = patterns_of(parts);
  std::vector<std::pair<std::size_t, std::size_t>> unclear;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (std::size_t j = i + 1; j < parts.size(); ++j) {
      if (directories[i] != directories[j] || !is_unclear(parts[i].cell, parts[j].cell)) continue;
      const auto& there = patterns.at(directories[i]);
      const std::vector<std::string_view> others(there.begin(), there.end());
      if (sema::is_overlap_decided(parts[i].cell.rest(), parts[j].cell.rest(), others)) continue;
      unclear.emplace_back(i, j);
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [i, j] : unclear) {
      if (parts[i].access == parts[j].access) continue;
      for (std::size_t k = 0; k < parts[i].access.size(); ++k) {
        parts[i].access[k] = parts[j].access[k] = common(parts[i].access[k], parts[j].access[k]);
      }
      changed = true;
    }
  }
}

void reduce(std::vector<Part>& parts) {
  std::vector<std::string> directories = directories_of(parts);
  for (std::size_t i = parts.size(); i-- > 0;) {
    if (!is_needless(i, parts, directories)) continue;
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i));
    directories.erase(directories.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace eventfilter::apparmor
