// SPDX-License-Identifier: BSD-2-Clause
//
// Needs as the text of a rule file.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "learn/needs.h"
#include "learn/places.h"

namespace eventfilter::learn {

struct Written {
  std::string labels;  // declarations, with comments
  std::string rules;   // of a domain, indented
  std::vector<std::string> sensitive;
};

// `taken`: names that labels must not get. `home`: see kinds_of().
Written write(const Needs& needs, const std::set<std::string>& taken, const std::string& home,
              Reach reach);

// Breaks words that are too many for one line, after the first line by `indent` spaces.
std::string wrapped(const std::string& head, const std::vector<std::string>& words,
                    const std::string& separator, std::size_t indent);

}  // namespace eventfilter::learn
