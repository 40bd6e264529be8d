// SPDX-License-Identifier: BSD-2-Clause
//
// Absolute paths as text: without "//", "." and "..", and without a slash at the end. Nothing is
// looked up.
#pragma once

#include <string>
#include <string_view>

namespace eventfilter::base {

// "/a" of "/a/b"; "/" of "/a", and of "/".
std::string directory_of(std::string_view path);

// Whether `path` is `tree` or beneath it.
bool is_beneath(std::string_view path, std::string_view tree);

}  // namespace eventfilter::base
