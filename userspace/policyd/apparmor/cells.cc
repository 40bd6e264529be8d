// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/cells.h"

#include <algorithm>
#include <utility>

#include "sema/glob.h"

namespace eventfilter::apparmor {
namespace {

// So many companions of one directory and depth are better told by one.
constexpr std::size_t kManyCompanions = 3;

// What two have in common is compared once more with the first ones. Beyond that it rarely matters, and there may be
// very many.
constexpr unsigned kRounds = 2;

class Builder {
 public:
  explicit Builder(const Depths& depths) : depths_(depths) {}

  // False: it's deeper than it may be.
  bool add(const Cell& cell) {
    const std::size_t depth = cell.components.size() - cell.literals();
    if (depth > depths_.in(cell.directory()) + 1) return false;
    auto [found, is_new] = cells_.try_emplace(cell.components, cell.is_tree);
    if (is_new) {
      if (cell.has_glob()) open_.push_back(cell.components);
      if (cell.has_glob() && !cell.is_tree) add_companion(cell, found->second);
    } else if (found->second != cell.is_tree) {
      // It alone, and what is beneath it, apart
      found->second = false;
      add_companion(cell, found->second);
    }
    return true;
  }

  // What any two have in common becomes a cell twice.
  void close() {
    std::vector<std::pair<std::string, std::vector<std::string>>> first;
    for (unsigned round = 0; round < kRounds; ++round) {
      const auto now = std::exchange(open_, {});
      std::vector<std::pair<std::string, std::vector<std::string>>> next;
      for (const auto& components : now) {
        const std::string directory = Cell{components, false}.directory();
        for (const auto& [other_directory, other] : round == 0 ? next : first) {
          if (cells_.size() < kMaxCells && may_meet(directory, other_directory)) meet(components, other);
        }
        next.emplace_back(directory, components);
      }
      if (round == 0) first = std::move(next);
    }
    if (!open_.empty()) gave_up_ = true;
  }

  // Beneath many globs of a directory: one pattern instead of one for each.
  void join_companions() {
    for (const auto& [place, count] : companions_) {
      if (count < kManyCompanions) continue;
      Cell star;
      star.components = place.first;
      star.components.resize(place.second, "*");
      star.is_tree = true;
      if (cells_.size() < kMaxCells) add(star);
    }
  }

  CellSet take() {
    CellSet made;
    for (const auto& [components, is_tree] : cells_) made.all.push_back({components, is_tree});
    made.gave_up = gave_up_;
    return made;
  }

 private:
  void add_companion(const Cell& cell, bool& is_tree) {
    if (!cell.has_glob()) return;
    Cell below = cell;
    below.components.emplace_back("*");
    below.is_tree = true;
    if (!add(below)) {
      is_tree = true;
      return;
    }
    const std::vector<std::string> directory(cell.components.begin(),
                                             cell.components.begin() + static_cast<std::ptrdiff_t>(cell.literals()));
    ++companions_[{directory, below.components.size()}];
  }

  void meet(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    const Cell left{a, cells_.at(a)};
    const Cell right{b, cells_.at(b)};
    for (const Cell& cell : intersection(left, right, gave_up_)) {
      if (cells_.size() >= kMaxCells || !add(cell)) gave_up_ = true;
    }
  }

  const Depths& depths_;
  std::map<std::vector<std::string>, bool> cells_;
  std::vector<std::vector<std::string>> open_;
  std::map<std::pair<std::vector<std::string>, std::size_t>, std::size_t> companions_;
  bool gave_up_ = false;
};

// Whether all names that the scope is about are such that `wide` is about them, too.
bool has_names_of(const Scope& wide, const Scope& scope) {
  return wide.name.empty() || (!scope.last.empty() && sema::is_part_of(scope.last, wide.name));
}

// Whether another rule of the domain says as much of all that a scope is about.
bool says_no_more(const std::vector<Ready>& rules, std::size_t which, const Scope& scope) {
  const Ready& rule = rules[which];
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Ready& other = rules[i];
    if (i == which || other.domain != rule.domain || !other.unsupported.empty()) continue;
    if (other.rule->is_deny != rule.rule->is_deny || other.target != rule.target) continue;
    bool has_all = other.rule->is_audit == rule.rule->is_audit;
    for (std::size_t k = 0; k < kRights; ++k) has_all &= (rule.rights.whose[k] & ~other.rights.whose[k]) == 0;
    if (!has_all) continue;
    for (const Scope& wide : other.scopes) {
      if (!may_meet(scope.shape, wide.shape) || !has_names_of(wide, scope)) continue;
      if ((scope.files && !wide.files) || (scope.directories && !wide.directories)) continue;
      const bool is_same = wide.pattern == scope.pattern && wide.name == scope.name;
      if (is_same ? i < which : contains(wide.pattern, scope.pattern)) return true;
    }
  }
  return false;
}

}  // namespace

std::size_t Depths::in(const std::string& directory) const {
  const auto found = of.find(directory);
  return found == of.end() ? usual : std::min(usual, found->second);
}

CellSet make_cells(const std::vector<Ready>& rules, const std::vector<std::string>& loaders, const Depths& depths) {
  Builder builder(depths);
  std::set<std::size_t> cut;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (!rules[i].unsupported.empty()) continue;
    for (const Scope& scope : rules[i].scopes) {
      if (says_no_more(rules, i, scope)) continue;
      const Cells cells = cells_of(scope.pattern, depths.usual);
      if (cells.is_cut) cut.insert(i);
      for (const Cell& cell : cells.all) {
        if (!builder.add(cell)) cut.insert(i);
      }
    }
  }
  for (const std::string& path : loaders) {
    if (const auto patterns = expand(path)) {
      for (const Cell& cell : cells_of(patterns.value().front(), depths.usual).all) builder.add(cell);
    }
  }
  builder.join_companions();
  builder.close();
  CellSet made = builder.take();
  made.cut = std::move(cut);
  return made;
}

}  // namespace eventfilter::apparmor
