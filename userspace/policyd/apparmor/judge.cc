// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/judge.h"

#include <algorithm>

namespace eventfilter::apparmor {
namespace {

// What is denied of a name at most.
Rights denied(const Access& access, bool directory) {
  Rights all;
  for (const auto& [name, sides] : access.denied) all.add(sides.of(directory));
  return all;
}

}  // namespace

Judge::Judge(const std::vector<Ready>& rules, std::size_t domains, std::vector<Cell> cells)
    : rules_(rules), cells_(std::move(cells)), deciders_(cells_.size()),
      has_deciders_(cells_.size(), 0), granted_(cells_.size(), std::vector<Access>(domains)) {
  for (const Cell& cell : cells_) {
    directories_.push_back(cell.directory());
    for (const bool directories : {false, true}) {
      Paths paths;
      paths.all = paths_of(cell, directories);
      for (const Pattern& one : paths.all) paths.shapes.emplace_back(one);
      (directories ? folders_ : files_).push_back(std::move(paths));
    }
  }
}

Judge::Share Judge::share(const Scope& scope, std::size_t cell, std::size_t path, bool directories) const {
  const Shape& shape = paths(cell, directories).shapes[path];
  if (!scope.is_about(directories) || !may_meet(scope.shape, shape)) return Share::None;
  if (shape.is_literal) return matches(scope.pattern, shape.prefix) ? Share::All : Share::None;
  const Pattern& pattern = paths(cell, directories).all[path];
  if (contains(scope.pattern, pattern)) return Share::All;
  return meet(scope.pattern, pattern) ? Share::Some : Share::None;
}

// How many of a cell's paths a scope is about, whatever their names.
Judge::Share Judge::share(const Scope& scope, std::size_t cell, bool directories) const {
  std::size_t all = 0;
  bool some = false;
  const std::size_t count = paths(cell, directories).all.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Share one = share(scope, cell, i, directories);
    all += one == Share::All ? 1 : 0;
    some = some || one != Share::None;
  }
  return count > 0 && all == count ? Share::All : some ? Share::Some : Share::None;
}

// Whether a rule is about all of a cell's paths that have such a name, or about all if there is none.
bool Judge::has_all(const Ready& rule, std::size_t cell, bool directories, const std::string& name) const {
  const std::size_t count = paths(cell, directories).all.size();
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_covered = std::any_of(rule.scopes.begin(), rule.scopes.end(), [&](const Scope& scope) {
      if (scope.name != name && fit(cells_[cell], scope.name) != Fit::Always) return false;
      return share(scope, cell, i, directories) == Share::All;
    });
    if (!is_covered) return false;
  }
  return count > 0;
}

// The cells that decide in its place where both match.
const std::vector<std::size_t>& Judge::deciders(std::size_t cell) {
  std::vector<std::size_t>& found = deciders_[cell];
  if (has_deciders_[cell]) return found;
  has_deciders_[cell] = 1;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (i == cell || !may_meet(directories_[i], directories_[cell])) continue;
    if (!decides_over(cells_[i], cells_[cell])) continue;
    bool gave_up = false;
    if (!intersection(cells_[i], cells_[cell], gave_up).empty() || gave_up) found.push_back(i);
  }
  return found;
}

// Whether the cell decides about some path that the scope is about.
bool Judge::is_left(const Scope& scope, std::size_t cell, bool directories) {
  const Paths& own = paths(cell, directories);
  for (std::size_t k = 0; k < own.all.size(); ++k) {
    if (!scope.is_about(directories) || !may_meet(scope.shape, own.shapes[k])) continue;
    std::vector<const Pattern*> taken;
    for (const std::size_t other : deciders(cell)) {
      const Paths& theirs = paths(other, directories);
      for (std::size_t j = 0; j < theirs.all.size(); ++j) {
        const Shape& shape = theirs.shapes[j];
        if (may_meet(shape, scope.shape) && may_meet(shape, own.shapes[k])) taken.push_back(&theirs.all[j]);
      }
    }
    const Pattern* const both[] = {&scope.pattern, &own.all[k]};
    if (!covered(both, taken)) return true;
  }
  return false;
}

void Judge::give(const Ready& rule, std::size_t cell, Access& access) const {
  bool has_files = false;
  for (const bool directories : {false, true}) {
    if (has_all(rule, cell, directories, "")) {
      access.any.of(directories).add(rule.rights);
      if (!directories && rule.rule->is_audit) access.audited.add(rule.rights);
      has_files = has_files || !directories;
      continue;
    }
    for (const Scope& scope : rule.scopes) {
      if (scope.name.empty() || fit(cells_[cell], scope.name) != Fit::Perhaps) continue;
      if (!has_all(rule, cell, directories, scope.name)) continue;
      access.named[scope.name].of(directories).add(rule.rights);
      has_files = has_files || !directories;
    }
  }
  // The target narrows: of several the first by name, the same whatever the order of the rules
  if (has_files && !rule.target.empty() && (access.target.empty() || rule.target < access.target)) {
    access.target = rule.target;
  }
}

void Judge::take(const Ready& rule, std::size_t cell, Access& access) {
  for (const bool directories : {false, true}) {
    for (const Scope& scope : rule.scopes) {
      const Fit fits = fit(cells_[cell], scope.name);
      if (fits == Fit::Never) continue;
      const Share share_of = share(scope, cell, directories);
      if (share_of == Share::None || (share_of == Share::Some && !is_left(scope, cell, directories))) continue;
      if (fits == Fit::Perhaps) {
        access.denied[scope.name].of(directories).add(rule.rights);
        continue;
      }
      access.any.of(directories).take(rule.rights);
      for (auto& [name, sides] : access.named) sides.of(directories).take(rule.rights);
    }
  }
}

std::vector<Part> Judge::parts() {
  std::vector<Part> made;
  for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
    for (const Ready& rule : rules_) {
      if (rule.unsupported.empty() && !rule.rule->is_deny) give(rule, cell, granted_[cell][rule.domain]);
    }
    Part part{cells_[cell], granted_[cell]};
    for (const Ready& rule : rules_) {
      Access& access = part.access[rule.domain];
      if (rule.unsupported.empty() && rule.rule->is_deny && !access.is_nothing()) take(rule, cell, access);
    }
    for (Access& access : part.access) access.tidy();
    judged_.push_back(part.access);
    made.push_back(std::move(part));
  }
  return made;
}

// Whether a cell lacks some of what an allow rule gives, whoever denied it.
bool Judge::lacks(const Ready& rule, const Scope& scope, std::size_t cell, bool directories, const Part& part) const {
  const Access& judged = judged_[cell][rule.domain];
  const Access& left = part.access[rule.domain];
  Rights lost = judged.allowed(scope.last, directories);
  lost.take(left.allowed(scope.last, directories));
  Rights denied_now = denied(left, directories);
  denied_now.take(denied(judged, directories));
  lost.add(denied_now);
  Rights given = granted_[cell][rule.domain].allowed(scope.last, directories);
  given.take(lost);
  Rights missing = rule.rights;
  missing.take(given);
  return !missing.is_nothing();
}

Kept Judge::kept(const Ready& rule, const Scope& scope, std::size_t cell, bool directories, const Part& part) {
  if (fit(cells_[cell], scope.name) == Fit::Never) return {};
  const Share share_of = share(scope, cell, directories);
  if (share_of == Share::None) return {};
  if (rule.rule->is_deny) {
    if (share_of == Share::All || granted_[cell][rule.domain].is_nothing() || !is_left(scope, cell, directories)) return {};
    return {Kept::How::Narrowed, "more is denied: " + cells_[cell].text() + " can't be split"};
  }
  if (lacks(rule, scope, cell, directories, part) && is_left(scope, cell, directories)) {
    return {Kept::How::Narrowed, cells_[cell].text() + " can't be split further"};
  }
  const Access& access = part.access[rule.domain];
  if (rule.rights[Right::Link] != 0 && !(access.named.empty() && access.denied.empty())) {
    return {Kept::How::Narrowed, "links are made only of what may be used so whatever its name is"};
  }
  return {};
}

Kept Judge::kept(std::size_t index, const std::vector<Part>& parts) {
  const Ready& rule = rules_[index];
  for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
    for (const bool directories : {false, true}) {
      for (const Scope& scope : rule.scopes) {
        Kept one = kept(rule, scope, cell, directories, parts[cell]);
        if (one.how != Kept::How::Exact) return one;
      }
    }
  }
  return {};
}

std::vector<Kept> Judge::kept(const std::vector<Part>& parts, const std::set<std::size_t>& cut) {
  std::vector<Kept> made;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (!rules_[i].unsupported.empty()) {
      made.push_back({Kept::How::Unsupported, rules_[i].unsupported});
    } else if (!rules_[i].narrowed.empty()) {
      made.push_back({Kept::How::Narrowed, rules_[i].narrowed});
    } else if (cut.contains(i)) {
      made.push_back({Kept::How::Narrowed, "not in directories that are deeper than patterns go"});
    } else {
      made.push_back(kept(i, parts));
    }
  }
  return made;
}

}  // namespace eventfilter::apparmor
