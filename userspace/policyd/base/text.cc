// SPDX-License-Identifier: BSD-2-Clause
#include "base/text.h"

namespace eventfilter::base {

std::size_t line_begin(std::string_view text, unsigned line) {
  std::size_t begin = 0;
  for (unsigned at = 1; at < line; ++at) {
    const std::size_t newline = text.find('\n', begin);
    if (newline == std::string_view::npos) return text.size();
    begin = newline + 1;
  }
  return begin;
}

std::string in_comment(const std::string& text) {
  std::string safe;
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    safe += code < ' ' || code == 127 ? '?' : byte;
  }
  return safe;
}

}  // namespace eventfilter::base
