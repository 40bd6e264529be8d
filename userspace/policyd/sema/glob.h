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

// A glob that only `text` matches.
std::string escape_glob(std::string_view text);

}  // namespace eventfilter::sema
