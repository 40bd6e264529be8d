// SPDX-License-Identifier: BSD-2-Clause
#include "sema/overlap.h"

#include <algorithm>
#include <bitset>
#include <set>
#include <unordered_set>
#include <vector>

#include "sema/glob.h"

namespace eventfilter::sema {
namespace {

// More than patterns that somebody writes come to: cases, and tokens of one of them.
constexpr std::size_t kMaxSeen = 2000;
constexpr std::size_t kMaxTokens = 192;

// One pattern, and where it may be after what was read of a path: a place is a token of its, counted on over all
// components, with one place more at each component's end.
class Runner {
 public:
  explicit Runner(std::string_view pattern) {
    for (const std::string_view component : components_of(pattern)) {
      const Glob glob = parse_glob(component).value_or(Glob());
      for (GlobToken token : glob) {
        token.bytes.reset('/');
        tokens_.push_back({token, false});
      }
      tokens_.push_back({{}, true});
    }
  }

  using Places = std::bitset<kMaxTokens>;

  bool is_too_long() const { return tokens_.size() > kMaxTokens; }

  Places start() const {
    Places places;
    places.set(0);
    skip(places);
    return places;
  }

  Places after(const Places& places, unsigned char byte) const {
    Places next;
    for (std::size_t i = places._Find_first(); i + 1 < tokens_.size(); i = places._Find_next(i)) {
      const Token& token = tokens_[i];
      if (token.is_end) {
        if (byte == '/') next.set(i + 1);
      } else if (token.glob.many) {
        if (byte != '/') next.set(i);
      } else if (token.glob.bytes[byte]) {
        next.set(i + 1);
      }
    }
    skip(next);
    return next;
  }

  bool matches(const Places& places) const { return places[tokens_.size() - 1]; }

  // Where the bytes change that it tells from each other.
  void mark_edges(std::set<unsigned>& edges) const {
    for (const Token& token : tokens_) {
      for (unsigned byte = 1; byte < 256; ++byte) {
        if (token.glob.bytes[byte] != token.glob.bytes[byte - 1]) edges.insert(byte);
      }
    }
  }

 private:
  struct Token {
    GlobToken glob;
    bool is_end;  // of a component
  };

  void skip(Places& places) const {
    for (std::size_t i = places._Find_first(); i + 1 < tokens_.size(); i = places._Find_next(i)) {
      if (tokens_[i].glob.many) places.set(i + 1);
    }
  }

  std::vector<Token> tokens_;
};

using State = std::vector<Runner::Places>;

struct Hash {
  std::size_t operator()(const State& state) const {
    std::size_t made = 0;
    for (const Runner::Places& one : state) made = made * 31 + std::hash<Runner::Places>()(one);
    return made;
  }
};

// All side by side over every path that the first two may match.
bool is_covered(const std::vector<Runner>& all) {
  std::set<unsigned> edges = {1, '/', '/' + 1};
  for (const Runner& one : all) one.mark_edges(edges);
  State first;
  for (const Runner& one : all) first.push_back(one.start());
  std::unordered_set<State, Hash> seen = {first};
  std::vector<State> open = {first};
  while (!open.empty()) {
    const State at = std::move(open.back());
    open.pop_back();
    if (all[0].matches(at[0]) && all[1].matches(at[1])) {
      bool is_taken = false;
      for (std::size_t i = 2; i < all.size(); ++i) is_taken = is_taken || all[i].matches(at[i]);
      if (!is_taken || seen.size() > kMaxSeen) return false;
    }
    for (const unsigned byte : edges) {
      State next(all.size());
      for (std::size_t i = 0; i < all.size(); ++i) {
        next[i] = all[i].after(at[i], static_cast<unsigned char>(byte));
        if (i < 2 && next[i].none()) break;
      }
      if (next[0].none() || next[1].none()) continue;
      if (seen.insert(next).second) open.push_back(next);
    }
    if (seen.size() > kMaxSeen) return false;
  }
  return true;
}

bool is_part(std::string_view narrow, std::string_view wide) {
  const auto inner = components_of(narrow);
  const auto outer = components_of(wide);
  return inner.size() == outer.size() &&
         std::equal(inner.begin(), inner.end(), outer.begin(),
                    [](std::string_view a, std::string_view b) { return a == b || is_part_of(a, b); });
}

}  // namespace

bool is_overlap_decided(std::string_view a, std::string_view b, std::span<const std::string_view> others) {
  std::vector<Runner> all = {Runner(a), Runner(b)};
  for (const std::string_view one : others) {
    if (one == a || one == b || !is_part(one, a) || !is_part(one, b)) continue;
    if (counts_more(one, a) && counts_more(one, b)) all.emplace_back(one);
  }
  const bool is_long = std::any_of(all.begin(), all.end(), [](const Runner& one) { return one.is_too_long(); });
  return all.size() > 2 && !is_long && is_covered(all);
}

}  // namespace eventfilter::sema
