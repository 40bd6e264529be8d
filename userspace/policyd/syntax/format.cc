// SPDX-License-Identifier: BSD-2-Clause
#include "syntax/format.h"

#include <algorithm>
#include <vector>

#include "syntax/parse.h"
#include "syntax/words.h"

namespace eventfilter::syntax {
namespace {

using Kind = Parser::symbol_kind;
constexpr std::size_t kIndent = 2;
constexpr std::size_t kContinued = 4;

bool is_any_of(WordKind kind, std::initializer_list<WordKind> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// Whether a blank separates two words of a line.
bool is_apart(const Word& last, const Word& word) {
  if (is_any_of(word.kind, {Kind::S_SEMICOLON, Kind::S_COMMA, Kind::S_RPAREN, Kind::S_DOTS})) {
    return false;
  }
  if (is_any_of(last.kind, {Kind::S_LPAREN, Kind::S_NOT, Kind::S_DOTS})) return false;
  // Arguments and parameters stand at the name.
  return word.kind != Kind::S_LPAREN || last.kind != Kind::S_WORD;
}

// The columns of a word with all that has to follow it on the same line.
std::size_t width(const std::vector<Word>& words, std::size_t at) {
  std::size_t columns = words[at].text.size();
  while (++at < words.size() && !is_apart(words[at - 1], words[at])) columns += words[at].text.size();
  return columns;
}

// The braces of bodies have lines of their own, those of lists don't.
class Lines {
 public:
  std::string take(const std::vector<Word>& words);

 private:
  struct Line {
    std::string text;
    std::string comment;    // at its end
    std::size_t equals = 0;  // of a declaration that is aligned with its neighbours
    bool after_blank = false;
  };

  void add(const std::vector<Word>& words, std::size_t at);
  void add_comment(const Word& word);
  void open_body(const std::vector<Word>& words, std::size_t at);
  void close_body(const std::vector<Word>& words, std::size_t at);
  void end_statement();
  bool has_body() const;
  bool ends_declaration(const std::vector<Word>& words, std::size_t at) const;
  void append(const Word& word);
  bool is_aligned() const;
  std::string indent() const;
  void end_line();
  void align();

  std::vector<Line> lines_;
  std::vector<Word> line_;     // the words of the line that is being made
  std::vector<Word> statement_;  // of the statement, which can have several lines
  std::vector<bool> lists_;    // open braces of lists: whether commas are needed there
  std::size_t depth_ = 0;      // open bodies
  bool is_continued_ = false;
  bool ended_ = false;  // a statement has just ended: a comment on its line belongs to it
};

// Whether commas separate what is in these braces: elsewhere blanks do.
bool needs_commas(const std::vector<Word>& statement) {
  const WordKind before = statement.back().kind;
  return before == Kind::S_IN || statement.front().kind == Kind::S_ROLE ||
         statement.front().kind == Kind::S_USER;
}

// Whether braces of this statement enclose statements.
bool Lines::has_body() const {
  return !statement_.empty() &&
         is_any_of(statement_.front().kind,
                   {Kind::S_DOMAIN, Kind::S_PERMISSIVE, Kind::S_MACRO, Kind::S_HANDLE, Kind::S_IF,
                    Kind::S_ELSE, Kind::S_RBRACE});
}

void Lines::append(const Word& word) {
  line_.push_back(word);
  statement_.push_back(word);
}

std::string Lines::indent() const {
  return std::string(depth_ * kIndent + (is_continued_ ? kContinued : 0), ' ');
}

bool Lines::is_aligned() const {
  return is_any_of(statement_.front().kind, {Kind::S_LABEL, Kind::S_ATTRIBUTE});
}

// Words with blanks between, broken where they'd be too long.
void Lines::end_line() {
  if (line_.empty()) return;
  Line made;
  made.after_blank = line_.front().after_blank && !is_continued_;
  made.text = indent();
  for (std::size_t i = 0; i < line_.size(); ++i) {
    const bool blank = i > 0 && is_apart(line_[i - 1], line_[i]);
    if (blank && made.text.size() + 1 + width(line_, i) > kMaxColumns) {
      is_continued_ = true;
      lines_.push_back(std::move(made));
      made = {indent(), {}, 0, false};
    } else if (blank) {
      made.text += ' ';
    }
    const bool is_first = line_[i].kind == Kind::S_ASSIGN && made.equals == 0 && !is_continued_;
    if (is_first && is_aligned()) made.equals = made.text.size();
    made.text += line_[i].text;
  }
  line_.clear();
  lines_.push_back(std::move(made));
}

void Lines::add_comment(const Word& word) {
  const bool has_line = !word.starts_line && (!line_.empty() || ended_);
  ended_ = false;
  if (has_line) {
    end_line();
    if (lines_.back().comment.empty()) {
      lines_.back().comment = word.text;
      is_continued_ = !statement_.empty();
      return;
    }
  }
  end_line();
  is_continued_ = !statement_.empty();
  lines_.push_back({indent() + word.text, {}, 0, word.after_blank && !is_continued_});
}

void Lines::open_body(const std::vector<Word>& words, std::size_t at) {
  append(words[at]);
  end_line();
  statement_.clear();
  is_continued_ = false;
  ended_ = true;
  ++depth_;
}

void Lines::close_body(const std::vector<Word>& words, std::size_t at) {
  --depth_;
  is_continued_ = false;
  append(words[at]);
  // "} else {" is one line.
  if (at + 1 < words.size() && words[at + 1].kind == Kind::S_ELSE) return;
  end_statement();
}

void Lines::end_statement() {
  end_line();
  statement_.clear();
  is_continued_ = false;
  ended_ = true;
}

// A list's "}" that ends what it stands in: there is no semicolon.
bool Lines::ends_declaration(const std::vector<Word>& words, std::size_t at) const {
  if (words[at].kind != Kind::S_RBRACE || !lists_.empty()) return false;
  if (at + 1 < words.size() && words[at + 1].kind == Kind::S_ELSE) return false;
  return has_body() || is_any_of(statement_.front().kind, {Kind::S_CLASS, Kind::S_ROLE, Kind::S_USER});
}

void Lines::add(const std::vector<Word>& words, std::size_t at) {
  const Word& word = words[at];
  if (word.is_comment()) return add_comment(word);
  ended_ = false;
  if (word.kind == Kind::S_LBRACE) {
    const bool is_empty = at + 1 < words.size() && words[at + 1].kind == Kind::S_RBRACE;
    if (lists_.empty() && has_body() && !is_empty) return open_body(words, at);
    lists_.push_back(needs_commas(statement_));
  }
  if (word.kind == Kind::S_RBRACE) {
    if (lists_.empty()) return close_body(words, at);
    lists_.pop_back();
  }
  if (word.kind == Kind::S_COMMA && !lists_.empty() && !lists_.back()) return;
  append(word);
  if (word.kind == Kind::S_SEMICOLON || ends_declaration(words, at)) end_statement();
}

// The "=" of declarations that follow each other stand in one column.
void Lines::align() {
  for (std::size_t begin = 0; begin < lines_.size();) {
    std::size_t end = begin;
    std::size_t column = 0;
    while (end < lines_.size() && lines_[end].equals != 0 &&
           (end == begin || !lines_[end].after_blank)) {
      column = std::max(column, lines_[end].equals);
      ++end;
    }
    for (std::size_t i = begin; i < end; ++i) {
      std::string& text = lines_[i].text;
      const std::size_t missing = column - lines_[i].equals;
      if (text.size() + missing <= kMaxColumns) text.insert(lines_[i].equals, missing, ' ');
    }
    begin = std::max(end, begin + 1);
  }
}

std::string Lines::take(const std::vector<Word>& words) {
  for (std::size_t at = 0; at < words.size(); ++at) add(words, at);
  end_line();
  align();
  std::string out;
  for (const Line& line : lines_) {
    const bool is_end = line.text.find('}') == line.text.find_first_not_of(' ');
    if (line.after_blank && !is_end && !out.ends_with("{\n")) out += '\n';
    out += line.text + (line.comment.empty() ? "" : "  " + line.comment) + '\n';
  }
  return out;
}

// What mustn't change: the words but commas, and the comments.
std::vector<std::string> essence(const std::vector<Word>& words) {
  std::vector<std::string> all;
  for (const Word& word : words) {
    if (word.kind != Kind::S_COMMA) all.push_back(word.text);
  }
  return all;
}

}  // namespace

std::optional<std::string> format(diag::SourceId source, diag::Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.errors();
  parse(source, diagnostics);
  if (diagnostics.errors() != errors) return std::nullopt;
  const std::vector<Word> words = read_words(source, diagnostics);
  std::string text = Lines().take(words);
  diag::Diagnostics again;
  const diag::SourceId made = again.add_source("formatted", text);
  parse(made, again);
  // Whoever formats a file must not lose a word of it: our own mistake ends the program.
  if (again.has_errors() || essence(read_words(made, again)) != essence(words)) std::abort();
  return text;
}

}  // namespace eventfilter::syntax
