// SPDX-License-Identifier: BSD-2-Clause
//
// Which rights the rules give on each cell, and how much of each rule that is.
#pragma once

#include <set>
#include <vector>

#include "apparmor/division.h"

namespace eventfilter::apparmor {

class Judge {
 public:
  // Refers to the rules.
  Judge(const std::vector<Ready>& rules, std::size_t domains, std::vector<Cell> cells);

  std::vector<Part> parts();

  // `parts` are of the same cells in the same order, perhaps with less access; `cut`: rules that go deeper.
  std::vector<Kept> kept(const std::vector<Part>& parts, const std::set<std::size_t>& cut);

 private:
  // A cell's paths.
  struct Paths {
    std::vector<Pattern> all;
    std::vector<Shape> shapes;
  };

  enum class Share { None, Some, All };
  const Paths& paths(std::size_t cell, bool directories) const { return (directories ? folders_ : files_)[cell]; }
  Share share(const Scope& scope, std::size_t cell, std::size_t path, bool directories) const;
  Share share(const Scope& scope, std::size_t cell, bool directories) const;
  bool has_all(const Ready& rule, std::size_t cell, bool directories, const std::string& name) const;
  bool is_left(const Scope& scope, std::size_t cell, bool directories);
  const std::vector<std::size_t>& deciders(std::size_t cell);
  void give(const Ready& rule, std::size_t cell, Access& access) const;
  void take(const Ready& rule, std::size_t cell, Access& access);
  bool lacks(const Ready& rule, const Scope& scope, std::size_t cell, bool directories, const Part& part) const;
  Kept kept(std::size_t rule, const std::vector<Part>& parts);
  Kept kept(const Ready& rule, const Scope& scope, std::size_t cell, bool directories, const Part& part);

  const std::vector<Ready>& rules_;
  std::vector<Cell> cells_;
  std::vector<std::string> directories_;  // of each cell
  std::vector<Paths> files_;
  std::vector<Paths> folders_;
  std::vector<std::vector<std::size_t>> deciders_;
  std::vector<char> has_deciders_;
  std::vector<std::vector<Access>> granted_;  // by cell and domain, before anything is denied
  std::vector<std::vector<Access>> judged_;   // afterwards
};

}  // namespace eventfilter::apparmor
