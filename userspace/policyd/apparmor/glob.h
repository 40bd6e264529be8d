// SPDX-License-Identifier: BSD-2-Clause
//
// AppArmor's path expressions: "*" within a name, "**" across directories, "?", "[a-z]", "{a,b}".
#pragma once

#include <bitset>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace eventfilter::apparmor {

// How many paths without alternatives one expression may stand for.
inline constexpr std::size_t kMaxAlternatives = 512;

// How long one of them may be.
inline constexpr std::size_t kMaxAtoms = 255;

struct Atom {
  enum class Kind {
    One,   // one of `bytes`
    Star,  // any number of bytes other than "/"
    Deep,  // any number of any bytes
  };
  Kind kind = Kind::One;
  std::bitset<256> bytes;

  bool is(char byte) const;  // One, of that byte alone
  bool operator==(const Atom&) const = default;
};

using Pattern = std::vector<Atom>;

// The patterns that an expression without variables stands for. EINVAL says what is wrong with it.
base::Result<std::vector<Pattern>> expand(std::string_view expression);

// The bytes at the beginning that stand for themselves.
std::string literal_prefix(const Pattern& pattern);

// What is told of a pattern at a glance.
struct Shape {
  std::string prefix;                   // bytes that stand for themselves, at its beginning
  std::string suffix;                   // and at its end
  std::vector<std::string> components;  // up to the first "**"; of those with a glob the empty string
  std::size_t slashes = 0;
  bool is_deep = false;     // has a "**": there may be more slashes
  bool is_literal = false;  // one path only: the prefix

  explicit Shape(const Pattern& pattern);
};

// Whether some path may match both: false is certain.
bool may_meet(const std::string& prefix, const std::string& other);
bool may_meet(const Shape& a, const Shape& b);

// Whether each path that all of `all` match is matched by one of `any`.
bool covered(std::span<const Pattern* const> all, std::span<const Pattern* const> any);

// Whether some path matches both.
bool meet(const Pattern& a, const Pattern& b);

// Whether whatever `inner` matches is matched by `outer`. "No" may be wrong where it takes to tell cases apart.
bool contains(const Pattern& outer, const Pattern& inner);

bool matches(const Pattern& pattern, std::string_view path);

}  // namespace eventfilter::apparmor
