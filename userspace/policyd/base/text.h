// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>
#include <string_view>

namespace eventfilter::base {

// The byte at which a line begins, counted from 1; the end of the text where there are fewer.
std::size_t line_begin(std::string_view text, unsigned line);

// The text as what can stand in one line, a comment of a rule file or a note on a terminal, and can't end it: control
// characters are "?".
std::string in_comment(const std::string& text);

}  // namespace eventfilter::base
