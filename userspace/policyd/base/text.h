// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string_view>

namespace eventfilter::base {

// The byte at which a line begins, counted from 1; the end of the text where there are fewer.
std::size_t line_begin(std::string_view text, unsigned line);

}  // namespace eventfilter::base
