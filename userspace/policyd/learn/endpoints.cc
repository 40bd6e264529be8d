// SPDX-License-Identifier: BSD-2-Clause
#include "learn/endpoints.h"

#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <sstream>
#include <tuple>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace eventfilter::learn {
namespace {

using Address = std::array<std::uint8_t, 16>;
constexpr unsigned kMappedBits = 96;  // of an IPv4 address that is written as one of IPv6

struct Endpoint {
  Address address{};
  unsigned port = 0;
};

// One line of a label space: "endpoint tcp 10.0.0.0/8 443-445".
struct Rule {
  std::int64_t protocol = -1;  // -1: any
  Address address{};
  unsigned bits = 0;
  bool is_any =
      true;  // of both versions; a prefix shorter than that of mapped ones means IPv6 alone
  unsigned first = 0;
  unsigned last = 65535;
};

std::optional<Address> read_address(const std::string& text, bool& ret_is_v4) {
  Address address{};
  ret_is_v4 = inet_pton(AF_INET, text.c_str(), address.data() + 12) == 1;
  if (ret_is_v4) {
    address[10] = address[11] = 0xff;
    return address;
  }
  if (inet_pton(AF_INET6, text.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

bool read_number(const std::string& text, unsigned& number) {
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end;
}

std::optional<Endpoint> read_endpoint(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  Endpoint made;
  bool is_v4 = false;
  const auto address = read_address(host, is_v4);
  if (!address || !read_number(text.substr(colon + 1), made.port)) return std::nullopt;
  made.address = *address;
  return made;
}

bool read_prefix(const std::string& text, Rule& rule) {
  if (text == "any") return true;
  const std::size_t slash = text.find('/');
  bool is_v4 = false;
  const auto address = read_address(text.substr(0, slash), is_v4);
  if (!address) return false;
  rule.address = *address;
  rule.is_any = false;
  rule.bits = is_v4 ? 32 : 128;
  if (slash != std::string::npos && !read_number(text.substr(slash + 1), rule.bits)) return false;
  if (is_v4) rule.bits += kMappedBits;
  return rule.bits <= 128;
}

bool read_ports(const std::string& text, Rule& rule) {
  if (text == "*") return true;
  const std::size_t dash = text.find('-');
  if (!read_number(text.substr(0, dash), rule.first)) return false;
  rule.last = rule.first;
  return dash == std::string::npos || read_number(text.substr(dash + 1), rule.last);
}

std::optional<Rule> read_rule(const std::string& text) {
  std::istringstream words(text);
  std::string kind, protocol, prefix, ports;
  Rule rule;
  words >> kind >> protocol >> prefix >> ports;
  if (kind != "endpoint" || !read_prefix(prefix, rule) || !read_ports(ports, rule))
    return std::nullopt;
  if (protocol != "any") rule.protocol = protocol == "tcp" ? IPPROTO_TCP : IPPROTO_UDP;
  return rule;
}

bool has_prefix(const Address& address, const Address& prefix, unsigned bits) {
  if (std::memcmp(address.data(), prefix.data(), bits / 8) != 0) return false;
  if (bits % 8 == 0) return true;
  const unsigned mask = 0xffU << (8 - bits % 8) & 0xffU;
  return ((address.at(bits / 8) ^ prefix.at(bits / 8)) & mask) == 0;
}

bool is_v4(const Address& address) {
  return IN6_IS_ADDR_V4MAPPED(reinterpret_cast<const in6_addr*>(address.data()));
}

bool matches(const Rule& rule, const Endpoint& endpoint, std::int64_t protocol) {
  if (protocol == IPPROTO_MPTCP) protocol = IPPROTO_TCP;
  const bool is_version = rule.is_any || is_v4(rule.address) == is_v4(endpoint.address);
  return is_version && (rule.protocol == -1 || rule.protocol == protocol) &&
         rule.first <= endpoint.port && endpoint.port <= rule.last &&
         has_prefix(endpoint.address, rule.address, rule.bits);
}

}  // namespace

std::string label_of_endpoint(const emit::CompiledPolicy& policy, const std::string& endpoint,
                              std::int64_t protocol) {
  const auto wanted = read_endpoint(endpoint);
  if (!wanted) return "";
  using Rank = std::tuple<unsigned, unsigned, bool, unsigned>;
  std::optional<Rank> best;
  std::string label;
  for (const emit::CompiledPlace& place : policy.places) {
    const auto rule = read_rule(place.text);
    if (!rule || !matches(*rule, *wanted, protocol)) continue;
    const unsigned bits = is_v4(rule->address) ? rule->bits - kMappedBits : rule->bits;
    const Rank rank = {bits, 65535 - (rule->last - rule->first), rule->protocol != -1,
                       65535 - rule->first};
    if (best && rank <= *best) continue;
    best = rank;
    label = place.label;
  }
  return label;
}

}  // namespace eventfilter::learn
