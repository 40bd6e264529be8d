// SPDX-License-Identifier: BSD-2-Clause
#include "learn/insert.h"

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace eventfilter::learn {
namespace {

// Where the brace is that closes the first one from `at` on; npos if none does.
std::size_t closing_brace(const std::string& text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '#') {
      at = text.find('\n', at);
      if (at == std::string::npos) break;
    } else if (text[at] == '"') {
      at = text.find('"', at + 1);
      if (at == std::string::npos) break;
    } else if (text[at] == '{') {
      ++depth;
    } else if (text[at] == '}' && --depth == 0) {
      return at;
    }
  }
  return std::string::npos;
}

// The word before `at` is `word`: where it begins, else `at`.
std::size_t before_word(const std::string& text, std::size_t at, const std::string& word) {
  const std::size_t end = at == 0 ? std::string::npos : text.find_last_not_of(" \t\n", at - 1);
  if (end == std::string::npos || end + 1 < word.size()) return at;
  const std::size_t begin = end + 1 - word.size();
  return text.compare(begin, word.size(), word) == 0 ? begin : at;
}

// Over the lines of comment that stand directly above a line.
std::size_t above_comment(const std::string& text, std::size_t line) {
  while (line != 0) {
    const std::size_t newline = line >= 2 ? text.rfind('\n', line - 2) : std::string::npos;
    const std::size_t above = newline == std::string::npos ? 0 : newline + 1;
    const std::size_t first = text.find_first_not_of(" \t", above);
    if (first >= line || text[first] != '#') break;
    line = above;
  }
  return line;
}

}  // namespace

base::Result<std::string> inserted(const std::string& text, const diag::Place& domain,
                                   const Additions& additions) {
  const std::size_t name = base::line_begin(text, domain.line) + domain.column - 1;
  const std::size_t close = closing_brace(text, std::min(name, text.size()));
  if (close == std::string::npos) return base::Error{EINVAL, "the domain's end can't be found"};
  std::size_t begin = before_word(text, before_word(text, name, "domain"), "permissive");
  const std::size_t line =
      text.rfind('\n', begin) == std::string::npos ? 0 : text.rfind('\n', begin) + 1;
  const bool is_alone = text.find_first_not_of(" \t", line) == begin;
  if (is_alone) begin = above_comment(text, line);

  std::string declarations = additions.declarations;
  if (!declarations.empty()) declarations = (is_alone ? "" : "\n") + declarations + '\n';
  std::string rules = additions.rules;
  const std::size_t last = text.find_last_not_of(" \t", close - 1);
  if (!rules.empty() && text[last] != '\n') rules = '\n' + rules;
  const std::size_t end = text[last] == '\n' ? last + 1 : close;
  return text.substr(0, begin) + declarations + text.substr(begin, end - begin) + rules +
         text.substr(end);
}

}  // namespace eventfilter::learn
