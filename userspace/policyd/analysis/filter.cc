// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/filter.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "analysis/solve.h"
#include "policy/syscalls.h"

namespace eventfilter::analysis {
namespace {

using Kind = Filter::Kind;

[[noreturn]] void not_canonical() { std::abort(); }

bool is_word_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
         (byte >= '0' && byte <= '9');
}

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// One filter's text, token by token.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) { next(); }

  Filter filter() {
    Filter read = either();
    if (!token_.empty()) not_canonical();
    return read;
  }

 private:
  void next();
  void next_word();
  void next_string();
  bool accept(std::string_view token) {
    if (is_string_ || token_ != token) return false;
    next();
    return true;
  }
  void expect(std::string_view token) {
    if (!accept(token)) not_canonical();
  }

  Filter either();
  Filter both();
  Filter unary();
  Filter predicate();
  Filter member(Filter made);
  bool is_number() const {
    return !is_string_ && !token_.empty() && (token_[0] == '-' || is_digit(token_[0]));
  }
  policy::Number number();

  std::string_view text_;
  std::string token_;
  bool is_string_ = false;
};

void Reader::next_word() {
  std::size_t size = 1;
  while (size < text_.size()) {
    const bool inside = (text_[size] == '-' || text_[size] == '.') && size + 1 < text_.size() &&
                        is_word_byte(text_[size + 1]) && !is_digit(text_[0]) && text_[0] != '-';
    if (!is_word_byte(text_[size]) && !inside) break;
    ++size;
  }
  token_ = text_.substr(0, size);
  text_.remove_prefix(size);
}

void Reader::next_string() {
  is_string_ = true;
  std::size_t at = 1;
  for (; at < text_.size() && text_[at] != '"'; ++at) {
    if (text_[at] != '\\') {
      token_ += text_[at];
    } else if (text_[++at] == 'x') {
      token_ += static_cast<char>(std::stoi(std::string(text_.substr(at + 1, 2)), nullptr, 16));
      at += 2;
    } else {
      token_ += text_[at];
    }
  }
  text_.remove_prefix(std::min(at + 1, text_.size()));
}

void Reader::next() {
  token_.clear();
  is_string_ = false;
  while (text_.starts_with(' ')) text_.remove_prefix(1);
  if (text_.empty()) return;
  if (text_[0] == '"') return next_string();
  if (is_word_byte(text_[0]) || text_[0] == '-') return next_word();
  for (const std::string_view token : {"||", "&&", "==", "!=", "<=", ">=", "!~", ".."}) {
    if (!text_.starts_with(token)) continue;
    token_ = token;
    text_.remove_prefix(token.size());
    return;
  }
  token_ = text_.substr(0, 1);
  text_.remove_prefix(1);
}

policy::Number Reader::number() {
  if (!is_number()) not_canonical();
  policy::Number value = 0;
  const bool minus = token_[0] == '-';
  for (const char digit : std::string_view(token_).substr(minus ? 1 : 0)) {
    value = value * 10 + (digit - '0');
  }
  next();
  return minus ? -value : value;
}

Filter Reader::either() {
  std::vector<Filter> operands = {both()};
  while (accept("||")) operands.push_back(both());
  return any_of(std::move(operands));
}

Filter Reader::both() {
  std::vector<Filter> operands = {unary()};
  while (accept("&&")) operands.push_back(unary());
  return all_of(std::move(operands));
}

Filter Reader::unary() {
  if (accept("!")) return negation(unary());
  if (!accept("(")) return predicate();
  Filter inner = either();
  expect(")");
  return inner;
}

Filter Reader::member(Filter made) {
  expect("{");
  do {
    if (is_string_) {
      made.kind = Kind::Text;
      made.names.push_back(token_);
      next();
    } else if (is_number()) {
      made.kind = Kind::NumberSet;
      const policy::Number from = number();
      made.numbers.push_back({from, accept("..") ? number() : from});
    } else {
      made.kind = Kind::Label;
      made.names.push_back(token_);
      next();
    }
  } while (accept(","));
  expect("}");
  return made;
}

Filter Reader::predicate() {
  Filter made;
  made.field = token_;
  next();
  for (const std::string_view op : {"==", "!=", "<=", ">=", "<", ">", "!~", "~", "&"}) {
    if (!accept(op)) continue;
    made.op = op;
    if (is_string_) {
      made.kind = Kind::Text;
      made.names.push_back(token_);
      next();
    } else if (is_number()) {
      made.kind = op == "&" ? Kind::Mask : Kind::Number;
      const policy::Number value = number();
      made.numbers.push_back({value, value});
    } else {
      const bool is_label = made.field.ends_with("label");
      made.kind = is_label ? Kind::Label : Kind::Field;
      (is_label ? made.names.emplace_back() : made.other) = token_;
      next();
    }
    return made;
  }
  if (accept("in")) {
    made.op = "in";
    return member(std::move(made));
  }
  // A field alone is true when it isn't 0.
  made.kind = Kind::Number;
  made.op = "!=";
  made.numbers.push_back({0, 0});
  return made;
}

// Splits "body else action" and "deny action".
Line line_of(std::string_view body) {
  Line line;
  if (body == "allow") return line;
  if (body == "deny" || body.starts_with("deny ")) {
    line.filter.kind = Kind::Never;
    if (body.size() > 5) line.action = body.substr(5);
    return line;
  }
  std::size_t at = body.rfind(" else ");
  // In a string it is no word.
  const auto quotes = [](std::string_view text) { return std::count(text.begin(), text.end(), '"'); };
  if (at != std::string_view::npos && quotes(body.substr(at)) == 0) {
    line.action = body.substr(at + 6);
    body = body.substr(0, at);
  }
  line.filter = read_filter(body);
  return line;
}

}  // namespace

Filter read_filter(std::string_view text) {
  if (text.empty()) return {};
  return Reader(text).filter();
}

Ruleset read_ruleset(std::string_view text) {
  Ruleset ruleset;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) not_canonical();
    const Line read = line_of(line.substr(colon + 2));
    std::string_view names = line.substr(0, colon);
    while (!names.empty()) {
      const std::size_t comma = std::min(names.find(", "), names.size());
      ruleset[std::string(names.substr(0, comma))].push_back(read);
      names.remove_prefix(std::min(comma + 2, names.size()));
    }
  }
  return ruleset;
}

Filter all_of(std::vector<Filter> operands) {
  Filter made{Kind::And, {}, {}, {}, {}, {}, {}};
  std::set<std::string> seen;
  const auto add = [&](Filter one) {
    if (seen.insert(text_of(one)).second) made.operands.push_back(std::move(one));
  };
  for (Filter& one : operands) {
    if (one.kind == Kind::Never) return one;
    if (one.kind == Kind::And) {
      for (Filter& inner : one.operands) add(std::move(inner));
    } else if (one.kind != Kind::Always) {
      add(std::move(one));
    }
  }
  if (made.operands.empty()) return {};
  if (made.operands.size() == 1) return Filter(made.operands.front());
  return made;
}

Filter any_of(std::vector<Filter> operands) {
  Filter made{Kind::Or, {}, {}, {}, {}, {}, {}};
  for (Filter& one : operands) {
    if (one.kind == Kind::Always) return one;
    if (one.kind != Kind::Never) made.operands.push_back(std::move(one));
  }
  if (made.operands.empty()) return {Kind::Never, {}, {}, {}, {}, {}, {}};
  if (made.operands.size() == 1) return Filter(made.operands.front());
  return made;
}

// De Morgan at once: an undefined id makes a test false, and its negation too.
Filter negation(Filter operand) {
  switch (operand.kind) {
    case Kind::Always: operand.kind = Kind::Never; return operand;
    case Kind::Never: operand.kind = Kind::Always; return operand;
    case Kind::Not: return Filter(operand.operands.front());
    case Kind::And:
    case Kind::Or: {
      std::vector<Filter> inner;
      for (Filter& one : operand.operands) inner.push_back(negation(std::move(one)));
      return operand.kind == Kind::And ? any_of(std::move(inner)) : all_of(std::move(inner));
    }
    default: break;
  }
  Filter made{Kind::Not, {}, {}, {}, {}, {}, {}};
  made.operands.push_back(std::move(operand));
  return made;
}

namespace {

// Whether a ruleset refuses some system call: then io_uring's, which do what any other does, have to
// be named.
bool refuses_syscalls(const Ruleset& ruleset) {
  return std::any_of(ruleset.begin(), ruleset.end(), [](const auto& entry) {
    const auto& [name, lines] = entry;
    if (!name.starts_with("sys_enter_") && name != "syscalls") return false;
    return std::any_of(lines.begin(), lines.end(), [](const Line& line) {
      return line.filter.kind != Kind::Always && !line.action.starts_with("log");
    });
  });
}

}  // namespace

Filter passes(const Ruleset& ruleset, const std::string& event, const std::string& group) {
  auto lines = ruleset.find(event);
  constexpr std::string_view kSyscall = "sys_enter_";
  if (lines == ruleset.end() && event.starts_with(kSyscall) &&
      policy::is_io_uring(event.substr(kSyscall.size())) && refuses_syscalls(ruleset)) {
    Filter never;
    never.kind = Kind::Never;
    return never;
  }
  if (lines == ruleset.end()) lines = ruleset.find(group);
  if (lines == ruleset.end()) return {};
  std::vector<Filter> all;
  for (const Line& line : lines->second) {
    if (!line.action.starts_with("log")) all.push_back(line.filter);
  }
  return all_of(std::move(all));
}

}  // namespace eventfilter::analysis
