// SPDX-License-Identifier: BSD-2-Clause
#include "sema/places.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <linux/eventfilter.h>

namespace eventfilter::sema {
namespace {

constexpr std::size_t kMaxType = 64;
constexpr unsigned kMaxPort = 65535;
constexpr unsigned kMappedBits = 96;  // ::ffff:0:0/96 is IPv4

std::optional<unsigned> small_number(const std::string& text, unsigned most) {
  unsigned number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool is_plain = text == "0" || !text.starts_with('0');
  if (error != std::errc() || stop != end || !is_plain || number > most) return std::nullopt;
  return number;
}

bool is_mapped(const std::array<std::uint8_t, 16>& bytes) {
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
}

// The address without what is beyond the prefix.
std::array<std::uint8_t, 16> masked(std::array<std::uint8_t, 16> bytes, unsigned prefix) {
  for (unsigned bit = prefix; bit < 128; ++bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] & ~(0x80U >> (bit % 8)));
  }
  return bytes;
}

std::string print(bool is_ipv4, const std::array<std::uint8_t, 16>& bytes, unsigned prefix) {
  char text[INET6_ADDRSTRLEN] = {};
  const std::uint8_t* const from = bytes.data() + (is_ipv4 ? 12 : 0);
  inet_ntop(is_ipv4 ? AF_INET : AF_INET6, from, text, sizeof(text));
  return std::string(text) + "/" + std::to_string(is_ipv4 ? prefix - kMappedBits : prefix);
}

}  // namespace

void Places::add(const ast::Pattern& pattern, policy::LabelId label) {
  if (pattern.kind == ast::Pattern::Kind::FsType) {
    add_fs_type(pattern, label);
  } else {
    add_endpoint(pattern, label);
  }
}

void Places::add_fs_type(const ast::Pattern& pattern, policy::LabelId label) {
  const std::string& type = pattern.type.text;
  const bool is_plain = std::all_of(type.begin(), type.end(), [](char byte) {
    return byte > ' ' && byte < 0x7f && byte != '\\';
  });
  if (type.empty() || type.size() > kMaxType || !is_plain) {
    reporter_.report(Message::fs_type_length, pattern.type.range);
    return;
  }
  places_.push_back({{label, "fs \"" + type + "\"", pattern.range}, {}, {}, {}});
}

bool Places::check_prefix(const ast::Name& address, Network& network, const std::string& prefix) {
  const unsigned most = network.is_ipv4 ? 32 : 128;
  const auto bits = prefix.empty() ? most : small_number(prefix, most);
  if (!bits) {
    reporter_.report(Message::bad_prefix, address.range, {address.text, std::to_string(most)});
    return false;
  }
  network.prefix = *bits + (network.is_ipv4 ? kMappedBits : 0);
  if (!network.is_ipv4 && network.prefix >= kMappedBits && is_mapped(network.bytes)) {
    network.is_ipv4 = true;
  }
  const auto rest = masked(network.bytes, network.prefix);
  if (rest == network.bytes) return true;
  const std::string repair = print(network.is_ipv4, rest, network.prefix);
  const std::string shown = network.is_ipv4 ? repair : "[" + repair.substr(0, repair.find('/')) +
                                                           "]" + repair.substr(repair.find('/'));
  reporter_.report(Message::address_beyond_prefix, address.range, {address.text}, "write " + shown);
  return false;
}

std::optional<Places::Network> Places::network_of(const ast::Name& address) {
  const std::size_t slash = address.text.find('/');
  std::string text = address.text.substr(0, slash);
  const std::string prefix = slash == std::string::npos ? "" : address.text.substr(slash + 1);
  Network network;
  network.is_ipv4 = !text.starts_with('[');
  if (!network.is_ipv4) text = text.substr(1, text.size() - 2);
  std::uint8_t* const to = network.bytes.data() + (network.is_ipv4 ? 12 : 0);
  if (network.is_ipv4) network.bytes[10] = network.bytes[11] = 0xff;
  if (inet_pton(network.is_ipv4 ? AF_INET : AF_INET6, text.c_str(), to) != 1) {
    reporter_.report(Message::bad_address, address.range, {text});
    return std::nullopt;
  }
  if (!check_prefix(address, network, prefix)) return std::nullopt;
  return network;
}

std::optional<unsigned> Places::port_of(const ast::Name& port) {
  const auto number = small_number(port.text, kMaxPort);
  if (!number) reporter_.report(Message::bad_port, port.range, {port.text});
  return number;
}

std::optional<Places::Ports> Places::ports_of(const std::vector<ast::Name>& ports) {
  if (ports.empty()) return Ports();
  const auto first = port_of(ports.front());
  const auto last = port_of(ports.back());
  if (!first || !last) return std::nullopt;
  if (*first <= *last) return Ports{*first, *last};
  reporter_.report(Message::port_range_reversed,
                   diag::join(ports.front().range, ports.back().range));
  return std::nullopt;
}

void Places::add_endpoint(const ast::Pattern& pattern, policy::LabelId label) {
  const auto ports = ports_of(pattern.ports);
  std::vector<Network> networks;
  std::string address = "any";
  if (pattern.address) {
    const auto network = network_of(*pattern.address);
    if (!network) return;
    address = print(network->is_ipv4, network->bytes, network->prefix);
    networks = {*network};
  } else {
    Network ipv4;
    ipv4.is_ipv4 = true;
    ipv4.prefix = kMappedBits;
    ipv4.bytes[10] = ipv4.bytes[11] = 0xff;
    networks = {ipv4, Network()};
  }
  if (!ports) return;
  const std::string first = std::to_string(ports->first);
  const std::string range = pattern.ports.empty()         ? "*"
                            : ports->first == ports->last ? first
                                                          : first + "-" + std::to_string(ports->last);
  const std::string text = "endpoint " + pattern.word.text + " " + address + " " + range;
  places_.push_back({{label, text, pattern.range}, pattern.word.text, std::move(networks), *ports});
}

// What is said twice has one answer.
bool Places::is_new(const Found& found, const policy::Policy& policy,
                    std::map<std::string, const policy::Place*>& known) {
  std::vector<std::string> keys = {found.place.text};
  for (const Network& network : found.networks) {
    keys.push_back(found.protocol + " " + print(network.is_ipv4, network.bytes, network.prefix) + " " +
                   std::to_string(found.ports.first) + "-" + std::to_string(found.ports.last));
  }
  bool is_new = true;
  for (const std::string& key : keys) {
    const auto [entry, inserted] = known.emplace(key, &found.place);
    if (inserted || entry->second == &found.place) continue;
    const policy::Place& first = *entry->second;
    const bool agree = first.label == found.place.label;
    // What is wider by one family adds something.
    if (agree && first.text != found.place.text) continue;
    reporter_.report(agree ? Message::pattern_again : Message::patterns_conflict, found.place.range,
                     {policy.labels[first.label].name}, {}, {{first.range, "it is given here"}});
    is_new = false;
    break;
  }
  return is_new;
}

// Of two ranges as wide as each other that overlap, nobody would see which one counts.
void Places::check_ranges(const Found& found, const policy::Policy& policy,
                          std::map<Network, std::vector<Endpoint>>& ranges) {
  if (found.protocol.empty() || found.ports.first == found.ports.last) return;
  for (const Network& network : found.networks) {
    std::vector<Endpoint>& others = ranges[network];
    if (others.size() == EVF_MAX_PORT_RANGES) {
      reporter_.report(Message::too_many_port_ranges, found.place.range,
                       {std::to_string(EVF_MAX_PORT_RANGES)});
      return;
    }
    for (const Endpoint& other : others) {
      const bool is_as_wide = found.ports.last - found.ports.first == other.ports.last - other.ports.first;
      const bool overlaps = found.ports.first <= other.ports.last && other.ports.first <= found.ports.last;
      const bool differs = other.place->label != found.place.label && other.protocol == found.protocol;
      if (!is_as_wide || !overlaps || !differs || other.ports == found.ports) continue;
      reporter_.report(Message::endpoints_conflict, found.place.range,
                       {policy.labels[other.place->label].name},
                       "longer prefixes win, then narrower ranges of ports, then tcp and udp over any",
                       {{other.place->range, "it is given here"}});
    }
    others.push_back({found.protocol, found.ports, &found.place});
  }
}

void Places::settle(policy::Policy& ret) {
  std::stable_sort(places_.begin(), places_.end(), [](const Found& a, const Found& b) {
    return std::tie(a.place.range.source, a.place.range.begin) <
           std::tie(b.place.range.source, b.place.range.begin);
  });
  std::map<std::string, const policy::Place*> known;
  std::map<Network, std::vector<Endpoint>> ranges;
  for (const Found& found : places_) {
    if (!is_new(found, ret, known)) continue;
    check_ranges(found, ret, ranges);
    ret.places.push_back(found.place);
  }
  std::sort(ret.places.begin(), ret.places.end(),
            [](const policy::Place& a, const policy::Place& b) { return a.text < b.text; });
}

}  // namespace eventfilter::sema
