// SPDX-License-Identifier: BSD-2-Clause
#include "syntax/parse.h"

#include <algorithm>
#include <vector>

#include "syntax/parse_context.h"
#include "syntax/scanner.h"

namespace eventfilter::syntax {
namespace {

// More alternatives than this say less than none.
constexpr std::size_t kMaxExpected = 5;
constexpr std::size_t kMaxListed = 12;

using Kind = Parser::symbol_kind;
using Kinds = std::vector<Parser::symbol_kind_type>;

bool has_text(Parser::symbol_kind_type kind) {
  return kind == Kind::S_WORD || kind == Kind::S_SET || kind == Kind::S_NUMBER ||
         kind == Kind::S_STRING || kind == Kind::S_ADDRESS;
}

// How a message calls a token that is wanted: a kind of word, or the token itself in quotes.
std::string shown(Parser::symbol_kind_type kind) {
  const std::string name = Parser::symbol_name(kind);
  if (kind == Kind::S_YYEOF) return name;
  return has_text(kind) ? "a " + name : "\"" + name + "\"";
}

Kinds expected_kinds(const Parser::context& context) {
  Kinds kinds(static_cast<std::size_t>(context.expected_tokens(nullptr, 0)));
  context.expected_tokens(kinds.data(), static_cast<int>(kinds.size()));
  return kinds;
}

bool contains(const Kinds& kinds, Parser::symbol_kind_type kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// Where so much could follow that only the end is worth a question.
std::string missing_end(const Kinds& kinds) {
  for (const auto kind : {Kind::S_RPAREN, Kind::S_SEMICOLON}) {
    if (contains(kinds, kind)) return "is " + shown(kind) + " missing before it?";
  }
  return {};
}

// What could stand here: the tokens, or what they are the beginnings of.
std::string wanted(const Kinds& kinds) {
  if (contains(kinds, Kind::S_NOT)) return "a condition";
  if (contains(kinds, Kind::S_NUMBER) && contains(kinds, Kind::S_LPAREN)) return "a value";
  if (kinds.size() > kMaxListed) return {};
  if (kinds.size() > kMaxExpected && !missing_end(kinds).empty()) return {};
  std::string out;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (i > 0) out += i + 1 == kinds.size() ? " or " : ", ";
    out += shown(kinds[i]);
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

ast::Pattern ParseContext::path(std::string text, const diag::Range& range) {
  return {ast::Pattern::Kind::Path, std::move(text), range, {}, {}, {}, {}};
}

ast::Pattern ParseContext::fs_type(ast::Name word, ast::Name type, const diag::Range& range) {
  if (word.text != "fs") {
    report(diag::Message::unknown_pattern, word.range,
           "write a path in quotes, fs TYPE, or tcp, udp or any with an address and ports");
  }
  return {ast::Pattern::Kind::FsType, text(range), range, std::move(word), std::move(type), {}, {}};
}

ast::Pattern ParseContext::endpoint(ast::Name protocol, std::optional<ast::Name> address,
                                    std::vector<ast::Name> ports, const diag::Range& range) {
  if (protocol.text != "tcp" && protocol.text != "udp" && protocol.text != "any") {
    report(diag::Message::unknown_pattern, protocol.range,
           protocol.text == "fs" ? "name the file system's type: fs proc"
                                 : "write a path in quotes, fs TYPE, or tcp, udp or any with an "
                                   "address and ports");
  }
  return {ast::Pattern::Kind::Endpoint, text(range), range, std::move(protocol), {},
          std::move(address), std::move(ports)};
}

ast::Name ParseContext::pattern_as_object(std::string pattern, const diag::Range& range) {
  report(diag::Message::path_as_object, range,
         "declare it: label NAME = \"" + pattern + "\";");
  return {std::move(pattern), range};
}

bool ParseContext::truth_value(const std::string& word, const diag::Range& range) {
  if (word != "true" && word != "false") {
    report(diag::Message::not_a_truth_value, range, "write true or false");
  }
  return word == "true";
}

ast::Compare ParseContext::single_equals(const diag::Range& range) {
  report(diag::Message::single_equals, range, "write ==");
  return ast::Compare::Equal;
}

void Parser::report_syntax_error(const context& where) const {
  const Kinds kinds = expected_kinds(where);
  const symbol_kind_type kind = where.token();
  std::string what = Parser::symbol_name(kind);
  if (kind == Kind::S_WORD || kind == Kind::S_SET) {
    what += " \"" + state.text(where.location()) + "\"";
  } else if (has_text(kind)) {
    what += " " + state.text(where.location());
  } else if (kind != Kind::S_YYEOF) {
    what = shown(kind);
  }
  const std::string possible = wanted(kinds);
  state.syntax_error(where.location(), what, possible, possible.empty() ? missing_end(kinds) : "");
}

// The skeleton's own errors (a stack that can't grow) don't go through the report above.
void Parser::error(const diag::Range& range, const std::string& what) {
  state.syntax_error(range, what, {}, {});
}

void ParseContext::syntax_error(const diag::Range& range, const std::string& unexpected,
                                const std::string& possible, std::string hint) {
  diag::Diagnostic finding =
      possible.empty() ? diag::make(diag::Message::unexpected, range, {unexpected})
                       : diag::make(diag::Message::unexpected_wanted, range, {unexpected, possible});
  finding.hint = std::move(hint);
  diagnostics_.add(std::move(finding));
}

ast::File parse(diag::SourceId source, diag::Diagnostics& diagnostics) {
  ParseContext state(source, diagnostics);
  Parser parser(state);
  // What went wrong is among the diagnostics already.
  static_cast<void>(parser.parse());
  return std::move(state.file);
}

}  // namespace eventfilter::syntax
