// SPDX-License-Identifier: BSD-2-Clause
//
// A source as words and comments, with what stood between them. Not for other layers.
#pragma once

#include <string>
#include <vector>

#include "syntax/parse_context.h"

namespace eventfilter::syntax {

using WordKind = Parser::symbol_kind::symbol_kind_type;

// A token, or a comment (S_YYEMPTY).
struct Word {
  WordKind kind = WordKind::S_YYEMPTY;
  std::string text;
  bool starts_line = false;   // nothing but blanks before it
  bool after_blank = false;   // an empty line before it

  bool is_comment() const { return kind == WordKind::S_YYEMPTY; }
};

// The words of a source, the end not among them.
std::vector<Word> read_words(diag::SourceId source, diag::Diagnostics& diagnostics);

}  // namespace eventfilter::syntax
