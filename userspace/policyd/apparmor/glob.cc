// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/glob.h"

#include <algorithm>
#include <cerrno>
#include <unordered_set>

namespace eventfilter::apparmor {
namespace {

using Alternatives = std::vector<Pattern>;

std::bitset<256> all_but_slash() {
  std::bitset<256> bytes;
  bytes.set();
  bytes.reset(0);
  return bytes.reset('/');
}

Atom literal(char byte) {
  Atom atom;
  atom.bytes.set(static_cast<unsigned char>(byte));
  return atom;
}

// Reads an expression from left to right; what is read so far is a list of patterns.
class Expander {
 public:
  explicit Expander(std::string_view text) : text_(text) {}

  base::Result<Alternatives> run() {
    auto all = sequence(false);
    if (all && at_ != text_.size()) return fail("a \"}\" closes nothing");
    return all;
  }

 private:
  static base::Error fail(const std::string& why) { return base::Error{EINVAL, why}; }

  bool at_end(bool inside) const {
    return at_ == text_.size() || text_[at_] == '}' || (inside && text_[at_] == ',');
  }

  base::Result<Alternatives> sequence(bool inside) {
    Alternatives made(1);
    while (!at_end(inside)) {
      auto next = text_[at_] == '{' ? group() : single();
      if (!next) return next.error();
      made = joined(made, next.value());
      if (made.size() > kMaxAlternatives) return fail("it stands for too many paths");
      if (made.front().size() > kMaxAtoms) return fail("it is too long");
    }
    return made;
  }

  static Alternatives joined(const Alternatives& left, const Alternatives& right) {
    Alternatives all;
    for (const Pattern& one : left) {
      for (const Pattern& other : right) {
        all.push_back(one);
        all.back().insert(all.back().end(), other.begin(), other.end());
      }
      if (all.size() > kMaxAlternatives) break;
    }
    return all;
  }

  base::Result<Alternatives> group() {
    if (++depth_ > 16) return fail("its braces are too deep");
    Alternatives all;
    do {
      ++at_;
      auto one = sequence(true);
      if (!one) return one;
      all.insert(all.end(), one.value().begin(), one.value().end());
    } while (at_ < text_.size() && text_[at_] == ',');
    if (at_ == text_.size()) return fail("a \"{\" isn't closed");
    ++at_;
    --depth_;
    return all;
  }

  base::Result<Alternatives> single() {
    const char byte = text_[at_++];
    if (byte == '*') return stars();
    if (byte == '?') return Alternatives{{Atom{Atom::Kind::One, all_but_slash()}}};
    if (byte == '[') return byte_class();
    if (byte == '\\') {
      if (at_ == text_.size()) return fail("a backslash ends it");
      return Alternatives{{literal(text_[at_++])}};
    }
    return Alternatives{{literal(byte)}};
  }

  // A name isn't empty: where "*" is all of one, there is a byte at least.
  base::Result<Alternatives> stars() {
    const bool starts_name = at_ >= 2 && text_[at_ - 2] == '/';
    const bool is_deep = at_ < text_.size() && text_[at_] == '*';
    while (at_ < text_.size() && text_[at_] == '*') ++at_;
    const bool ends_name = at_ == text_.size() || text_[at_] == '/';
    const Atom many{is_deep ? Atom::Kind::Deep : Atom::Kind::Star, {}};
    if (!starts_name || !ends_name) return Alternatives{{many}};
    return Alternatives{{Atom{Atom::Kind::One, all_but_slash()}, many}};
  }

  base::Result<Alternatives> byte_class() {
    Atom atom;
    const bool negated = at_ < text_.size() && text_[at_] == '^';
    if (negated) ++at_;
    const std::size_t first = at_;
    while (at_ < text_.size() && (text_[at_] != ']' || at_ == first)) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      const auto from = static_cast<unsigned char>(text_[at_]);
      unsigned to = from;
      if (at_ + 2 < text_.size() && text_[at_ + 1] == '-' && text_[at_ + 2] != ']') {
        to = static_cast<unsigned char>(text_[at_ + 2]);
        at_ += 2;
      }
      if (to < from) return fail("a range in it goes downwards");
      for (unsigned byte = from; byte <= to; ++byte) atom.bytes.set(byte);
      ++at_;
    }
    if (at_ == text_.size()) return fail("a \"[\" isn't closed");
    ++at_;
    if (negated) atom.bytes.flip();
    atom.bytes.reset(0);
    atom.bytes.reset('/');
    return Alternatives{{atom}};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  unsigned depth_ = 0;
};

// Where a pattern can be after some bytes: one bit for each of its atoms, and one for its end.
using States = std::bitset<kMaxAtoms + 17>;

void skip_stars(const Pattern& pattern, States& states) {
  for (std::size_t i = states._Find_first(); i < pattern.size(); i = states._Find_next(i)) {
    if (pattern[i].kind != Atom::Kind::One) states.set(i + 1);
  }
}

States begin(const Pattern& pattern) {
  States states;
  states.set(0);
  skip_stars(pattern, states);
  return states;
}

States step(const Pattern& pattern, const States& states, unsigned char byte) {
  States next;
  for (std::size_t i = states._Find_first(); i < pattern.size(); i = states._Find_next(i)) {
    const Atom& atom = pattern[i];
    if (atom.kind == Atom::Kind::One) {
      if (atom.bytes[byte]) next.set(i + 1);
    } else if (atom.kind == Atom::Kind::Deep || byte != '/') {
      next.set(i);
    }
  }
  skip_stars(pattern, next);
  return next;
}

bool accepts(const Pattern& pattern, const States& states) { return states[pattern.size()]; }

// One byte of each kind that these patterns tell from others; of the first one without what is passed already.
std::vector<unsigned char> kinds_of_bytes(std::span<const Pattern* const> patterns, const Pattern& first,
                                          std::size_t skipped) {
  std::bitset<256> edges;  // where some class begins, or has ended
  edges.set(1);
  edges.set('/');
  edges.set('/' + 1);
  for (const Pattern* const pattern : patterns) {
    for (std::size_t i = pattern == &first ? skipped : 0; i < pattern->size(); ++i) {
      const Atom& atom = (*pattern)[i];
      if (atom.kind == Atom::Kind::One) edges |= atom.bytes ^ (atom.bytes << 1);
    }
  }
  std::vector<unsigned char> kinds;
  for (unsigned byte = 1; byte < 256; ++byte) {
    if (edges[byte]) kinds.push_back(static_cast<unsigned char>(byte));
  }
  return kinds;
}

// Whether a star may stand for some byte of the other atom.
bool takes(const Atom& star, const Atom& other) {
  if (star.kind == Atom::Kind::One || other.kind != Atom::Kind::One) return false;
  std::bitset<256> bytes = other.bytes;
  if (star.kind == Atom::Kind::Star) bytes.reset('/');
  return bytes.any();
}

struct Hash {
  std::size_t operator()(const std::vector<States>& all) const {
    std::size_t made = 0;
    for (const States& one : all) made = made * 31 + std::hash<States>()(one);
    return made;
  }
};

// All patterns side by side, over every path that all of the first ones may still match.
class Product {
 public:
  using Key = std::vector<States>;  // where each is

  Product(std::span<const Pattern* const> patterns, std::size_t wanted, Key first)
      : patterns_(patterns), wanted_(wanted), first_(std::move(first)) {}

  bool is_covered() {
    // Up to the first choice there is one path only
    const Pattern& leading = *patterns_[0];
    std::size_t skipped = 0;
    for (const char byte : literal_prefix(leading)) {
      if (!advance(first_, static_cast<unsigned char>(byte), first_)) return true;
      ++skipped;
    }
    kinds_ = kinds_of_bytes(patterns_, leading, skipped);
    visit(first_);
    while (!open_.empty()) {
      const Key at = std::move(open_.back());
      open_.pop_back();
      if (is_counterexample(at) || seen_.size() > kMaxSeen) return false;
      for (const unsigned char byte : kinds_) {
        Key next = at;
        if (advance(at, byte, next)) visit(next);
      }
    }
    return true;
  }

 private:
  // Beyond it the answer is "no", which never opens anything.
  static constexpr std::size_t kMaxSeen = 5000;

  void visit(const Key& at) {
    if (seen_.insert(at).second) open_.push_back(at);
  }

  // False: one that is wanted can't match any more, or it's no path. The last of the states says whether a "/" was last.
  bool advance(const Key& at, unsigned char byte, Key& next) const {
    if (byte == '/' && at.back()[0]) return false;
    next.back()[0] = byte == '/';
    for (std::size_t i = 0; i < patterns_.size(); ++i) {
      next[i] = step(*patterns_[i], at[i], byte);
      if (i < wanted_ && next[i].none()) return false;
    }
    return true;
  }

  bool is_counterexample(const Key& at) const {
    for (std::size_t i = 0; i < patterns_.size(); ++i) {
      if (accepts(*patterns_[i], at[i]) != (i < wanted_)) return false;
    }
    return true;
  }

  std::span<const Pattern* const> patterns_;
  std::size_t wanted_;
  Key first_;
  std::vector<unsigned char> kinds_;
  std::unordered_set<Key, Hash> seen_;
  std::vector<Key> open_;
};

}  // namespace

bool Atom::is(char byte) const {
  return kind == Kind::One && bytes.count() == 1 && bytes[static_cast<unsigned char>(byte)];
}

base::Result<std::vector<Pattern>> expand(std::string_view expression) {
  auto all = Expander(expression).run();
  if (!all) return all.error();
  for (Pattern& pattern : all.value()) {
    // "@{HOME}/x" with a value that ends in "/": the kernel's paths have one
    const auto again = std::unique(pattern.begin(), pattern.end(), [](const Atom& a, const Atom& b) {
      return a.is('/') && b.is('/');
    });
    pattern.erase(again, pattern.end());
    if (pattern.size() > kMaxAtoms) return base::Error{EINVAL, "it is too long"};
  }
  return all;
}

std::string literal_prefix(const Pattern& pattern) {
  std::string text;
  for (const Atom& atom : pattern) {
    if (atom.kind != Atom::Kind::One || atom.bytes.count() != 1) break;
    text += static_cast<char>(atom.bytes._Find_first());
  }
  return text;
}

Shape::Shape(const Pattern& pattern) : prefix(literal_prefix(pattern)) {
  is_literal = prefix.size() == pattern.size();
  bool is_plain = true;
  std::string component;
  for (const Atom& atom : pattern) {
    is_deep = is_deep || atom.kind == Atom::Kind::Deep;
    if (atom.is('/')) {
      ++slashes;
      if (!is_deep) components.push_back(is_plain ? component : "");
      component.clear();
      is_plain = true;
      continue;
    }
    is_plain = is_plain && atom.kind == Atom::Kind::One && atom.bytes.count() == 1;
    if (is_plain) component += static_cast<char>(atom.bytes._Find_first());
  }
  for (std::size_t i = pattern.size(); i-- > 0;) {
    if (pattern[i].kind != Atom::Kind::One || pattern[i].bytes.count() != 1) break;
    suffix.insert(suffix.begin(), static_cast<char>(pattern[i].bytes._Find_first()));
  }
}

bool may_meet(const std::string& prefix, const std::string& other) {
  return prefix.starts_with(other) || other.starts_with(prefix);
}

bool may_meet(const Shape& a, const Shape& b) {
  if (!may_meet(a.prefix, b.prefix)) return false;
  if (!a.suffix.ends_with(b.suffix) && !b.suffix.ends_with(a.suffix)) return false;
  if ((!a.is_deep && b.slashes > a.slashes) || (!b.is_deep && a.slashes > b.slashes)) return false;
  for (std::size_t i = 0; i < std::min(a.components.size(), b.components.size()); ++i) {
    const std::string& one = a.components[i];
    const std::string& other = b.components[i];
    if (!one.empty() && !other.empty() && one != other) return false;
  }
  return true;
}

bool covered(std::span<const Pattern* const> all, std::span<const Pattern* const> any) {
  std::vector<const Pattern*> patterns(all.begin(), all.end());
  patterns.insert(patterns.end(), any.begin(), any.end());
  std::vector<States> first;
  for (const Pattern* const one : patterns) first.push_back(begin(*one));
  first.emplace_back();
  return Product(patterns, all.size(), std::move(first)).is_covered();
}

bool meet(const Pattern& a, const Pattern& b) {
  // reach[j]: some path gets through the first i atoms of `a` and the first j of `b`.
  std::vector<char> reach(b.size() + 1, 0);
  reach[0] = 1;
  for (std::size_t i = 0;; ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      const bool passes = b[j].kind != Atom::Kind::One || (i < a.size() && takes(a[i], b[j]));
      if (reach[j] && passes) reach[j + 1] = 1;
    }
    if (i == a.size()) return reach[b.size()] != 0;
    std::vector<char> next(b.size() + 1, 0);
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (!reach[j]) continue;
      if (a[i].kind != Atom::Kind::One || (j < b.size() && takes(b[j], a[i]))) next[j] = 1;
      if (a[i].kind == Atom::Kind::One && j < b.size() && b[j].kind == Atom::Kind::One &&
          (a[i].bytes & b[j].bytes).any()) {
        next[j + 1] = 1;
      }
    }
    reach = std::move(next);
  }
}

bool contains(const Pattern& outer, const Pattern& inner) {
  // Where `outer` is sure to be after whatever the atoms of `inner` so far match.
  States states = begin(outer);
  for (const Atom& atom : inner) {
    States next;
    for (std::size_t i = states._Find_first(); i < outer.size(); i = states._Find_next(i)) {
      const Atom& own = outer[i];
      if (own.kind == Atom::Kind::Deep) next.set(i);
      else if (own.kind == Atom::Kind::Star && atom.kind != Atom::Kind::Deep && !atom.bytes['/']) next.set(i);
      else if (own.kind == Atom::Kind::One && atom.kind == Atom::Kind::One && (atom.bytes & ~own.bytes).none()) next.set(i + 1);
    }
    skip_stars(outer, next);
    states = next;
  }
  return accepts(outer, states);
}

bool matches(const Pattern& pattern, std::string_view path) {
  States states = begin(pattern);
  for (const char byte : path) states = step(pattern, states, static_cast<unsigned char>(byte));
  return accepts(pattern, states);
}

}  // namespace eventfilter::apparmor
