// SPDX-License-Identifier: BSD-2-Clause
#include "syntax/parse.h"

#include <array>

#include "syntax/parse_context.h"
#include "syntax/scanner.h"

namespace eventfilter::syntax {
namespace {

// More alternatives than this say less than none.
constexpr int kMaxExpected = 5;

// How a message calls a token: names as they are, punctuation in quotes.
std::string shown(const char* name) {
  const std::string text = name;
  const bool is_phrase = text.find(' ') != std::string::npos;
  return is_phrase ? text : "\"" + text + "\"";
}

std::string expected(const Parser::context& context) {
  std::array<Parser::symbol_kind_type, kMaxExpected + 1> kinds{};
  const int count = context.expected_tokens(kinds.data(), kMaxExpected + 1);
  if (count == 0 || count > kMaxExpected) return {};
  std::string out;
  for (int i = 0; i < count; ++i) {
    if (i > 0) out += i + 1 == count ? " or " : ", ";
    out += shown(Parser::symbol_name(kinds[static_cast<std::size_t>(i)]));
  }
  return out;
}

}  // namespace

void* must_alloc(void* old, std::size_t size) {
  void* const memory = std::realloc(old, size);
  if (memory == nullptr) std::abort();
  return memory;
}

void ScanState::stray_byte(char byte) {
  const bool continues = begin_ == stray_end_;
  stray_end_ = end_;
  if (continues) return;
  const auto value = static_cast<unsigned char>(byte);
  constexpr char kHex[] = "0123456789abcdef";
  const std::string name = value > 0x20 && value < 0x7f
                               ? std::string("\"") + byte + "\""
                               : std::string("the byte 0x") + kHex[value >> 4] + kHex[value & 15];
  diagnostics_.add(diag::make(diag::Message::stray_character, range(), {name}));
}

ParseContext::ParseContext(diag::SourceId source, diag::Diagnostics& diagnostics)
    : diagnostics_(diagnostics), scan_(source, diagnostics) {
  file.source = source;
  const std::string& text = diagnostics.source_text(source);
  scanner_ = open_scanner(text.data(), text.size(), &scan_);
}

ParseContext::~ParseContext() { close_scanner(scanner_); }

Parser::symbol_type ParseContext::next() { return scan(scanner_); }

void ParseContext::report(diag::Message message, const diag::Range& range, std::string hint) {
  diag::Diagnostic finding = diag::make(message, range);
  finding.hint = std::move(hint);
  diagnostics_.add(std::move(finding));
}

std::string ParseContext::text(const diag::Range& range) const {
  return diagnostics_.source_text(range.source).substr(range.begin, range.end - range.begin);
}

bool ParseContext::open(const diag::Range& range) {
  if (++depth_ <= kMaxDepth) return true;
  diagnostics_.add(
      diag::make(diag::Message::too_deep, range, {std::to_string(kMaxDepth)}));
  return false;
}

ast::Name ParseContext::pattern_as_object(std::string pattern, const diag::Range& range) {
  report(diag::Message::path_as_object, range,
         "declare it: label NAME = \"" + pattern + "\";");
  return {std::move(pattern), range};
}

ast::Compare ParseContext::single_equals(const diag::Range& range) {
  report(diag::Message::single_equals, range, "write ==");
  return ast::Compare::Equal;
}

void Parser::report_syntax_error(const context& where) const {
  state.syntax_error(where.location(), shown(where.lookahead().name()), expected(where));
}

// The skeleton's own errors (a stack that can't grow) don't go through the report above.
void Parser::error(const diag::Range& range, const std::string& what) {
  state.syntax_error(range, what, {});
}

void ParseContext::syntax_error(const diag::Range& range, const std::string& unexpected,
                                const std::string& wanted) {
  const bool is_text = unexpected.find(' ') == std::string::npos || range.begin == range.end;
  const std::string what = is_text ? unexpected : unexpected + ", " + text(range);
  if (wanted.empty()) {
    diagnostics_.add(diag::make(diag::Message::unexpected, range, {what}));
  } else {
    diagnostics_.add(diag::make(diag::Message::unexpected_wanted, range, {what, wanted}));
  }
}

ast::File parse(diag::SourceId source, diag::Diagnostics& diagnostics) {
  ParseContext state(source, diagnostics);
  Parser parser(state);
  // What went wrong is among the diagnostics already.
  static_cast<void>(parser.parse());
  return std::move(state.file);
}

}  // namespace eventfilter::syntax
