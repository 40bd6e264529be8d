// SPDX-License-Identifier: BSD-2-Clause
//
// What scanner and parser share during one parse. Not for other layers.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <string>

#include "ast/ast.h"
#include "diag/diagnostics.h"
#include "diag/messages.h"
#include "policy.tab.hh"

namespace eventfilter::syntax {

// realloc that doesn't come back empty-handed.
void* must_alloc(void* old, std::size_t size);

// The scanner's side: where it is.
class ScanState {
 public:
  ScanState(diag::SourceId source, diag::Diagnostics& diagnostics)
      : source_(source), diagnostics_(diagnostics) {}

  void advance(std::size_t bytes) {
    begin_ = end_;
    end_ += static_cast<std::uint32_t>(bytes);
  }

  // Where the last token is.
  diag::Range range() const { return {source_, begin_, end_}; }

  // A token without its first and last byte: quotes.
  static std::string inside(const char* text, std::size_t length) {
    return std::string(text + 1, text + length - 1);
  }

  void report(diag::Message message) { diagnostics_.add(diag::make(message, range())); }

  // A byte that no token starts with; only the first of a run is reported.
  void stray_byte(char byte);

 private:
  diag::SourceId source_;
  diag::Diagnostics& diagnostics_;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t stray_end_ = UINT32_MAX;
};

// The parser's side.
class ParseContext {
 public:
  ParseContext(diag::SourceId source, diag::Diagnostics& diagnostics);
  ~ParseContext();
  ParseContext(const ParseContext&) = delete;
  ParseContext& operator=(const ParseContext&) = delete;

  Parser::symbol_type next();

  void add(ast::Declaration declaration) { file.declarations.push_back(std::move(declaration)); }
  void report(diag::Message message, const diag::Range& range, std::string hint = {});

  void syntax_error(const diag::Range& range, const std::string& unexpected,
                    const std::string& possible, std::string hint);

  // The text of a range.
  std::string text(const diag::Range& range) const;

  // "(" and ")" of a condition; open() says no when there are too many.
  bool open(const diag::Range& range);
  void close() { --depth_; }

  // What a label is for; a word that starts none of these is reported.
  ast::Pattern path(std::string text, const diag::Range& range);
  ast::Pattern fs_type(ast::Name word, ast::Name type, const diag::Range& range);
  ast::Pattern endpoint(ast::Name protocol, std::optional<ast::Name> address,
                        std::vector<ast::Name> ports, const diag::Range& range);

  // A path where the name of a label belongs.
  ast::Name pattern_as_object(std::string pattern, const diag::Range& range);

  // "true" or "false"; anything else is reported.
  bool truth_value(const std::string& word, const diag::Range& range);

  // "=" where "==" is meant: reported, and taken as that.
  ast::Compare single_equals(const diag::Range& range);

  ast::File file;

 private:
  diag::Diagnostics& diagnostics_;
  ScanState scan_;
  void* scanner_ = nullptr;
  unsigned depth_ = 0;
};

}  // namespace eventfilter::syntax
