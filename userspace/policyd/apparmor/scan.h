// SPDX-License-Identifier: BSD-2-Clause
//
// The statements of a profile file with all that it includes, and its variables.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "apparmor/profile.h"
#include "base/result.h"

namespace eventfilter::apparmor {

// Open includes at one place, and included files in all.
inline constexpr unsigned kMaxIncludeDepth = 32;
inline constexpr unsigned kMaxIncludes = 4096;

// Where included files come from.
struct Sources {
  std::function<base::Result<std::string>(const std::string& path)> read;

  // The names in a folder. ENOTDIR and ENOENT for what is none.
  std::function<base::Result<std::vector<std::string>>(const std::string& path)> list;

  std::string base = "/etc/apparmor.d";  // include <x>
};

struct Statement {
  enum class End { Comma, Open, Close };
  Place place;
  std::vector<std::string> words;  // quotes taken off; "set=(hup int)" is one
  std::string text;                // as it was written
  End end = End::Comma;
};

struct Scanned {
  std::vector<Statement> statements;
  std::map<std::string, std::vector<std::string>> variables;
  std::vector<Remark> remarks;
};

// Reads `text` as the file `name`. EINVAL, with the place, for what isn't a profile file at all; what read()
// says for an include that isn't there.
base::Result<Scanned> scan(const std::string& name, const std::string& text, const Sources& sources);

}  // namespace eventfilter::apparmor
