// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/cell.h"

#include <algorithm>
#include <optional>

#include "sema/glob.h"

namespace eventfilter::apparmor {
namespace {

constexpr std::size_t kMaxResults = 8;
constexpr std::size_t kMaxComponent = 255;

bool is_any_but_slash(const Atom& atom) {
  return atom.kind == Atom::Kind::One && atom.bytes.count() == 254 && !atom.bytes['/'];
}

// A class in our syntax, or nullopt for one that it can't say.
std::optional<std::string> class_text(std::bitset<256> bytes) {
  if (bytes.count() == 254 && !bytes['/']) return "?";
  // A name has no "/" and no byte 0: they may be in or not
  const bool negated = bytes.count() > 128;
  if (negated) {
    bytes.flip();
    bytes.reset(0);
    bytes.reset('/');
  }
  std::string list;
  bool has_bracket = false;
  for (unsigned byte = 1; byte < 256; ++byte) {
    if (!bytes[byte]) continue;
    unsigned last = byte;
    while (last < 255 && bytes[last + 1]) ++last;
    if (byte < 0x20 || (last >= 0x7f && !negated) || byte == '\\' || byte == '"') return std::nullopt;
    if (byte == ']' && last == byte) {
      has_bracket = true;
    } else {
      const bool is_awkward = byte == '!' || byte == '-' || byte == ']' || last == ']' || last == '\\';
      if (is_awkward) return std::nullopt;
      list += static_cast<char>(byte);
      if (last > byte + 1) list += '-';
      if (last > byte) list += static_cast<char>(last);
    }
    byte = last;
  }
  return std::string("[") + (negated ? "!" : "") + (has_bracket ? "]" : "") + list + "]";
}

std::optional<std::string> atom_text(const Atom& atom) {
  if (atom.kind != Atom::Kind::One) return "*";
  if (atom.bytes.count() != 1) return class_text(atom.bytes);
  const auto byte = static_cast<unsigned char>(atom.bytes._Find_first());
  if (byte < 0x20 || byte == 0x7f || byte == '\\' || byte == '"') return std::nullopt;
  return sema::escape_glob(std::string(1, static_cast<char>(byte)));
}

}  // namespace

std::optional<std::string> name_text(const Pattern& atoms) {
  // A name has a byte at least
  if (atoms.size() == 2 && is_any_but_slash(atoms[0]) && atoms[1].kind != Atom::Kind::One) return "*";
  std::string text;
  for (const Atom& atom : atoms) {
    const auto one = atom_text(atom);
    if (!one) return std::nullopt;
    if (*one == "*" && text.ends_with('*')) continue;
    text += *one;
  }
  // Without a glob our syntax has nothing to escape
  if (std::all_of(atoms.begin(), atoms.end(), [](const Atom& atom) {
        return atom.kind == Atom::Kind::One && atom.bytes.count() == 1;
      })) {
    return literal_prefix(atoms).find_first_of("*?[") == std::string::npos ? literal_prefix(atoms) : text;
  }
  return text;
}

namespace {

// Builds the cells of one pattern.
class Reader {
 public:
  Reader(const Pattern& pattern, std::size_t max_depth) : pattern_(pattern), max_depth_(max_depth) {}

  Cells run() {
    if (pattern_.empty() || !pattern_.front().is('/')) return {{}, false, false, "it doesn't begin with \"/\""};
    split();
    if (!made_.problem.empty()) return made_;
    extend({}, 0);
    for (const Cell& cell : made_.all) {
      for (const std::string& component : cell.components) check(component);
    }
    if (!made_.problem.empty()) made_.all.clear();
    return made_;
  }

 private:
  void split() {
    parts_.emplace_back();
    for (std::size_t i = 1; i < pattern_.size(); ++i) {
      if (pattern_[i].is('/')) {
        parts_.emplace_back();
      } else {
        parts_.back().push_back(pattern_[i]);
      }
    }
    if (parts_.back().empty()) {
      parts_.pop_back();
      made_.names_directory = true;
    }
  }

  void check(const std::string& component) {
    if (component == "." || component == "..") made_.problem = "no path has \".\" or \"..\"";
    if (component.size() > kMaxComponent) made_.problem = "a name in it is too long";
  }

  std::size_t depth(const Cell& cell) const { return cell.components.size() - cell.literals(); }

  // Appends the parts from `at` on to `begun`.
  void extend(const Cell& begun, std::size_t at) {
    if (depth(begun) > max_depth_) {
      made_.is_cut = true;
      return;
    }
    if (at == parts_.size()) {
      made_.all.push_back(begun);
      return;
    }
    const Pattern& part = parts_[at];
    const auto deep = std::find_if(part.begin(), part.end(),
                                   [](const Atom& atom) { return atom.kind == Atom::Kind::Deep; });
    if (deep == part.end()) {
      if (Cell next = begun; append(next, part)) extend(next, at + 1);
      return;
    }
    if (deep + 1 == part.end() && at + 1 == parts_.size()) {
      if (Cell next = begun; append(next, part)) {
        next.is_tree = true;
        extend(next, at + 1);
      }
      return;
    }
    extend_deep(begun, at, static_cast<std::size_t>(deep - part.begin()));
  }

  // "a**b" is "a*b", "a*/*b", "a*/*/*b" and so on.
  void extend_deep(const Cell& begun, std::size_t at, std::size_t deep) {
    const Pattern whole = parts_[at];
    made_.is_cut = true;
    Pattern before(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(deep));
    Pattern after(whole.begin() + static_cast<std::ptrdiff_t>(deep) + 1, whole.end());
    before.push_back({Atom::Kind::Star, {}});
    Pattern flat = before;
    flat.insert(flat.end(), after.begin(), after.end());
    after.insert(after.begin(), {Atom::Kind::Star, {}});
    parts_[at] = flat;
    extend(begun, at);
    parts_[at] = after;
    Cell next = begun;
    if (append(next, before)) {
      while (depth(next) <= max_depth_) {
        extend(next, at);
        next.components.emplace_back("*");
      }
    }
    parts_[at] = whole;
  }

  bool append(Cell& cell, const Pattern& part) {
    const auto text = name_text(part);
    if (!text) made_.problem = "a byte in it can't be said in a rule file";
    if (text && text->empty()) made_.problem = "a name in it is empty";
    if (text) cell.components.push_back(*text);
    return made_.problem.empty();
  }

  const Pattern& pattern_;
  std::size_t max_depth_;
  std::vector<Pattern> parts_;
  Cells made_;
};

Pattern atoms_of(const std::string& component) {
  Pattern made;
  const auto glob = sema::parse_glob(component);
  if (!glob) return made;
  for (const sema::GlobToken& token : *glob) {
    Atom atom;
    atom.kind = token.many ? Atom::Kind::Star : Atom::Kind::One;
    atom.bytes = token.bytes;
    atom.bytes.reset(0);
    atom.bytes.reset('/');
    if (token.many) atom.bytes.reset();
    made.push_back(atom);
  }
  return made;
}

// The names that match both, as a few globs.
class Meeting {
 public:
  Meeting(const Pattern& a, const Pattern& b) : a_(a), b_(b) {}

  bool run() {
    go(0, 0, {});
    return !gave_up_;
  }

  std::vector<Pattern> results() const {
    std::vector<Pattern> kept;
    for (const Pattern& one : found_) {
      const bool is_in_other = std::any_of(found_.begin(), found_.end(), [&](const Pattern& other) {
        return !(other == one) && contains(other, one);
      });
      if (!is_in_other && std::find(kept.begin(), kept.end(), one) == kept.end()) kept.push_back(one);
    }
    return kept;
  }

 private:
  void go(std::size_t i, std::size_t j, const Pattern& made) {
    if (++steps_ > 4000 || found_.size() > 32) gave_up_ = true;
    if (gave_up_) return;
    const bool left_many = i < a_.size() && a_[i].kind == Atom::Kind::Star;
    const bool right_many = j < b_.size() && b_[j].kind == Atom::Kind::Star;
    if (i == a_.size() && j == b_.size()) {
      found_.push_back(made);
    } else if (left_many && right_many) {
      const Pattern next = with(made, a_[i]);
      go(i + 1, j, next);
      go(i, j + 1, next);
    } else if (left_many || right_many) {
      one_side(i, j, made, left_many);
    } else if (i < a_.size() && j < b_.size()) {
      Atom both = a_[i];
      both.bytes &= b_[j].bytes;
      if (both.bytes.any()) go(i + 1, j + 1, with(made, both));
    }
  }

  void one_side(std::size_t i, std::size_t j, const Pattern& made, bool left_many) {
    // The star stands for nothing more, or for what the other has next
    if (left_many) {
      go(i + 1, j, made);
      if (j < b_.size()) go(i, j + 1, with(made, b_[j]));
    } else {
      go(i, j + 1, made);
      if (i < a_.size()) go(i + 1, j, with(made, a_[i]));
    }
  }

  static Pattern with(const Pattern& made, const Atom& atom) {
    Pattern next = made;
    const bool again = atom.kind == Atom::Kind::Star && !next.empty() && next.back() == atom;
    if (!again) next.push_back(atom);
    return next;
  }

  const Pattern& a_;
  const Pattern& b_;
  std::vector<Pattern> found_;
  std::size_t steps_ = 0;
  bool gave_up_ = false;
};

std::vector<std::string> common(const std::string& a, const std::string& b, bool& gave_up) {
  if (a == b || b == "*") return {a};
  if (a == "*") return {b};
  if (!sema::has_glob(a) && !sema::has_glob(b)) return {};
  const Pattern left = atoms_of(a);
  const Pattern right = atoms_of(b);
  if (!meet(left, right)) return {};
  if (contains(left, right)) return {b};
  if (contains(right, left)) return {a};
  Meeting meeting(left, right);
  std::vector<std::string> texts;
  const bool good = meeting.run();
  for (const Pattern& one : meeting.results()) {
    const auto text = name_text(one);
    if (text && text->size() <= kMaxComponent) texts.push_back(*text);
    if (!text) gave_up = true;
  }
  if (!good || texts.size() > kMaxResults) {
    gave_up = true;
    return {};
  }
  return texts;
}

}  // namespace

std::size_t Cell::literals() const {
  return static_cast<std::size_t>(
      std::find_if(components.begin(), components.end(),
                   [](const std::string& one) { return sema::has_glob(one); }) -
      components.begin());
}

std::string Cell::text() const {
  std::string made;
  for (const std::string& one : components) made += "/" + one;
  return made.empty() ? "/" : made;
}

std::string Cell::directory() const {
  std::string made;
  for (std::size_t i = 0; i < literals(); ++i) made += "/" + components[i];
  return made.empty() ? "/" : made;
}

std::string Cell::rest() const {
  std::string made;
  for (std::size_t i = literals(); i < components.size(); ++i) made += (made.empty() ? "" : "/") + components[i];
  return made;
}

Cells cells_of(const Pattern& pattern, std::size_t max_depth) { return Reader(pattern, max_depth).run(); }

std::vector<Cell> intersection(const Cell& a, const Cell& b, bool& gave_up) {
  const Cell& shorter = a.components.size() <= b.components.size() ? a : b;
  const Cell& longer = &shorter == &a ? b : a;
  const std::size_t shared = shorter.components.size();
  if (shared < longer.components.size() && !shorter.is_tree) return {};
  std::vector<Cell> made(1);
  made.front().is_tree = longer.is_tree && (shorter.is_tree || shared < longer.components.size());
  for (std::size_t i = 0; i < longer.components.size(); ++i) {
    const auto names = i < shared ? common(shorter.components[i], longer.components[i], gave_up)
                                  : std::vector<std::string>{longer.components[i]};
    std::vector<Cell> next;
    for (const Cell& begun : made) {
      for (const std::string& name : names) {
        next.push_back(begun);
        next.back().components.push_back(name);
      }
    }
    made = std::move(next);
    if (made.size() > kMaxResults) gave_up = true;
    if (made.empty() || made.size() > kMaxResults) return {};
  }
  return made;
}

Fit fit(const Cell& cell, const std::string& name) {
  if (name.empty()) return Fit::Always;
  if (cell.is_tree || cell.components.empty()) return Fit::Perhaps;
  const Pattern own = atoms_of(cell.components.back());
  const Pattern wanted = atoms_of(name);
  return contains(wanted, own) ? Fit::Always : meet(wanted, own) ? Fit::Perhaps : Fit::Never;
}

std::vector<Pattern> paths_of(const Cell& cell, bool directories) {
  Atom slash;
  slash.bytes.set('/');
  Atom any;
  any.bytes.set();
  any.bytes.reset(0);
  any.bytes.reset('/');
  Pattern path;
  for (const std::string& component : cell.components) {
    path.push_back(slash);
    Pattern atoms = atoms_of(component);
    // No name is empty
    if (component == "*") {
      atoms.insert(atoms.begin(), any);
    }
    path.insert(path.end(), atoms.begin(), atoms.end());
  }
  std::vector<Pattern> made;
  // "/" itself is a directory
  if (!cell.components.empty() || directories) made.push_back(path);
  if (directories) made.back().push_back(slash);
  if (!cell.is_tree) return made;
  path.push_back(slash);
  path.push_back(any);
  path.push_back({Atom::Kind::Deep, {}});
  // What is beneath doesn't end in "/", or does when it's a directory
  if (directories) {
    path.push_back(slash);
  } else {
    Pattern longer = path;
    longer.push_back(any);
    Pattern single(path.begin(), path.end() - 1);
    made.push_back(single);
    made.push_back(longer);
    return made;
  }
  made.push_back(path);
  return made;
}

bool decides_over(const Cell& a, const Cell& b) {
  if (a.components.size() != b.components.size()) return a.components.size() > b.components.size();
  if (a.literals() != b.literals()) return a.literals() > b.literals();
  return a.has_glob() && sema::counts_more(a.rest(), b.rest());
}

}  // namespace eventfilter::apparmor
