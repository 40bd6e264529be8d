// SPDX-License-Identifier: BSD-2-Clause
//
// What a rule's path expression is about: places that labels can tell, and of what is there only that with a name.
#pragma once

#include <string>
#include <vector>

#include "apparmor/glob.h"

namespace eventfilter::apparmor {

struct Scope {
  Pattern pattern;
  Shape shape;               // of the pattern
  std::string name;          // in our glob syntax, what the last component has to match; empty: whatever it is
  std::string last;          // what all last components do match, whether by `name` or by the pattern; or empty
  bool files = true;         // everything but directories
  bool directories = false;

  bool is_about(bool directory) const { return directory ? directories : files; }
};

// "/x/**.so" is what is beneath /x and called "*.so". All scopes together match what the pattern does.
std::vector<Scope> scopes_of(const Pattern& pattern);

// A test of a field that has a name: `name ~ "*.so"`.
std::string name_test(const std::string& field, const std::string& glob);

}  // namespace eventfilter::apparmor
