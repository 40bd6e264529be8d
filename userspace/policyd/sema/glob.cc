// SPDX-License-Identifier: BSD-2-Clause
#include "sema/glob.h"

namespace eventfilter::sema {
namespace {

constexpr std::string_view kSpecial = "*?[";

// Reads a class from after its "[" to after its "]".
bool parse_class(std::string_view text, std::size_t& at, GlobToken& token) {
  const bool negated = at < text.size() && text[at] == '!';
  if (negated) ++at;
  const std::size_t first = at;
  while (at < text.size() && (text[at] != ']' || at == first)) {
    const auto from = static_cast<unsigned char>(text[at]);
    unsigned to = from;
    if (at + 2 < text.size() && text[at + 1] == '-' && text[at + 2] != ']') {
      to = static_cast<unsigned char>(text[at + 2]);
      at += 2;
    }
    if (to < from) return false;
    for (unsigned byte = from; byte <= to; ++byte) token.bytes.set(byte);
    ++at;
  }
  if (at >= text.size()) return false;
  ++at;
  if (negated) token.bytes.flip();
  return true;
}

// How many characters stand for themselves; of a literal more than of any glob.
std::size_t weight_of(std::string_view component) {
  constexpr std::size_t kLiteral = 256;
  if (!has_glob(component)) return kLiteral;
  std::size_t weight = 0;
  for (std::size_t at = 0; at < component.size();) {
    const char byte = component[at++];
    GlobToken token;
    if (byte == '[') {
      if (!parse_class(component, at, token)) return weight;
    } else {
      weight += byte != '*' && byte != '?' ? 1 : 0;
    }
  }
  return weight;
}

}  // namespace

bool has_glob(std::string_view component) {
  return component.find_first_of(kSpecial) != std::string_view::npos;
}

std::optional<Glob> parse_glob(std::string_view text) {
  Glob glob;
  for (std::size_t at = 0; at < text.size();) {
    GlobToken token;
    const char byte = text[at++];
    if (byte == '*') {
      token.many = true;
    } else if (byte == '?') {
      token.bytes.set();
    } else if (byte != '[') {
      token.bytes.set(static_cast<unsigned char>(byte));
    } else if (!parse_class(text, at, token)) {
      return std::nullopt;
    }
    glob.push_back(token);
  }
  return glob;
}

bool intersects(const Glob& a, const Glob& b) {
  // reach[j]: some text is matched by a's first i tokens and by b's first j.
  std::vector<char> reach(b.size() + 1, 0);
  reach[0] = 1;
  for (std::size_t j = 0; j < b.size() && b[j].many; ++j) reach[j + 1] = 1;
  for (const GlobToken& token : a) {
    std::vector<char> next(b.size() + 1, 0);
    for (std::size_t j = 0; j <= b.size(); ++j) {
      const bool many = j > 0 && b[j - 1].many;
      if (token.many) {
        next[j] = reach[j] || (j > 0 && next[j - 1]);
      } else if (many) {
        next[j] = reach[j] || next[j - 1];
      } else {
        next[j] = j > 0 && reach[j - 1] && (token.bytes & b[j - 1].bytes).any();
      }
    }
    reach = std::move(next);
  }
  return reach[b.size()] != 0;
}

std::vector<std::string_view> components_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

bool matches(std::string_view pattern, std::string_view path) {
  const std::vector<std::string_view> wanted = components_of(pattern);
  const std::vector<std::string_view> parts = components_of(path);
  if (wanted.size() != parts.size()) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto glob = parse_glob(wanted[i]);
    const auto literal = parse_glob(escape_glob(parts[i]));
    if (!glob || !literal || !intersects(*glob, *literal)) return false;
  }
  return true;
}

bool counts_more(std::string_view a, std::string_view b) {
  const std::vector<std::string_view> left = components_of(a);
  const std::vector<std::string_view> right = components_of(b);
  if (left.size() != right.size()) return left.size() > right.size();
  for (std::size_t i = left.size(); i-- > 0;) {
    const std::size_t one = weight_of(left[i]);
    const std::size_t other = weight_of(right[i]);
    if (one != other) return one > other;
  }
  return a < b;
}

bool is_plainly_ordered(std::string_view a, std::string_view b) {
  const std::vector<std::string_view> left = components_of(a);
  const std::vector<std::string_view> right = components_of(b);
  if (left.size() != right.size()) return true;
  for (std::size_t i = left.size(); i-- > 0;) {
    if (left[i] == right[i]) continue;
    if (!has_glob(left[i]) || !has_glob(right[i])) return true;
    // "*.log" counts more than "*", and a reader sees that it is a part of it
    const bool is_left = weight_of(left[i]) > weight_of(right[i]);
    const std::string_view narrow = is_left ? left[i] : right[i];
    const std::string_view wide = is_left ? right[i] : left[i];
    return weight_of(narrow) > weight_of(wide) && is_part_of(narrow, wide);
  }
  return true;
}

bool is_part_of(std::string_view narrow, std::string_view wide) {
  const auto inner = parse_glob(narrow);
  const auto outer = parse_glob(wide);
  if (!inner || !outer) return false;
  // The places in `outer` that are reached by whatever the first tokens of `inner` match. "*" has to be met by "*",
  // and a byte by a token that takes all that it may be: less than the truth, never more.
  std::vector<char> reach(outer->size() + 1, 0);
  const auto skip = [&] {
    for (std::size_t j = 0; j < outer->size(); ++j) {
      if (reach[j] && (*outer)[j].many) reach[j + 1] = 1;
    }
  };
  reach[0] = 1;
  skip();
  for (const GlobToken& token : *inner) {
    std::vector<char> next(outer->size() + 1, 0);
    for (std::size_t j = 0; j < outer->size(); ++j) {
      if (!reach[j]) continue;
      const GlobToken& one = (*outer)[j];
      if (one.many) next[j] = 1;
      else if (!token.many && (token.bytes & ~one.bytes).none()) next[j + 1] = 1;
    }
    reach = std::move(next);
    skip();
  }
  return reach[outer->size()] != 0;
}

std::string escape_glob(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    out += kSpecial.find(byte) == std::string_view::npos ? std::string(1, byte)
                                                          : std::string("[") + byte + "]";
  }
  return out;
}

}  // namespace eventfilter::sema
