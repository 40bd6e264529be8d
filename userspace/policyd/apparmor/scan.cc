// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/scan.h"

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace eventfilter::apparmor {
namespace {

constexpr std::string_view kBlank = " \t\r";

bool is_blank(char byte) { return kBlank.find(byte) != std::string_view::npos; }

bool ends_with_any(const std::string& name, std::initializer_list<std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return name.ends_with(end); });
}

// What editors and package managers leave behind isn't read.
bool is_left_over(const std::string& name) {
  return name.starts_with('.') || name == "README" ||
         ends_with_any(name, {"~", ".dpkg-new", ".dpkg-old", ".dpkg-dist", ".dpkg-bak", ".dpkg-remove", ".pacsave",
                              ".pacnew", ".rpmnew", ".rpmsave", ".orig", ".rej"});
}

// One file; included ones are read where they stand.
class Scanner {
 public:
  Scanner(const Sources& sources, Scanned& made, unsigned& includes)
      : sources_(sources), made_(made), includes_(includes) {}

  base::Result<void> run(const std::string& name, const std::string& text, unsigned depth) {
    name_ = name;
    text_ = text;
    depth_ = depth;
    while (skip_blanks()) {
      const auto done = next();
      if (!done) return done;
    }
    return finish();
  }

 private:
  base::Error fail(const std::string& why) const {
    return base::Error{EINVAL, name_ + ":" + std::to_string(line_) + ": " + base::in_comment(why)};
  }

  base::Result<void> finish() {
    if (!current_.words.empty()) return fail("the last rule lacks its \",\"");
    return {};
  }

  char at(std::size_t offset = 0) const { return at_ + offset < text_.size() ? text_[at_ + offset] : '\0'; }

  // To the next word. Whether there is one.
  bool skip_blanks() {
    while (at_ < text_.size()) {
      if (text_[at_] == '\n') {
        ++line_;
        ++at_;
      } else if (is_blank(text_[at_])) {
        ++at_;
      } else if (text_[at_] == '#' && !is_include(at_ + 1)) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        return true;
      }
    }
    return false;
  }

  bool is_include(std::size_t place) const {
    return text_.compare(place, 7, "include") == 0 && place + 7 < text_.size() && is_blank(text_[place + 7]);
  }

  base::Result<void> next() {
    const bool starts = current_.words.empty();
    if (starts) begin();
    if (starts && (is_include(at_) || (at() == '#' && is_include(at_ + 1)))) return include();
    if (starts && is_assignment()) return assign();
    if (at() == ',') return end(Statement::End::Comma);
    if (at() == '}') {
      if (!starts) return fail("a rule lacks its \",\"");
      return end(Statement::End::Close);
    }
    if (at() == '{' && (at(1) == '\0' || is_blank(at(1)) || at(1) == '\n' || at(1) == '}')) {
      return end(Statement::End::Open);
    }
    return word();
  }

  void begin() {
    current_ = {};
    current_.place = {name_, line_};
    started_ = at_;
  }

  base::Result<void> end(Statement::End how) {
    current_.text = text_.substr(started_, at_ - started_);
    while (!current_.text.empty() && (is_blank(current_.text.back()) || current_.text.back() == '\n')) {
      current_.text.pop_back();
    }
    current_.end = how;
    ++at_;
    made_.statements.push_back(std::move(current_));
    current_ = {};
    return {};
  }

  // A word ends at a blank, or at a "," that something else follows; "{" in it belong to its path.
  base::Result<void> word() {
    std::string made;
    unsigned braces = 0;
    unsigned parentheses = 0;
    while (at_ < text_.size()) {
      const char byte = text_[at_];
      if (byte == '\n' && parentheses == 0) break;
      if (parentheses == 0 && is_blank(byte)) break;
      if (parentheses == 0 && braces == 0 && byte == ',' && is_end_after_comma()) break;
      if (parentheses == 0 && braces == 0 && byte == '}') break;
      if (byte == '"') {
        if (!quoted(made)) return fail("a quote isn't closed");
        continue;
      }
      if (byte == '\n') ++line_;
      if (byte == '\\' && at_ + 1 < text_.size()) made += text_[at_++];
      else if (byte == '{') ++braces;
      else if (byte == '}') --braces;
      else if (byte == '(') ++parentheses;
      else if (byte == ')' && parentheses > 0) --parentheses;
      made += text_[at_++];
    }
    if (braces != 0 || parentheses != 0) return fail("\"" + made + "\" lacks a closing bracket");
    current_.words.push_back(std::move(made));
    return {};
  }

  bool is_end_after_comma() const {
    const char next = at(1);
    return next == '\0' || next == '\n' || next == '#' || is_blank(next) || next == '}';
  }

  // Takes the quotes off, and keeps what would end a word.
  bool quoted(std::string& made) {
    const std::size_t close = text_.find('"', at_ + 1);
    if (close == std::string::npos || text_.find('\n', at_) < close) return false;
    made += text_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
    return true;
  }

  std::string rest_of_line() {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string rest = text_.substr(at_, end - at_);
    at_ = end;
    return rest;
  }

  bool is_assignment() const {
    if (at() != '@' || at(1) != '{') return false;
    std::size_t place = text_.find_first_of("}\n", at_);
    if (place == std::string::npos || text_[place] == '\n') return false;
    ++place;
    while (place < text_.size() && is_blank(text_[place])) ++place;
    return text_.compare(place, 1, "=") == 0 || text_.compare(place, 2, "+=") == 0;
  }

  base::Result<void> assign() {
    const std::string line = rest_of_line();
    const std::size_t close = line.find('}');
    const std::string name = line.substr(2, close - 2);
    const std::size_t equals = line.find('=', close);
    const bool adds = line[equals - 1] == '+';
    std::vector<std::string>& values = made_.variables[name];
    if (!adds) values.clear();
    for (std::string& value : split(line.substr(equals + 1))) values.push_back(std::move(value));
    current_ = {};
    return {};
  }

  static std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> words;
    std::string word;
    bool has_word = false;
    bool is_quoted = false;
    for (const char byte : line) {
      if (byte == '"') {
        is_quoted = !is_quoted;
        has_word = true;
      } else if (!is_quoted && (is_blank(byte) || byte == '#')) {
        if (has_word) words.push_back(word);
        word.clear();
        has_word = false;
        if (byte == '#') return words;
      } else {
        word += byte;
        has_word = true;
      }
    }
    if (has_word) words.push_back(word);
    return words;
  }

  base::Result<void> include() {
    if (at() == '#') ++at_;
    std::string rest = rest_of_line().substr(7);
    current_ = {};
    std::vector<std::string> words = split(rest);
    const bool is_optional = words.size() >= 3 && words[0] == "if" && words[1] == "exists";
    if (is_optional) words.erase(words.begin(), words.begin() + 2);
    if (words.empty()) return fail("an include names no file");
    std::string path = words[0];
    if (path.ends_with(',')) path.pop_back();
    if (path.starts_with('<')) {
      if (!path.ends_with('>')) return fail("an include lacks its \">\"");
      path = sources_.base + "/" + path.substr(1, path.size() - 2);
    } else if (!path.starts_with('/')) {
      path = sources_.base + "/" + path;
    }
    return include(path, is_optional);
  }

  base::Result<void> include(const std::string& path, bool is_optional) {
    if (depth_ == kMaxIncludeDepth) return fail("includes are too deep");
    if (++includes_ > kMaxIncludes) return fail("it includes too many files");
    if (auto names = sources_.list(path)) {
      std::sort(names.value().begin(), names.value().end());
      for (const std::string& name : names.value()) {
        if (is_left_over(name)) continue;
        const auto done = include(path + "/" + name, true);
        if (!done) return done;
      }
      return {};
    }
    const auto text = sources_.read(path);
    if (!text) {
      if (is_optional && text.error().code == ENOENT) return {};
      return fail("including it: " + text.error().message);
    }
    Scanner inner(sources_, made_, includes_);
    return inner.run(path, text.value(), depth_ + 1);
  }

  const Sources& sources_;
  Scanned& made_;
  unsigned& includes_;
  std::string name_;
  std::string text_;
  unsigned depth_ = 0;
  std::size_t at_ = 0;
  std::size_t started_ = 0;
  unsigned line_ = 1;
  Statement current_;
};

}  // namespace

base::Result<Scanned> scan(const std::string& name, const std::string& text, const Sources& sources) {
  Scanned made;
  unsigned includes = 0;
  const auto done = Scanner(sources, made, includes).run(name, text, 0);
  if (!done) return done.error();
  return made;
}

}  // namespace eventfilter::apparmor
