// SPDX-License-Identifier: BSD-2-Clause
//
// From the places that a program went to, to few patterns: wide enough for its next run, and no
// wider than a reader would write them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace eventfilter::learn {

// What was done with one path: permissions of class file ("read"), and of unix with the class's
// name
// ("unix connect").
struct Access {
  std::set<std::string> permissions;
  std::set<std::string> programs;
  bool is_directory_made = false;  // the program made this directory itself
};
using Accesses = std::map<std::string, Access>;

// Paths that get one label: alike in what they are and in what is done with them.
struct Kind {
  std::string name;                   // "config"
  std::vector<std::string> patterns;  // as a rule file has them, without quotes
  std::vector<std::string> seen;      // the paths
  std::set<std::string> permissions;
  std::set<std::string> programs;
  bool is_sensitive = false;  // keys, passwords: whoever reads the policy should look at this
};

// How far to go. Exactly: each path alone, for when the patterns would get in each other's way.
enum class Reach { General, Exact };

// `home`: the home directory, absolute, which becomes @{HOME}; or empty.
std::vector<Kind> kinds_of(const Accesses& accesses, const std::string& home, Reach reach);

// Whether a path is one that holds secrets as a rule.
bool is_sensitive(const std::string& path, const std::string& home);

// A pattern that stands for this path alone: nothing of it is taken for a glob, and bytes that a
// rule file can't have are "?".
std::string literal(const std::string& path);

}  // namespace eventfilter::learn
