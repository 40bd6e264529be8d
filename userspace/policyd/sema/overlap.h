// SPDX-License-Identifier: BSD-2-Clause
//
// Two globs that match some names in common, neither a part of the other: whether others say what such names have.
#pragma once

#include <span>
#include <string_view>

namespace eventfilter::sema {

// Patterns of one directory. Whether each path that both `a` and `b` match is matched by one of `others` that is a
// part of both and counts more than either. "No" may be wrong where there are very many cases.
bool is_overlap_decided(std::string_view a, std::string_view b, std::span<const std::string_view> others);

}  // namespace eventfilter::sema
