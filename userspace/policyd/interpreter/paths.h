// SPDX-License-Identifier: BSD-2-Clause
//
// Which label a path has. Not for other folders; the entry is interpreter.h.
#pragma once

#include <string>
#include <vector>

namespace eventfilter::interpreter {

struct Pattern {
  std::string label;
  std::string text;  // variables replaced
};

// The label that the nearest pattern gives, or "".
std::string label_of(const std::vector<Pattern>& patterns, const std::string& path);

}  // namespace eventfilter::interpreter
