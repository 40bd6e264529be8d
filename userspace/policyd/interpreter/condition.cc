// SPDX-License-Identifier: BSD-2-Clause
#include "interpreter/condition.h"

#include <cstdint>
#include <cstdlib>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>

namespace eventfilter::interpreter {
namespace {

using ast::Compare;
using Kind = ast::Condition::Kind;

Truth truth(bool value) { return value ? Truth::Yes : Truth::No; }

Truth negated(Truth one) {
  if (one == Truth::Undefined) return one;
  return truth(one == Truth::No);
}

// The constants that the drawn policies use.
const std::map<std::string, Number>& constants() {
  static const std::map<std::string, Number> all = {
      {"O_RDONLY", O_RDONLY},       {"O_WRONLY", O_WRONLY},   {"O_RDWR", O_RDWR},
      {"O_ACCMODE", O_ACCMODE},     {"O_CREAT", O_CREAT},     {"O_TRUNC", O_TRUNC},
      {"O_APPEND", O_APPEND},       {"PROT_READ", PROT_READ}, {"PROT_WRITE", PROT_WRITE},
      {"PROT_EXEC", PROT_EXEC},     {"AF_UNIX", AF_UNIX},     {"AF_INET", AF_INET},
      {"AF_INET6", AF_INET6},       {"SIGKILL", SIGKILL},     {"SIGTERM", SIGTERM},
      {"SOCK_STREAM", SOCK_STREAM}, {"SOCK_DGRAM", SOCK_DGRAM},
  };
  return all;
}

// Decimal, 0x and hexadecimal, 0 and octal, with or without a sign.
Number parsed(const std::string& text) {
  const bool is_negative = text.starts_with('-');
  const Number size = std::strtoull(text.c_str() + (is_negative ? 1 : 0), nullptr, 0);
  return is_negative ? -size : size;
}

Number number_of(const ast::Values& values) {
  Number all = 0;
  for (const ast::Value& part : values.parts) {
    const bool is_word = part.kind == ast::Value::Kind::Word;
    all |= is_word ? constants().at(part.text) : parsed(part.text);
  }
  return all;
}

// The field that a comparison is with, or "".
std::string other_field(const ast::Values& values, const Event& event) {
  if (values.parts.size() != 1 || values.parts[0].kind != ast::Value::Kind::Word) return "";
  const std::string& word = values.parts[0].text;
  return event.numbers.contains(word) || event.strings.contains(word) ? word : "";
}

template <typename T>
bool compared(const T& left, Compare how, const T& right) {
  switch (how) {
    case Compare::Equal: return left == right;
    case Compare::NotEqual: return left != right;
    case Compare::Less: return left < right;
    case Compare::LessEqual: return left <= right;
    case Compare::Greater: return left > right;
    case Compare::GreaterEqual: return left >= right;
    case Compare::Glob:
    case Compare::NotGlob: break;
  }
  std::abort();
}

bool common_bits(Number a, Number b) {
  return (static_cast<std::uint64_t>(a) & static_cast<std::uint64_t>(b)) != 0;
}

// One test of one field.
class Test {
 public:
  Test(const ast::Condition& condition, const Event& event, const LabelsOf& labels_of)
      : condition_(condition), event_(event), labels_of_(labels_of) {}

  Truth result() const {
    const std::string& field = condition_.field.text;
    if (const auto label = event_.labels.find(field); label != event_.labels.end()) {
      return truth(carries(label->second));
    }
    const std::string other = other_field(condition_.values, event_);
    if (event_.name == "session" && (field == "group" || other == "group")) return group_test();
    const auto text = event_.strings.find(field);
    if (text != event_.strings.end() && !event_.undefined.contains(field)) {
      return truth(string_test(text->second));
    }
    if (event_.undefined.contains(field) || event_.undefined.contains(other)) {
      return Truth::Undefined;
    }
    return truth(number_test(event_.numbers.at(field), other));
  }

 private:
  bool carries(const std::string& label) const {
    const auto has = [&](const ast::Values& values) {
      for (const ast::Value& word : values.parts) {
        if (labels_of_(word.text).contains(label)) return true;
      }
      return false;
    };
    if (condition_.kind == Kind::Mask) return has(condition_.values);
    for (const ast::Item& item : condition_.items) {
      if (has(item.from)) return true;
    }
    return false;
  }

  // Of some group; what is said not to be, of none.
  Truth group_test() const {
    const bool is_not = condition_.kind == Kind::Comparison &&
                        (condition_.compare == Compare::NotEqual || condition_.compare == Compare::NotGlob);
    const bool is_with_session = condition_.field.text == "session" || !other_field(condition_.values, event_).empty();
    if (is_with_session && event_.undefined.contains("session")) return Truth::Undefined;
    for (const std::string& group : event_.groups) {
      const bool is_true = is_with_session ? (group == event_.strings.at("session")) != is_not : string_test(group);
      if (is_true != is_not) return truth(!is_not);
    }
    return event_.undefined.contains("group") ? Truth::Undefined : truth(is_not);
  }

  bool string_test(const std::string& text) const {
    if (condition_.kind == Kind::In) {
      for (const ast::Item& item : condition_.items) {
        if (item.from.parts.at(0).text == text) return true;
      }
      return false;
    }
    const std::string other = other_field(condition_.values, event_);
    const std::string& wanted =
        other.empty() ? condition_.values.parts.at(0).text : event_.strings.at(other);
    if (condition_.compare == Compare::Glob) return matches(wanted, text);
    if (condition_.compare == Compare::NotGlob) return !matches(wanted, text);
    return compared(text, condition_.compare, wanted);
  }

  bool number_test(Number value, const std::string& other) const {
    switch (condition_.kind) {
      case Kind::Truth: return value != 0;
      case Kind::In: return is_member(value);
      default: break;
    }
    const Number wanted = other.empty() ? number_of(condition_.values) : event_.numbers.at(other);
    if (condition_.kind == Kind::Mask) return common_bits(value, wanted);
    return compared(value, condition_.compare, wanted);
  }

  bool is_member(Number value) const {
    for (const ast::Item& item : condition_.items) {
      const Number from = number_of(item.from);
      const Number to = item.to ? number_of(*item.to) : from;
      if (value >= from && value <= to) return true;
    }
    return false;
  }

  const ast::Condition& condition_;
  const Event& event_;
  const LabelsOf& labels_of_;
};

// (field & mask) == value
Truth masked(const ast::Condition& condition, const Event& event) {
  const ast::Condition& left = *condition.operands.at(0);
  if (event.undefined.contains(left.field.text)) return Truth::Undefined;
  const auto value = static_cast<std::uint64_t>(event.numbers.at(left.field.text));
  const auto bits = value & static_cast<std::uint64_t>(number_of(left.values));
  const bool equal = bits == static_cast<std::uint64_t>(number_of(condition.values));
  return truth(equal == (condition.compare == Compare::Equal));
}

// One character of a pattern against a byte; `at` moves behind it.
bool matches_one(const std::string& pattern, std::size_t& at, char byte) {
  const char wanted = pattern[at++];
  if (wanted == '?') return true;
  if (wanted != '[') return wanted == byte;
  const bool is_negated = pattern[at] == '!';
  if (is_negated) ++at;
  bool found = false;
  for (bool is_first = true; is_first || pattern[at] != ']'; is_first = false) {
    const auto from = static_cast<unsigned char>(pattern[at]);
    const bool is_range = pattern.at(at + 1) == '-' && pattern.at(at + 2) != ']';
    const auto to = is_range ? static_cast<unsigned char>(pattern[at + 2]) : from;
    const auto value = static_cast<unsigned char>(byte);
    found = found || (value >= from && value <= to);
    at += is_range ? 3 : 1;
  }
  ++at;
  return found != is_negated;
}

bool matches_from(const std::string& pattern, std::size_t at, const std::string& text,
                  std::size_t from) {
  if (at == pattern.size()) return from == text.size();
  if (pattern[at] == '*') {
    for (std::size_t next = from; next <= text.size(); ++next) {
      if (matches_from(pattern, at + 1, text, next)) return true;
    }
    return false;
  }
  return from < text.size() && matches_one(pattern, at, text[from]) &&
         matches_from(pattern, at, text, from + 1);
}

}  // namespace

bool matches(const std::string& pattern, const std::string& text) {
  return matches_from(pattern, 0, text, 0);
}

Truth holds(const ast::Condition& condition, const Event& event, const LabelsOf& labels_of) {
  switch (condition.kind) {
    case Kind::Not: return negated(holds(*condition.operands.at(0), event, labels_of));
    case Kind::Masked: return masked(condition, event);
    case Kind::And:
    case Kind::Or: break;
    default: return Test(condition, event, labels_of).result();
  }
  const bool is_and = condition.kind == Kind::And;
  Truth all = is_and ? Truth::Yes : Truth::No;
  for (const ast::ConditionPtr& operand : condition.operands) {
    const Truth one = holds(*operand, event, labels_of);
    all = is_and ? std::min(all, one) : std::max(all, one);
  }
  return all;
}

}  // namespace eventfilter::interpreter
