// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel's globs: "*", "?", "[a-z]", "[!a-z]".
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventfilter::sema {

// What matches one byte, or any number of any bytes.
struct GlobToken {
  std::bitset<256> bytes;
  bool many = false;
};
using Glob = std::vector<GlobToken>;

bool has_glob(std::string_view component);

// nullopt: a "[" without its "]", or a range that goes downwards.
std::optional<Glob> parse_glob(std::string_view text);

// Whether some name matches both.
bool intersects(const Glob& a, const Glob& b);

// Whether a pattern, of as many components as the path, matches it.
bool matches(std::string_view pattern, std::string_view path);

// The parts between the slashes.
std::vector<std::string_view> components_of(std::string_view path);

// Of two patterns of one directory that match the same, whether `a` is the one that counts: a literal
// more than a glob, in the last component first; of two globs the one in which more characters stand for
// themselves; else the one that is first in the alphabet. The kernel's order.
bool counts_more(std::string_view a, std::string_view b);

// Whether all that matches `narrow` is seen to match `wide`, too.
bool is_part_of(std::string_view narrow, std::string_view wide);

// Whether the kernel's order is one that a reader would see: of two globs one is a part of the other.
bool is_plainly_ordered(std::string_view a, std::string_view b);

// A glob that only `text` matches.
std::string escape_glob(std::string_view text);

}  // namespace eventfilter::sema
