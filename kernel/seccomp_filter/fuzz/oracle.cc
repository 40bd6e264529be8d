// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "fuzz/oracle.hh"

#include <algorithm>
#include <cctype>
#include <functional>
#include <stdexcept>
#include <utility>

namespace eventfilter::oracle {

// Wide enough for every integer type, so that comparing is comparing.
__extension__ typedef __int128 Wide;

struct Node {
  enum class Kind { kAnd, kOr, kNot, kTest };
  Kind kind = Kind::kTest;
  std::vector<std::unique_ptr<Node>> operands;
  std::vector<std::string> reads;  // ids that it needs defined
  std::function<bool(const Record&)> test;
};

namespace {

const Value& value_of(const Record& record, const std::string& field) {
  static const Value kZero;
  const auto found = record.find(field);
  return found == record.end() ? kZero : found->second;
}

// The number that a value is in its field's declared type.
Wide number(const Value& value, const evf_field& field) {
  const int bits = 8 * field.size;
  const Wide modulus = Wide{1} << bits;
  const Wide low = Wide{value.bits} % modulus;
  return field.is_signed && low >= modulus / 2 ? low - modulus : low;
}

// One predicate's text and where we are in it; also the whole expression's parser.
class Parser {
 public:
  Parser(std::string_view text, const evf_event& event, std::vector<std::string>& labels)
      : text_(text), event_(event), labels_(labels) {}

  std::unique_ptr<Node> parse() {
    auto root = parse_or();
    skip();
    if (at_ != text_.size()) fail("text after the filter");
    return root;
  }

 private:
  [[noreturn]] static void fail(const char* why) { throw std::invalid_argument(why); }

  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }

  bool take(std::string_view mark) {
    skip();
    if (text_.substr(at_, mark.size()) != mark) return false;
    at_ += mark.size();
    return true;
  }

  bool take_mask() {
    skip();
    if (text_.substr(at_, 2) == "&&") return false;
    return take("&");
  }

  std::unique_ptr<Node> join(Node::Kind kind, std::vector<std::unique_ptr<Node>> operands) {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->operands = std::move(operands);
    return node;
  }

  std::unique_ptr<Node> parse_or() {
    std::vector<std::unique_ptr<Node>> operands;
    do operands.push_back(parse_and());
    while (take("||"));
    return join(Node::Kind::kOr, std::move(operands));
  }

  std::unique_ptr<Node> parse_and() {
    std::vector<std::unique_ptr<Node>> operands;
    do operands.push_back(parse_unary());
    while (take("&&"));
    return join(Node::Kind::kAnd, std::move(operands));
  }

  std::unique_ptr<Node> parse_unary() {
    if (take("!")) {
      std::vector<std::unique_ptr<Node>> operands;
      operands.push_back(parse_unary());
      return join(Node::Kind::kNot, std::move(operands));
    }
    if (take("(")) {
      auto inner = parse_or();
      if (!take(")")) fail("unclosed");
      return inner;
    }
    return parse_test();
  }

  std::string parse_word() {
    skip();
    const auto start = at_;
    const auto is_word = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
    };
    while (at_ < text_.size() &&
           (is_word(text_[at_]) || ((text_[at_] == '-' || text_[at_] == '.') && at_ > start &&
                                    at_ + 1 < text_.size() && is_word(text_[at_ + 1]))))
      ++at_;
    if (at_ == start) fail("no word");
    return std::string(text_.substr(start, at_ - start));
  }

  Wide parse_number() {
    const bool minus = take("-");
    skip();
    std::size_t end = at_;
    while (end < text_.size() && std::isalnum(static_cast<unsigned char>(text_[end]))) ++end;
    const std::string digits(text_.substr(at_, end - at_));
    at_ = end;
    std::size_t used = 0;
    const auto magnitude = std::stoull(digits, &used, 0);
    if (used != digits.size()) fail("no number");
    return minus ? -Wide{magnitude} : Wide{magnitude};
  }

  std::string parse_string() {
    skip();
    const char quote = text_.at(at_++);
    std::string result;
    while (text_.at(at_) != quote) {
      char c = text_[at_++];
      if (c == '\\') {
        c = text_.at(at_++);
        if (c == 'x') {
          c = static_cast<char>(std::stoi(std::string(text_.substr(at_, 2)), nullptr, 16));
          at_ += 2;
        }
      }
      result += c;
    }
    ++at_;
    return result;
  }

  const evf_field& field(const std::string& name) {
    for (int i = 0; i < event_.nr_fields; ++i)
      if (name == event_.fields[i].name) return event_.fields[i];
    fail("no field");
  }

  std::unique_ptr<Node> parse_test() {
    auto node = std::make_unique<Node>();
    const std::string name = parse_word();
    const evf_field& left = field(name);
    if (left.kind == EVF_KIND_UID || left.kind == EVF_KIND_GID) node->reads.push_back(name);
    if (left.kind == EVF_KIND_LABEL) {
      labels_.push_back(name);
      node->test = parse_label_test(name);
    } else if (left.kind == EVF_KIND_STRING) {
      node->test = parse_string_test(name);
    } else {
      node->test = parse_number_test(name, left, *node);
    }
    return node;
  }

  bool take_in() {
    const auto before = at_;
    skip();
    if (at_ < text_.size() && std::isalpha(static_cast<unsigned char>(text_[at_])) &&
        parse_word() == "in")
      return true;
    at_ = before;
    return false;
  }

  template <class Item>
  std::vector<Item> parse_items(const std::function<Item()>& parse_item) {
    std::vector<Item> items;
    if (!take("{")) fail("no set");
    do items.push_back(parse_item());
    while (take(","));
    if (!take("}")) fail("unclosed set");
    return items;
  }

  std::function<bool(const Record&)> parse_label_test(const std::string& name) {
    std::vector<std::string> wanted;
    if (take_in())
      wanted = parse_items<std::string>([this] { return parse_word(); });
    else if (take_mask())
      wanted = {parse_word()};
    else
      fail("labels are tested by & and in");
    return [name, wanted](const Record& record) {
      const auto& names = value_of(record, name).names;
      return std::any_of(wanted.begin(), wanted.end(),
                         [&](const auto& want) { return names.count(want) != 0; });
    };
  }

  bool at_quote() {
    skip();
    return at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'');
  }

  std::function<bool(const Record&)> parse_string_test(const std::string& name) {
    if (take_in()) {
      const auto items = parse_items<std::string>([this] { return parse_string(); });
      return [=](const Record& record) {
        return std::find(items.begin(), items.end(), value_of(record, name).text) != items.end();
      };
    }
    if (take("!~") || take("~")) {
      const bool inverse = text_[at_ - 2] == '!';
      const auto pattern = parse_string();
      return [=](const Record& record) {
        return glob(pattern, value_of(record, name).text) != inverse;
      };
    }
    const bool inverse = take("!=");
    if (!inverse && !take("==")) fail("strings are compared by ==, !=, ~, !~ and in");
    if (at_quote()) {
      const auto text = parse_string();
      return [=](const Record& record) { return (value_of(record, name).text == text) != inverse; };
    }
    const auto other = parse_word();
    return [=](const Record& record) {
      return (value_of(record, name).text == value_of(record, other).text) != inverse;
    };
  }

  struct Operator {
    std::function<bool(Wide, Wide)> compare;
    bool masks = false;
  };

  Operator parse_operator() {
    if (take("==")) return {[](Wide a, Wide b) { return a == b; }};
    if (take("!=")) return {[](Wide a, Wide b) { return a != b; }};
    if (take("<=")) return {[](Wide a, Wide b) { return a <= b; }};
    if (take(">=")) return {[](Wide a, Wide b) { return a >= b; }};
    if (take("<")) return {[](Wide a, Wide b) { return a < b; }};
    if (take(">")) return {[](Wide a, Wide b) { return a > b; }};
    if (take_mask()) return {[](Wide a, Wide b) { return (a & b) != 0; }, true};
    return {};
  }

  std::function<bool(const Record&)> parse_range_test(const std::string& name,
                                                      const evf_field& left) {
    using Range = std::pair<Wide, Wide>;
    const auto ranges = parse_items<Range>([this]() -> Range {
      const Wide low = parse_number();
      return {low, take("..") ? parse_number() : low};
    });
    return [=, &left](const Record& record) {
      const Wide a = number(value_of(record, name), left);
      return std::any_of(ranges.begin(), ranges.end(),
                         [a](const Range& range) { return range.first <= a && a <= range.second; });
    };
  }

  std::function<bool(const Record&)> parse_number_test(const std::string& name,
                                                       const evf_field& left, Node& node) {
    if (take_in()) return parse_range_test(name, left);
    const auto [compare, masks] = parse_operator();
    if (!compare)
      return [=, &left](const Record& record) { return number(value_of(record, name), left) != 0; };
    skip();
    if (at_ < text_.size() && !std::isdigit(static_cast<unsigned char>(text_[at_])) &&
        text_[at_] != '-') {
      const auto other = parse_word();
      const evf_field& right = field(other);
      if (right.kind == EVF_KIND_UID || right.kind == EVF_KIND_GID) node.reads.push_back(other);
      return [=, &left, &right, compare = compare](const Record& record) {
        return compare(number(value_of(record, name), left),
                       number(value_of(record, other), right));
      };
    }
    const Wide constant = parse_number();
    // A mask is a bit pattern of the field's size, so that its sign doesn't matter
    const Wide all = (Wide{1} << (8 * left.size)) - 1;
    return [=, &left, compare = compare, masks = masks](const Record& record) {
      const Wide a = number(value_of(record, name), left);
      return masks ? (a & constant & all) != 0 : compare(a, constant);
    };
  }

  std::string_view text_;
  const evf_event& event_;
  std::vector<std::string>& labels_;
  std::size_t at_ = 0;
};

// Negation goes down to the predicates, where an undefined id is false either way.
bool holds(const Node& node, const Record& record, bool negated) {
  switch (node.kind) {
    case Node::Kind::kNot:
      return holds(*node.operands[0], record, !negated);
    case Node::Kind::kTest:
      for (const auto& id : node.reads)
        if (value_of(record, id).absent) return false;
      return node.test(record) != negated;
    default:
      break;
  }
  const bool any = (node.kind == Node::Kind::kOr) != negated;
  for (const auto& operand : node.operands)
    if (holds(*operand, record, negated) == any) return any;
  return !any;
}

// Whether a byte is in "[...]", and how long that is.
std::pair<bool, std::size_t> in_class(std::string_view pattern, char c) {
  std::size_t i = 1;
  const bool inverse = pattern.at(i) == '!';
  if (inverse) ++i;
  bool found = false;
  const auto byte = [](char x) { return static_cast<unsigned char>(x); };
  for (bool first = true; first || pattern.at(i) != ']'; first = false) {
    if (pattern.at(i + 1) == '-' && pattern.at(i + 2) != ']') {
      found = found || (byte(pattern[i]) <= byte(c) && byte(c) <= byte(pattern[i + 2]));
      i += 3;
    } else {
      found = found || pattern[i] == c;
      ++i;
    }
  }
  return {found != inverse, i + 1};
}

}  // namespace

// Which prefixes of the text the pattern so far matches: a table, no backtracking.
bool glob(std::string_view pattern, std::string_view text) {
  std::vector<bool> reached(text.size() + 1);
  reached[0] = true;
  while (!pattern.empty()) {
    std::size_t used = 1;
    std::vector<bool> next(text.size() + 1);
    if (pattern[0] == '*') {
      bool any = false;
      for (std::size_t i = 0; i <= text.size(); ++i) next[i] = any = any || reached[i];
    } else {
      if (pattern[0] == '[') used = in_class(pattern, 'x').second;
      for (std::size_t i = 0; i < text.size(); ++i) {
        const bool match =
            pattern[0] == '?' ||
            (pattern[0] == '[' ? in_class(pattern, text[i]).first : pattern[0] == text[i]);
        next[i + 1] = reached[i] && match;
      }
    }
    reached = next;
    pattern.remove_prefix(used);
  }
  return reached[text.size()];
}

Filter::Filter(std::string_view text, const evf_event& event)
    : root_(Parser(text, event, labels_).parse()) {}

Filter::~Filter() = default;

bool Filter::operator()(const Record& record) const {
  for (const auto& label : labels_)
    if (value_of(record, label).absent) return false;
  return holds(*root_, record, false);
}

}  // namespace eventfilter::oracle
