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

// A pattern P/**/NAME. What has such a name, wherever in P, carries the label of P all the same.
bool is_deep(const Pattern& pattern);

// The label of an object that carries one label and has this name, where it has one.
std::string told_by_name(const std::vector<Pattern>& patterns, const std::string& carried,
                         const std::string& name);

// Whether names tell objects with this label from others, or others from them.
bool is_told_by_names(const std::vector<Pattern>& patterns, const std::string& label);

// The label that the nearest pattern gives, or "".
std::string label_of(const std::vector<Pattern>& patterns, const std::string& path);

}  // namespace eventfilter::interpreter
