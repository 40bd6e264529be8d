// SPDX-License-Identifier: BSD-2-Clause
// SMC: a family that carries TCP within it, and puts that in its own place when it can't go on.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "support/attach.h"
#include "support/child.h"
#include "support/label_probe.h"
#include "support/net.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class Smc : public testing::Test {
 protected:
  Smc() {
    require_call(space_.write("endpoint tcp 127.0.0.1 * a_t\nendpoint tcp 127.0.0.2 * b_t\n"),
                 "lines");
    space_.commit();
  }
  static Fd made() { return make_socket(AF_SMC, SOCK_STREAM); }
  // An option that SMC lacks makes it fall back: the descriptor is one of TCP from then on
  static Fd fallen_back() {
    Fd socket = made();
    const int length = 5;
    require_call(setsockopt(socket.get(), IPPROTO_TCP, TCP_FASTOPEN, &length, sizeof(length)),
                 "TCP_FASTOPEN");
    return socket;
  }

  const LabelSpace space_{kProbeNames};
  const Address one_ = ip_address("127.0.0.1", 2345);
  const Address two_ = ip_address("127.0.0.2", 2345);
  const Fd listening_ = listening_socket(ip_address("0.0.0.0", 2345));
};

TEST_F(Smc, NobodyKnowsWhomItReaches) {
  in_child([&] {
    const Fd socket = made();
    enforce(space_, "socket_connect: label & a_t || !(label & a_t) else errno EDOM");
    EXPECT_REFUSED(EDOM, connect_to(socket.get(), one_));
  });
}

TEST_F(Smc, WhatFellBackIsATasksSocket) {
  in_child([&] {
    const Fd before = fallen_back();
    enforce(space_, "socket_connect, socket_bind, socket_send: label & a_t else errno EDOM\n"
                    "socket_recv: deny else errno ERANGE");
    EXPECT_REFUSED(EDOM, connect_to(before.get(), two_));
    EXPECT_REFUSED(EDOM, bind_to(before.get(), two_.with_port(0)));
    const Fd after = fallen_back();
    EXPECT_REFUSED(EDOM, connect_to(after.get(), two_));
    EXPECT_ALLOWED(connect_to(after.get(), one_));
    EXPECT_ALLOWED(send_byte(after.get()));
    EXPECT_REFUSED(ERANGE, receive_byte(after.get()));
  });
}

TEST_F(Smc, FiltersOnADescriptionStay) {
  const Fd socket = made();
  EXPECT_ALLOWED(try_attach(socket.get(), "socket_connect: deny else errno EDOM"));
  const int length = 5;
  EXPECT_EQ(setsockopt(socket.get(), IPPROTO_TCP, TCP_FASTOPEN, &length, sizeof(length)), 0);
  EXPECT_REFUSED(EDOM, connect_to(socket.get(), one_));
}

}  // namespace
}  // namespace eventfilter::selftest
