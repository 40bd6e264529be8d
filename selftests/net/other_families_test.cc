// SPDX-License-Identifier: BSD-2-Clause
// Sockets without endpoints, or with ones that nobody can know: what `label` is, and that `family`
// can be told.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netinet/in.h>

#include <cstring>

#include "support/event.h"
#include "support/label_probe.h"
#include "support/net.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

template <typename T>
Address address_from(const T& from) {
  Address address;
  std::memcpy(&address.storage, &from, sizeof(from));
  address.length = sizeof(from);
  return address;
}

Address netlink_address() {
  sockaddr_nl name{};
  name.nl_family = AF_NETLINK;
  return address_from(name);
}

Address vsock_address(unsigned port) {
  sockaddr_vm name{};
  name.svm_family = AF_VSOCK;
  name.svm_cid = VMADDR_CID_LOCAL;
  name.svm_port = port;
  return address_from(name);
}

Address packet_address() {
  sockaddr_ll name{};
  name.sll_family = AF_PACKET;
  name.sll_protocol = htons(ETH_P_IP);
  name.sll_ifindex = static_cast<int>(if_nametoindex("lo"));
  name.sll_halen = 6;
  return address_from(name);
}

class OtherFamilies : public testing::Test {
 protected:
  OtherFamilies() {
    require_call(space_.write("endpoint any any * a_t\n"), "a line");
    space_.commit();
  }
  [[nodiscard]] std::string label_of(const std::string& event,
                                     const std::function<long()>& raise) const {
    return LabelProbe(space_, event).of(raise);
  }
  // Refused where labels are asked for, also by what asks in the negative if nobody knows
  void expect_family_decides(const std::string& event, int family,
                             const std::function<long()>& raise) const {
    const auto error = [&](const std::string& expression) {
      return value_from_child(Subject::kRoot, [&] {
        enforce(space_, event + ": " + expression + " else errno EDOM");
        return error_of(raise());
      });
    };
    EXPECT_EQ(error("label & a_t"), EDOM) << event;
    EXPECT_EQ(error("family != " + std::to_string(family)), EDOM) << event;
    EXPECT_NE(error("family == " + std::to_string(family)), EDOM) << event;
  }

  const LabelSpace space_{kProbeNames};
};

TEST_F(OtherFamilies, Netlink) {
  const Fd made = make_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  const auto bind_it = [] { return try_bind(netlink_address(), SOCK_RAW, NETLINK_ROUTE); };
  const auto connect_it = [] { return try_connect(netlink_address(), SOCK_RAW, NETLINK_ROUTE); };
  const auto send_it = [&] { return send_byte_to(made.get(), netlink_address()); };
  const auto receive_it = [&] { return receive_byte(made.get()); };
  expect_family_decides("socket_bind", AF_NETLINK, bind_it);
  expect_family_decides("socket_connect", AF_NETLINK, connect_it);
  expect_family_decides("socket_send", AF_NETLINK, send_it);
  expect_family_decides("socket_recv", AF_NETLINK, receive_it);
  EXPECT_EQ(label_of("socket_bind", bind_it), "") << "surely no endpoint";
  EXPECT_EQ(label_of("socket_connect", connect_it), "");
  EXPECT_EQ(label_of("socket_send", send_it), "");
  EXPECT_EQ(label_of("socket_recv", receive_it), "");
  expect_number({Subject::kUser, "socket_bind", bind_it}, "protocol", NETLINK_ROUTE, 1);
  expect_number({Subject::kUser, "socket_bind", bind_it}, "port", 0, 1);
}

TEST_F(OtherFamilies, Vsock) {
  const Fd listening = listening_socket(vsock_address(2345));
  const auto bind_it = [] { return try_bind(vsock_address(2346), SOCK_STREAM); };
  const auto connect_it = [] { return try_connect(vsock_address(2345), SOCK_STREAM); };
  const Fd made = connected_socket(vsock_address(2345), SOCK_STREAM);
  const auto send_it = [&] { return send_byte(made.get()); };
  expect_family_decides("socket_bind", AF_VSOCK, bind_it);
  expect_family_decides("socket_connect", AF_VSOCK, connect_it);
  expect_family_decides("socket_send", AF_VSOCK, send_it);
  expect_family_decides("socket_listen", AF_VSOCK, [&] { return listen(listening.get(), 1); });
  EXPECT_EQ(label_of("socket_connect", connect_it), "");
  EXPECT_EQ(label_of("socket_send", send_it), "");
}

TEST_F(OtherFamilies, PacketSocketsReachWhatNobodyKnows) {
  const auto bind_it = [] { return try_bind(packet_address(), SOCK_DGRAM, htons(ETH_P_IP)); };
  const auto send_it = [] {
    const Fd made = make_socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP));
    return send_byte_to(made.get(), packet_address());
  };
  expect_family_decides("socket_bind", AF_PACKET, bind_it);
  expect_family_decides("socket_send", AF_PACKET, send_it);
  EXPECT_EQ(label_of("socket_bind", bind_it), "unknown");
  EXPECT_EQ(label_of("socket_send", send_it), "unknown");
}

TEST_F(OtherFamilies, RawSocketsReachEveryPort) {
  const Address address = ip_address("127.0.0.1", 0);
  const auto bind_it = [&] { return try_bind(address, SOCK_RAW, IPPROTO_TCP); };
  const auto connect_it = [&] { return try_connect(address, SOCK_RAW, IPPROTO_TCP); };
  const auto send_it = [&] {
    const Fd made = make_socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
    return send_byte_to(made.get(), address);
  };
  expect_family_decides("socket_bind", AF_INET, bind_it);
  expect_family_decides("socket_connect", AF_INET, connect_it);
  expect_family_decides("socket_send", AF_INET, send_it);
  EXPECT_EQ(label_of("socket_bind", bind_it), "unknown");
  EXPECT_EQ(label_of("socket_connect", connect_it), "unknown");
  EXPECT_EQ(label_of("socket_send", send_it), "unknown");
  const Raised connected{Subject::kRoot, "socket_connect", connect_it};
  expect_number(connected, "type", SOCK_RAW, SOCK_STREAM);
  expect_number(connected, "protocol", IPPROTO_TCP, 0);
}

TEST_F(OtherFamilies, PingSocketsHaveAddressesWithoutPorts) {
  run_or_fail({"sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647"});
  const Address address = ip_address("127.0.0.1", 4711);
  const auto connect_it = [&] { return try_connect(address, SOCK_DGRAM, IPPROTO_ICMP); };
  EXPECT_EQ(label_of("socket_connect", connect_it), "a_t");
  const LabelSpace space(kProbeNames);
  require_call(space.write("endpoint any 127.0.0.0/8 1-65535 a_t\nendpoint udp any * b_t\n"),
               "lines");
  space.commit();
  EXPECT_EQ(LabelProbe(space, "socket_connect").of(connect_it), "") << "port 0, and not UDP";
  expect_number({Subject::kUser, "socket_connect", connect_it}, "port", 0, 4711);
  expect_number({Subject::kUser, "socket_connect", connect_it}, "protocol", IPPROTO_ICMP, 0);
}

}  // namespace
}  // namespace eventfilter::selftest
