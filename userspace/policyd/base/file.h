// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>

#include "base/result.h"

namespace eventfilter::base {

// Rule files and event listings are small; more than this is a mistake (EFBIG).
inline constexpr std::size_t kMaxTextFile = std::size_t{4} << 20;

// The contents of a regular file of at most kMaxTextFile bytes.
Result<std::string> read_text_file(const std::string& path);

}  // namespace eventfilter::base
