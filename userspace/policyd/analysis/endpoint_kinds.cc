// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/endpoint_kinds.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <sstream>

#include <arpa/inet.h>

namespace eventfilter::analysis {
namespace {

// Endpoints times patterns.
constexpr std::size_t kMaxWork = 20'000'000;
constexpr unsigned kMaxPort = 65535;

// Addresses of one family with these leading bits.
struct Network {
  bool is_ipv4 = false;
  unsigned prefix = 0;
  std::array<unsigned char, 16> bytes{};

  auto operator<=>(const Network&) const = default;

  unsigned bits() const { return is_ipv4 ? 32 : 128; }
  bool bit(unsigned at) const { return (bytes[at / 8] & (0x80U >> (at % 8))) != 0; }
  bool covers(const Network& other) const {
    if (is_ipv4 != other.is_ipv4 || prefix > other.prefix) return false;
    for (unsigned at = 0; at < prefix; ++at) {
      if (bit(at) != other.bit(at)) return false;
    }
    return true;
  }
  // One half of it.
  Network half(bool upper) const {
    Network made = *this;
    if (upper) made.bytes[prefix / 8] = static_cast<unsigned char>(made.bytes[prefix / 8] | (0x80U >> (prefix % 8)));
    ++made.prefix;
    return made;
  }
  std::string address() const {
    char text[INET6_ADDRSTRLEN] = {};
    inet_ntop(is_ipv4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof(text));
    return is_ipv4 ? text : "[" + std::string(text) + "]";
  }
};

struct Endpoint {
  std::string protocol;
  Network host;
  unsigned port = 0;
};

struct Pattern {
  std::string label;
  std::string protocol;  // "any": each
  std::vector<Network> networks;
  unsigned first = 0;
  unsigned last = kMaxPort;
};

const Network kAllIpv4{true, 0, {}};
const Network kAllIpv6{false, 0, {}};

Network network_of(const std::string& text) {
  const std::size_t slash = text.find('/');
  Network made;
  made.is_ipv4 = text.find(':') == std::string::npos;
  made.prefix = static_cast<unsigned>(std::stoul(text.substr(slash + 1)));
  // The compiler wrote it.
  if (inet_pton(made.is_ipv4 ? AF_INET : AF_INET6, text.substr(0, slash).c_str(), made.bytes.data()) != 1) std::abort();
  return made;
}

std::vector<Pattern> patterns_of(const emit::CompiledPolicy& policy) {
  std::vector<Pattern> all;
  for (const emit::CompiledPlace& one : policy.places) {
    std::istringstream words(one.text);
    std::string kind;
    std::string address;
    std::string ports;
    Pattern made;
    if (!(words >> kind >> made.protocol >> address >> ports) || kind != "endpoint") continue;
    made.label = one.label;
    made.networks = address == "any" ? std::vector{kAllIpv4, kAllIpv6} : std::vector{network_of(address)};
    if (ports != "*") {
      const std::size_t dash = ports.find('-');
      made.first = static_cast<unsigned>(std::stoul(ports));
      made.last = dash == std::string::npos ? made.first : static_cast<unsigned>(std::stoul(ports.substr(dash + 1)));
    }
    all.push_back(std::move(made));
  }
  return all;
}

// The longest prefix counts, then the narrowest range, then a protocol's own pattern.
std::string label_of(const std::vector<Pattern>& patterns, const Endpoint& endpoint) {
  const Pattern* best = nullptr;
  std::array<long, 3> most{};
  for (const Pattern& one : patterns) {
    const bool is_own = one.protocol == endpoint.protocol;
    if ((!is_own && one.protocol != "any") || endpoint.port < one.first || endpoint.port > one.last) continue;
    for (const Network& network : one.networks) {
      if (!network.covers(endpoint.host)) continue;
      const std::array<long, 3> weight = {static_cast<long>(network.prefix),
                                          -static_cast<long>(one.last - one.first), is_own ? 1 : 0};
      if (best != nullptr && weight <= most) continue;
      best = &one;
      most = weight;
    }
  }
  return best == nullptr ? "" : best->label;
}

// An address of the network that none of the others within it covers.
std::optional<Network> uncovered(const Network& network, const std::vector<Network>& others) {
  std::vector<Network> within;
  for (const Network& other : others) {
    if (other == network) return std::nullopt;
    if (network.covers(other)) within.push_back(other);
  }
  if (within.empty()) {
    Network host = network;
    host.prefix = host.bits();
    return host;
  }
  const auto lower = uncovered(network.half(false), within);
  return lower ? lower : uncovered(network.half(true), within);
}

// An address for each network: of those that are its own.
std::vector<Network> hosts_of(const std::vector<Pattern>& patterns) {
  std::set<Network> networks = {kAllIpv4, kAllIpv6};
  for (const Pattern& one : patterns) networks.insert(one.networks.begin(), one.networks.end());
  std::vector<Network> hosts;
  for (const Network& one : networks) {
    std::vector<Network> others;
    std::copy_if(networks.begin(), networks.end(), std::back_inserter(others),
                 [&](const Network& other) { return other != one && one.covers(other); });
    if (const auto host = uncovered(one, others)) hosts.push_back(*host);
  }
  return hosts;
}

}  // namespace

std::string label_of_endpoint(const emit::CompiledPolicy& policy, const std::string& protocol,
                              const std::string& address, unsigned port) {
  const bool is_ipv4 = address.find(':') == std::string::npos;
  return label_of(patterns_of(policy), {protocol, network_of(address + (is_ipv4 ? "/32" : "/128")), port});
}

std::optional<std::vector<EndpointKind>> endpoint_kinds(const emit::CompiledPolicy& before,
                                                        const emit::CompiledPolicy& after) {
  const std::vector<Pattern> old = patterns_of(before);
  const std::vector<Pattern> now = patterns_of(after);
  std::vector<Pattern> all = old;
  all.insert(all.end(), now.begin(), now.end());
  std::set<unsigned> ports = {0};
  for (const Pattern& one : all) {
    ports.insert(one.first);
    if (one.last < kMaxPort) ports.insert(one.last + 1);
  }
  const std::vector<Network> hosts = hosts_of(all);
  if (hosts.size() * ports.size() * (all.size() + 1) > kMaxWork) return std::nullopt;
  std::vector<EndpointKind> kinds;
  std::set<std::pair<std::string, std::string>> seen;
  for (const Network& host : hosts) {
    for (const unsigned port : ports) {
      for (const char* const protocol : {"tcp", "udp", "sctp"}) {
        const Endpoint one{protocol, host, port};
        EndpointKind made{label_of(old, one), label_of(now, one), ""};
        if (!seen.emplace(made.before, made.after).second) continue;
        made.text = std::string(protocol) + " " + host.address() + " port " + std::to_string(port);
        kinds.push_back(std::move(made));
      }
    }
  }
  return kinds;
}

}  // namespace eventfilter::analysis
