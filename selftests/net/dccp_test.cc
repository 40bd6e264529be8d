// SPDX-License-Identifier: BSD-2-Clause
// DCCP and UDP-Lite: protocols without calls of their own, and with endpoints of `any` alone.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <functional>
#include <string>

#include "support/event.h"
#include "support/label_probe.h"
#include "support/net.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// Endpoints of tcp and udp mustn't count for either
const char* const kEndpoints =
    "endpoint any 127.0.0.1 * a_t\nendpoint any 127.0.0.2 * b_t\n"
    "endpoint tcp any * c_t\nendpoint udp any * c_t\n";

class OtherTransports : public testing::Test {
 protected:
  OtherTransports() {
    require_call(space_.write(kEndpoints), "lines");
    space_.commit();
  }
  [[nodiscard]] std::string label_of(const std::string& event,
                                     const std::function<long()>& raise) const {
    return LabelProbe(space_, event).of(raise);
  }

  const LabelSpace space_{kProbeNames};
  const Address one_ = ip_address("127.0.0.1", 2345);
  const Address two_ = ip_address("127.0.0.2", 2345);
};

class Dccp : public OtherTransports {
 protected:
  [[nodiscard]] static long connect_by(const Address& to) {
    return try_connect(to, SOCK_DCCP, IPPROTO_DCCP);
  }
  [[nodiscard]] static Fd unconnected() { return make_socket(AF_INET, SOCK_DCCP, IPPROTO_DCCP); }

  const Fd listening_ = listening_socket(ip_address("0.0.0.0", 2345), SOCK_DCCP, IPPROTO_DCCP);
};

TEST_F(Dccp, FamilyTypeProtocolAndPort) {
  const Raised raised{Subject::kUser, "socket_connect", [&] { return connect_by(one_); }};
  expect_number(raised, "family", AF_INET, AF_INET6);
  expect_number(raised, "type", SOCK_DCCP, SOCK_STREAM);
  expect_number(raised, "protocol", IPPROTO_DCCP, IPPROTO_TCP);
  expect_number(raised, "port", 2345, 2346);
}

TEST_F(Dccp, LabelsAreThoseOfAnyProtocol) {
  EXPECT_EQ(label_of("socket_connect", [&] { return connect_by(one_); }), "a_t");
  EXPECT_EQ(label_of("socket_connect", [&] { return connect_by(two_); }), "b_t");
  EXPECT_EQ(label_of("socket_bind",
                     [&] { return try_bind(two_.with_port(0), SOCK_DCCP, IPPROTO_DCCP); }),
            "b_t");
  const Fd bound = bound_socket(two_.with_port(3000), SOCK_DCCP, IPPROTO_DCCP);
  EXPECT_EQ(label_of("socket_listen", [&] { return listen(bound.get(), 1); }), "b_t");
  const Fd client = connected_socket(one_, SOCK_DCCP, IPPROTO_DCCP);
  EXPECT_EQ(label_of("socket_send", [&] { return send_byte(client.get()); }), "a_t");
}

TEST_F(Dccp, ConnectsByNoOtherDoor) {
  in_child([&] {
    const Fd free = unconnected(), six = make_socket(AF_INET6, SOCK_DCCP, IPPROTO_DCCP);
    enforce(space_, "socket_connect: label & a_t else errno EDOM");
    EXPECT_ALLOWED(connect_by(one_));
    EXPECT_REFUSED(EDOM, connect_by(two_));
    EXPECT_REFUSED(EDOM, connect_to(six.get(), ip_address("::ffff:127.0.0.2", 2345)));
    // A message doesn't connect, whatever address it has
    EXPECT_LT(send_byte_to(free.get(), two_), 0);
    EXPECT_LT(send_byte_to(free.get(), two_, MSG_FASTOPEN), 0);
    sockaddr_storage peer{};
    socklen_t length = sizeof(peer);
    EXPECT_LT(getpeername(free.get(), reinterpret_cast<sockaddr*>(&peer), &length), 0);
  });
}

class UdpLite : public OtherTransports {
 protected:
  [[nodiscard]] static Fd unconnected() { return make_socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE); }
};

TEST_F(UdpLite, LabelsAreThoseOfAnyProtocol) {
  const Fd socket = unconnected();
  EXPECT_EQ(label_of("socket_send", [&] { return send_byte_to(socket.get(), one_); }), "a_t");
  EXPECT_EQ(label_of("socket_send", [&] { return send_byte_to(socket.get(), two_); }), "b_t");
  EXPECT_EQ(label_of("socket_connect",
                     [&] { return try_connect(two_, SOCK_DGRAM, IPPROTO_UDPLITE); }),
            "b_t");
  EXPECT_EQ(label_of("socket_bind",
                     [&] { return try_bind(one_.with_port(0), SOCK_DGRAM, IPPROTO_UDPLITE); }),
            "a_t");
}

TEST_F(UdpLite, EachMessageIsJudged) {
  in_child([&] {
    const Fd socket = unconnected(), connected = connected_socket(one_, SOCK_DGRAM, IPPROTO_UDPLITE);
    enforce(space_, "socket_send: label & a_t else errno EDOM");
    EXPECT_ALLOWED(send_byte_to(socket.get(), one_));
    EXPECT_REFUSED(EDOM, send_byte_to(socket.get(), two_));
    EXPECT_REFUSED(EDOM, send_byte_by_sendmsg(socket.get(), &two_));
    EXPECT_ALLOWED(send_byte(connected.get()));
    EXPECT_REFUSED(EDOM, send_byte_to(connected.get(), two_));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
