// SPDX-License-Identifier: BSD-2-Clause
//
// What has a label without a path: IP endpoints, and what is in file systems of a type.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ast/ast.h"
#include "policy/policy.h"
#include "sema/reporter.h"

namespace eventfilter::sema {

// Collects them; mistakes are reported.
class Places {
 public:
  explicit Places(Reporter& reporter) : reporter_(reporter) {}

  void add(const ast::Pattern& pattern, policy::LabelId label);

  // How many there are.
  std::size_t size() const { return places_.size(); }

  // Reports what has two labels, and hands the rest to the policy. Once, when its labels are known.
  void settle(policy::Policy& ret);

 private:
  // Addresses of one family with these leading bits; IPv4's stand in IPv6's mapped ones.
  struct Network {
    bool is_ipv4 = false;
    std::array<std::uint8_t, 16> bytes{};
    unsigned prefix = 0;

    auto operator<=>(const Network&) const = default;
  };
  struct Ports {
    unsigned first = 0;
    unsigned last = 65535;

    auto operator<=>(const Ports&) const = default;
  };
  struct Endpoint {
    std::string protocol;
    Ports ports;
    const policy::Place* place = nullptr;
  };
  struct Found {
    policy::Place place;
    std::string protocol;           // empty for a file system type
    std::vector<Network> networks;  // two of them for all addresses
    Ports ports;
  };

  void add_fs_type(const ast::Pattern& pattern, policy::LabelId label);
  void add_endpoint(const ast::Pattern& pattern, policy::LabelId label);
  std::optional<Network> network_of(const ast::Name& address);
  bool check_prefix(const ast::Name& address, Network& network, const std::string& prefix);
  std::optional<unsigned> port_of(const ast::Name& port);
  std::optional<Ports> ports_of(const std::vector<ast::Name>& ports);
  bool is_new(const Found& found, const policy::Policy& policy,
              std::map<std::string, const policy::Place*>& known);
  void check_ranges(const Found& found, const policy::Policy& policy,
                    std::map<Network, std::vector<Endpoint>>& ranges);

  Reporter& reporter_;
  std::vector<Found> places_;
};

}  // namespace eventfilter::sema
