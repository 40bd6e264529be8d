// SPDX-License-Identifier: BSD-2-Clause
//
// What one of our patterns covers: a path whose components may be globs, alone or with what is beneath.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apparmor/glob.h"

namespace eventfilter::apparmor {

// From the first glob on, one of the kernel's patterns has so many components; eight at most; more than these
// rarely name anything.
inline constexpr std::size_t kMaxDepth = 4;

struct Cell {
  std::vector<std::string> components;  // in our glob syntax; none: "/"
  bool is_tree = false;                 // it and what is beneath it

  std::size_t literals() const;  // leading components without globs
  bool has_glob() const { return literals() < components.size(); }
  std::string text() const;       // as a rule file has it
  std::string directory() const;  // what its literal components come to
  std::string rest() const;       // the others

  auto operator<=>(const Cell&) const = default;
};

// A component, in our glob syntax; nullopt for one that it can't say.
std::optional<std::string> name_text(const Pattern& component);

// The cells that an expression's pattern stands for.
struct Cells {
  std::vector<Cell> all;
  bool names_directory = false;  // it ended in "/"
  bool is_cut = false;           // "**" before a further name: deeper directories than kMaxDepth are left out
  std::string problem;           // why there are none; else empty
};
Cells cells_of(const Pattern& pattern, std::size_t max_depth);

// What both cover; empty: nothing, or nothing that a few cells can say. `gave_up` is set for the latter.
std::vector<Cell> intersection(const Cell& a, const Cell& b, bool& gave_up);

// The names that its last component may have and that match a glob, too.
enum class Fit { Never, Perhaps, Always };
Fit fit(const Cell& cell, const std::string& name);

// The paths of a cell: itself, and of a tree what is beneath; those of directories end in "/".
std::vector<Pattern> paths_of(const Cell& cell, bool directories);

// Where both match, whether `a` is the one that decides.
bool decides_over(const Cell& a, const Cell& b);

}  // namespace eventfilter::apparmor
