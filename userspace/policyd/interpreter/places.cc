// SPDX-License-Identifier: BSD-2-Clause
#include "interpreter/places.h"

#include <cstdlib>
#include <tuple>

#include <arpa/inet.h>

namespace eventfilter::interpreter {
namespace {

// How well a pattern fits: the longest prefix wins, then the narrowest range of ports, then a protocol over "any".
struct Fit {
  bool is_there = false;
  int prefix = 0;
  int narrowness = 0;
  int protocol = 0;

  auto weight() const { return std::tie(prefix, narrowness, protocol); }
};

bool has_prefix(const std::array<unsigned char, 16>& address, const std::array<unsigned char, 16>& wanted, int bits) {
  for (int i = 0; i < bits; ++i) {
    const int difference = address[static_cast<std::size_t>(i / 8)] ^ wanted[static_cast<std::size_t>(i / 8)];
    if (((difference >> (7 - i % 8)) & 1) != 0) return false;
  }
  return true;
}

// The bits of "10.0.0.0/8" or "[fd00::]/8" that the endpoint has to have and has; -1 if it hasn't.
int matching_prefix(const std::string& text, const Endpoint& endpoint) {
  const bool is_ipv6 = text.starts_with('[');
  if (is_ipv6 == endpoint.is_ipv4) return -1;
  const std::size_t end = is_ipv6 ? text.find(']') : text.find('/');
  const std::string address = is_ipv6 ? text.substr(1, end - 1) : text.substr(0, end);
  const std::size_t slash = text.find('/');
  const int bits = slash == std::string::npos ? (is_ipv6 ? 128 : 32) : std::atoi(text.c_str() + slash + 1);
  std::array<unsigned char, 16> wanted{};
  if (inet_pton(is_ipv6 ? AF_INET6 : AF_INET, address.c_str(), wanted.data()) != 1) std::abort();
  return has_prefix(endpoint.address, wanted, bits) ? bits : -1;
}

Fit fit(const ast::Pattern& pattern, const Endpoint& endpoint) {
  const bool is_any = pattern.word.text == "any";
  if (!is_any && pattern.word.text != endpoint.protocol) return {};
  Fit made{true, 0, -65535, is_any ? 0 : 1};
  if (pattern.address) made.prefix = matching_prefix(pattern.address->text, endpoint);
  if (made.prefix < 0) return {};
  if (pattern.ports.empty()) return made;
  const int first = std::atoi(pattern.ports.front().text.c_str());
  const int last = std::atoi(pattern.ports.back().text.c_str());
  const int port = static_cast<int>(endpoint.port);
  if (port < first || port > last) return {};
  made.narrowness = first - last;
  return made;
}

}  // namespace

std::string label_of(const std::vector<PlacePattern>& patterns, const Endpoint& endpoint) {
  const PlacePattern* best = nullptr;
  Fit most;
  for (const PlacePattern& one : patterns) {
    if (one.pattern->kind != ast::Pattern::Kind::Endpoint) continue;
    const Fit found = fit(*one.pattern, endpoint);
    if (!found.is_there || (best != nullptr && found.weight() <= most.weight())) continue;
    best = &one;
    most = found;
  }
  return best == nullptr ? "" : best->label;
}

std::string label_of_type(const std::vector<PlacePattern>& patterns, const std::string& type) {
  for (const PlacePattern& one : patterns) {
    if (one.pattern->kind == ast::Pattern::Kind::FsType && one.pattern->type.text == type) return one.label;
  }
  return "";
}

}  // namespace eventfilter::interpreter
