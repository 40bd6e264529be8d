// SPDX-License-Identifier: BSD-2-Clause
#include "syntax/words.h"

#include <algorithm>

namespace eventfilter::syntax {
namespace {

// What stands between two tokens: comments, and whether lines end.
class Gap {
 public:
  Gap(const std::string& text, std::vector<Word>& ret) : ret_(ret) {
    for (std::size_t at = 0; at < text.size();) {
      if (text[at] == '\n') ++lines_;
      if (text[at] != '#') {
        ++at;
        continue;
      }
      const std::size_t end = std::min(text.find('\n', at), text.size());
      std::string comment = text.substr(at, end - at);
      comment.erase(comment.find_last_not_of(" \t\r") + 1);
      add(Parser::symbol_kind::S_YYEMPTY, std::move(comment));
      at = end;
    }
  }

  void add(WordKind kind, std::string text) {
    const bool is_first = ret_.empty();
    ret_.push_back({kind, std::move(text), lines_ > 0 || is_first, lines_ > 1 && !is_first});
    lines_ = 0;
  }

 private:
  std::vector<Word>& ret_;
  unsigned lines_ = 0;
};

}  // namespace

std::vector<Word> read_words(diag::SourceId source, diag::Diagnostics& diagnostics) {
  std::vector<Word> words;
  ParseContext context(source, diagnostics);
  const std::string& text = diagnostics.source_text(source);
  std::size_t at = 0;
  for (;;) {
    const Parser::symbol_type token = context.next();
    const bool is_end = token.kind() == Parser::symbol_kind::S_YYEOF;
    const std::size_t begin = is_end ? text.size() : token.location.begin;
    Gap gap(text.substr(at, begin - at), words);
    if (is_end) return words;
    gap.add(token.kind(), text.substr(begin, token.location.end - begin));
    at = token.location.end;
  }
}

}  // namespace eventfilter::syntax
