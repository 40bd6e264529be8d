// SPDX-License-Identifier: BSD-2-Clause
// MPTCP: judged as the TCP that it is to the network, once for each call.
#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <sys/uio.h>
#include <unistd.h>

#include "support/attach.h"
#include "support/event.h"
#include "support/label_probe.h"
#include "support/net.h"
#include "support/records.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class Mptcp : public testing::Test {
 protected:
  Mptcp() {
    require_call(space_.write("endpoint tcp 127.0.0.1 * a_t\nendpoint udp any * c_t\n"
                              "endpoint tcp 127.0.0.2 * b_t\nendpoint tcp ::1 * a_t b_t\n"),
                 "lines");
    space_.commit();
  }
  [[nodiscard]] std::string label_of(const std::string& event,
                                     const std::function<long()>& raise) const {
    return LabelProbe(space_, event).of(raise);
  }
  [[nodiscard]] static long connect_by(const Address& to) {
    return try_connect(to, SOCK_STREAM, IPPROTO_MPTCP);
  }
  [[nodiscard]] static Fd connected(const Address& to) {
    return connected_socket(to, SOCK_STREAM, IPPROTO_MPTCP);
  }

  const LabelSpace space_{kProbeNames};
  const Address one_ = ip_address("127.0.0.1", 2345);
  const Address two_ = ip_address("127.0.0.2", 2345);
  const Address six_ = ip_address("::1", 2346);
  const Fd listening_ = listening_socket(ip_address("0.0.0.0", 2345), SOCK_STREAM, IPPROTO_MPTCP);
  const Fd listening_six_ = listening_socket(six_, SOCK_STREAM, IPPROTO_MPTCP);
};

TEST_F(Mptcp, FamilyTypeProtocolAndPort) {
  const Raised raised{Subject::kUser, "socket_connect", [&] { return connect_by(one_); }};
  expect_number(raised, "family", AF_INET, AF_INET6);
  expect_number(raised, "type", SOCK_STREAM, SOCK_DGRAM);
  expect_number(raised, "protocol", IPPROTO_MPTCP, IPPROTO_TCP);
  expect_number(raised, "port", 2345, 2346);
  expect_number({Subject::kUser, "socket_create",
                 [] { return try_socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP); }},
                "protocol", IPPROTO_MPTCP, IPPROTO_TCP);
}

TEST_F(Mptcp, LabelsAreThoseOfTcp) {
  EXPECT_EQ(label_of("socket_connect", [&] { return connect_by(one_); }), "a_t");
  EXPECT_EQ(label_of("socket_connect", [&] { return connect_by(two_); }), "b_t");
  EXPECT_EQ(label_of("socket_connect", [&] { return connect_by(six_); }), "a_t b_t");
  EXPECT_EQ(label_of("socket_bind", [&] {
    return try_bind(one_.with_port(0), SOCK_STREAM, IPPROTO_MPTCP);
  }), "a_t");
  const Fd bound = bound_socket(two_.with_port(3000), SOCK_STREAM, IPPROTO_MPTCP);
  EXPECT_EQ(label_of("socket_listen", [&] { return listen(bound.get(), 1); }), "b_t");
  const Fd client = connected(two_);
  EXPECT_EQ(label_of("socket_send", [&] { return send_byte(client.get()); }), "b_t");
  EXPECT_EQ(label_of("socket_send", [&] { return send_byte_to(client.get(), one_); }), "b_t")
      << "it ignores an address";
  EXPECT_EQ(label_of("socket_recv", [&] { return receive_byte(client.get()); }), "b_t");
}

TEST_F(Mptcp, AllowedAndRefused) {
  in_child([&] {
    enforce(space_, "socket_connect, socket_bind: label & a_t else errno EDOM");
    EXPECT_ALLOWED(connect_by(one_));
    EXPECT_REFUSED(EDOM, connect_by(two_));
    EXPECT_REFUSED(EDOM, try_bind(two_.with_port(0), SOCK_STREAM, IPPROTO_MPTCP));
    const Fd made = make_socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
    EXPECT_REFUSED(EDOM, send_byte_to(made.get(), two_, MSG_FASTOPEN));
    Ring ring;
    io_uring_sqe request{};
    request.opcode = IORING_OP_CONNECT;
    request.fd = made.get();
    request.addr = reinterpret_cast<uintptr_t>(two_.get());
    request.off = two_.length;
    EXPECT_REFUSED(EDOM, ring.do_request(request));
  });
}

TEST_F(Mptcp, WhatIsConnectedIsJudgedAtEachUse) {
  const Fd client = connected(one_);
  const Fd server(require_fd(accept(listening_.get(), nullptr, nullptr), "accept"));
  in_child([&] {
    enforce(space_, "socket_send, socket_recv: label & b_t else errno EDOM\n"
                    "socket_accept: deny else errno EXDEV");
    EXPECT_REFUSED(EDOM, send_byte(client.get()));
    EXPECT_REFUSED(EDOM, write(client.get(), "x", 1));
    EXPECT_REFUSED(EDOM, send_byte(server.get()));
    EXPECT_REFUSED(EDOM, receive_byte(client.get()));
    EXPECT_REFUSED(EXDEV, accept(listening_.get(), nullptr, nullptr));
  });
  EXPECT_EQ(send_byte(server.get()), 1);
  EXPECT_EQ(receive_byte(client.get(), 0), 1);
}

// The listener's socket is MPTCP's, what it accepts from such a client is one of TCP
TEST_F(Mptcp, AClientOfTcpIsAcceptedAndJudgedAsSuch) {
  const Fd client = connected_socket(one_, SOCK_STREAM);
  in_child([&] {
    enforce("socket_accept: protocol != 262 else errno EXDEV");
    EXPECT_REFUSED(EXDEV, accept(listening_.get(), nullptr, nullptr));
  });
  const Fd server(require_fd(accept(listening_.get(), nullptr, nullptr), "accept"));
  EXPECT_EQ(label_of("socket_send", [&] { return send_byte(client.get()); }), "a_t");
  in_child([&] {
    enforce(space_,
            "socket_send, socket_recv: label & b_t else errno EDOM\n"
            "socket_connect: label & b_t else errno EXDEV");
    EXPECT_REFUSED(EDOM, send_byte(client.get()));
    EXPECT_REFUSED(EDOM, send_byte(server.get()));
    EXPECT_REFUSED(EDOM, receive_byte(server.get()));
    EXPECT_REFUSED(EDOM, write(server.get(), "x", 1));
    EXPECT_REFUSED(EXDEV, try_connect(one_, SOCK_STREAM));
  });
  // What is attached to the listener comes along all the same
  attach(listening_.get(), "socket_recv: deny else errno EXDEV");
  const Fd second = connected_socket(one_, SOCK_STREAM);
  const Fd narrowed(require_fd(accept(listening_.get(), nullptr, nullptr), "accept"));
  EXPECT_REFUSED(EXDEV, receive_byte(narrowed.get()));
}

// Beneath it are sockets of TCP that the kernel makes: they are no call of the task's
TEST_F(Mptcp, OneCallIsOneEvent) {
  const Ruleset ruleset("socket_create, socket_connect, socket_send: protocol == 262 else log");
  const Ruleset all("socket: deny else log");
  const Records others(ruleset);
  const Records records(all);
  in_child([&] {
    ruleset.enforce();
    all.enforce();
    const Fd client = connected(one_);
    EXPECT_EQ(send_byte(client.get()), 1);
  });
  EXPECT_EQ(others.text(), "") << "none of TCP";
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 3U) << "create, connect, send";
  EXPECT_EQ(taken[1].at("event"), "socket_connect");
  EXPECT_EQ(taken[1].at("path"), "127.0.0.1:2345");
}

TEST_F(Mptcp, ByDescription) {
  const Fd made = make_socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
  attach(made.get(), "socket_connect: port == 1 else errno EXDEV\nsocket_send: deny else errno EDOM");
  EXPECT_REFUSED(EXDEV, connect_to(made.get(), one_));
  EXPECT_REFUSED(EDOM, send_byte(made.get()));
  attach(listening_.get(), "socket_recv: deny else errno EXDEV");
  const Fd client = connected(one_);
  const Fd got(require_fd(accept(listening_.get(), nullptr, nullptr), "accept"));
  EXPECT_REFUSED(EXDEV, receive_byte(got.get())) << "it has the filters of what listens";
}

}  // namespace
}  // namespace eventfilter::selftest
