// SPDX-License-Identifier: BSD-2-Clause
//
// The compiler in one call: rule text in, what the kernel takes out.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "diag/diagnostics.h"
#include "emit/compiled_policy.h"

namespace eventfilter::events {
class Target;
}

namespace eventfilter::emit {

// A rule file: the name that messages show, relative to which its `include "..."` are looked
// up, and its contents.
struct Source {
  std::string name;
  std::string text;
};

// Reads a file that an `include` names. ENOENT lets the search go on; any other error ends
// it with a message.
using FileReader = std::function<base::Result<std::string>(const std::string& path)>;

struct Options {
  // Values of @{NAME}, absolute paths: {"HOME", "/home/alice"}. A pattern with a variable
  // that has no value here labels nothing (a warning says so).
  std::map<std::string, std::string> variables;

  // What @{HOMES} stands for: each user's home, absolute paths. None: such a pattern labels nothing.
  std::vector<std::string> homes;

  // Values of booleans that aren't as the policy declares them.
  std::map<std::string, bool> booleans;

  // Where `include <name>;` looks, in order, before the standard includes built into the
  // library. The file is DIRECTORY/name.policy.
  std::vector<std::string> include_path;

  // Reads included files; nothing is read without it but the built-in includes.
  // base::read_text_file is the usual one.
  FileReader read_file;

  // The events of the kernel that the policy is for; nullptr: events::builtin_target().
  const events::Target* target = nullptr;
};

// Compiles `main` with all that it includes. Every mistake goes to `diagnostics`; a value
// comes back exactly if there is no error among them. Warnings don't keep it away.
std::optional<CompiledPolicy> compile(const Source& main, const Options& options,
                                      diag::Diagnostics& diagnostics);

}  // namespace eventfilter::emit
