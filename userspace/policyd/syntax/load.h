// SPDX-License-Identifier: BSD-2-Clause
//
// A rule file with all that it includes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ast/ast.h"
#include "base/result.h"
#include "diag/diagnostics.h"

namespace eventfilter::syntax {

// Files beside the one that is given.
inline constexpr std::size_t kMaxIncludes = 1024;

// Where includes come from.
struct Sources {
  // A file's contents. ENOENT lets the search go on. May be empty: then there are no files.
  std::function<base::Result<std::string>(const std::string& path)> read_file;

  // Folders of `include <name>;`: FOLDER/name.policy.
  std::vector<std::string> include_path;

  // The last place that `include <name>;` looks in. May be empty.
  std::function<std::optional<std::string_view>(std::string_view name)> standard;

  // What that place has, for hints.
  std::vector<std::string> standard_names;
};

// Parses `text` and what it includes, each file once.
ast::Policy load(const std::string& name, const std::string& text, const Sources& sources,
                 diag::Diagnostics& diagnostics);

}  // namespace eventfilter::syntax
