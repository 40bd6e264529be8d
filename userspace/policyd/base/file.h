// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>

#include "base/result.h"

namespace eventfilter::base {

// Rule files and event listings are small; more than this is a mistake (EFBIG).
inline constexpr std::size_t kMaxTextFile = std::size_t{4} << 20;

// The contents of a regular file of at most kMaxTextFile bytes.
Result<std::string> read_text_file(const std::string& path);

// Gives a file these contents, all or nothing: whoever reads it meanwhile, and whoever finds it after a
// crash, sees the old or the new ones. An existing file keeps its mode, and a symbolic link its target; a
// new one gets mode 0666 as the umask leaves it.
Result<void> write_text_file(const std::string& path, const std::string& text);

}  // namespace eventfilter::base
