// SPDX-License-Identifier: BSD-2-Clause
// unix_connect, unix_send: `peer_label`, the label of the task at the other end.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "support/channel.h"
#include "support/label_probe.h"
#include "support/net.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"
#include "support/victim.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kHarmless = "sys_enter_getpgrp: allow";
constexpr int kTypes[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};

Address address_of_peer(const std::string& label, int type) {
  return abstract_address("evf-" + label + "-" + std::to_string(type));
}

class UnixPeer : public testing::Test {
 protected:
  void wear(const std::string& label) const {
    Ruleset::labelled(space_, label, kHarmless).enforce();
  }
  // A socket of each type, made by a task with this label
  void serve(const std::string& label) const {
    wear(label);
    for (const int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
      static_cast<void>(listening_socket(address_of_peer(label, type), type).release());
    }
    static_cast<void>(bound_socket(address_of_peer(label, SOCK_DGRAM), SOCK_DGRAM).release());
  }
  // Of the task that is met by the call
  [[nodiscard]] std::string peer_by(const std::string& event,
                                    const std::function<long()>& raise) const {
    return LabelProbe(space_, event, "peer_label").of(raise);
  }
  [[nodiscard]] std::string peer_of_connecting(const Address& address, int type) const {
    return peer_by("unix_connect", [&] { return try_connect(address, type); });
  }
  [[nodiscard]] std::string peer_of_sending(const Fd& socket) const {
    return peer_by("unix_send", [&] { return send_byte(socket.get()); });
  }

  const LabelSpace space_{kProbeNames};
  const Victim a_{[&] { serve("a_t"); }};
  const Victim b_{[&] { serve("b_t"); }};
};

TEST_F(UnixPeer, Fact25OfConnecting) {
  for (const int type : kTypes) {
    EXPECT_EQ(peer_of_connecting(address_of_peer("a_t", type), type), "a_t") << type;
    EXPECT_EQ(peer_of_connecting(address_of_peer("b_t", type), type), "b_t") << type;
  }
}

TEST_F(UnixPeer, Fact25OfSendingByAConnection) {
  for (const int type : kTypes) {
    EXPECT_EQ(peer_of_sending(connected_socket(address_of_peer("a_t", type), type)), "a_t") << type;
    EXPECT_EQ(peer_of_sending(connected_socket(address_of_peer("b_t", type), type)), "b_t") << type;
  }
}

TEST_F(UnixPeer, Fact25OfDatagramsWithAnAddress) {
  const Fd socket = make_socket(AF_UNIX, SOCK_DGRAM);
  for (const std::string label : {"a_t", "b_t"}) {
    const Address address = address_of_peer(label, SOCK_DGRAM);
    const auto send_it = [&] { return send_byte_to(socket.get(), address, MSG_DONTWAIT); };
    EXPECT_EQ(peer_by("unix_send", send_it), label);
    EXPECT_EQ(peer_by("unix_connect", send_it), label) << "a connection for its time";
  }
}

TEST_F(UnixPeer, Decides) {
  in_child([&] {
    const Fd to_a = connected_socket(address_of_peer("a_t", SOCK_STREAM), SOCK_STREAM);
    const Fd to_b = connected_socket(address_of_peer("b_t", SOCK_STREAM), SOCK_STREAM);
    enforce(space_, "unix_connect, unix_send: peer_label & a_t else errno EDOM");
    for (const int type : kTypes) {
      EXPECT_ALLOWED(try_connect(address_of_peer("a_t", type), type)) << type;
      EXPECT_REFUSED(EDOM, try_connect(address_of_peer("b_t", type), type)) << type;
    }
    EXPECT_EQ(send_byte(to_a.get()), 1);
    EXPECT_REFUSED(EDOM, send_byte(to_b.get()));
  });
}

TEST_F(UnixPeer, OfAnAcceptedConnectionIsWhoConnected) {
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
    const Address address = abstract_address("evf-accepting");
    const Fd listening = listening_socket(address, type);
    const Victim client([&] {
      wear("c_t");
      static_cast<void>(connected_socket(address, type).release());
    });
    const Fd accepted(require_fd(accept(listening.get(), nullptr, nullptr), "accept"));
    EXPECT_EQ(peer_of_sending(accepted), "c_t") << type;
  }
}

// Not who bound the socket, nor what it became later
TEST_F(UnixPeer, IsWhoCalledListenAsItWasThen) {
  const Address address = abstract_address("evf-handed-on");
  const Fd handed_on = bound_socket(address, SOCK_STREAM);
  const Victim listening([&] {
    wear("a_t");
    require_call(listen(handed_on.get(), 8), "listen");
  });
  EXPECT_EQ(peer_of_connecting(address, SOCK_STREAM), "a_t");
  const Fd connected = connected_socket(address, SOCK_STREAM);
  require_call(listen(handed_on.get(), 8), "listen once more, without a label");
  EXPECT_EQ(peer_of_connecting(address, SOCK_STREAM), "");
  EXPECT_EQ(peer_of_sending(connected), "a_t") << "the connection is with who listened then";

  const Address early = abstract_address("evf-labelled-later");
  const Victim labelled_later([&] {
    static_cast<void>(listening_socket(early).release());
    wear("b_t");
  });
  EXPECT_EQ(peer_of_connecting(early, SOCK_STREAM), "");
}

TEST_F(UnixPeer, OfADatagramSocketIsWhoMadeIt) {
  const Address address = abstract_address("evf-datagrams-handed-on");
  const Fd inherited = bound_socket(address, SOCK_DGRAM);
  const Victim holder([&] { wear("a_t"); });
  EXPECT_EQ(peer_of_connecting(address, SOCK_DGRAM), "") << "whoever holds it besides";

  const Channel channel;
  Child maker([&] {
    wear("a_t");
    const Fd made = bound_socket(abstract_address("evf-made-elsewhere"), SOCK_DGRAM);
    channel.child().send_fd(made.get());
  });
  const Fd received = channel.parent().receive_fd();
  maker.wait();
  EXPECT_EQ(peer_of_connecting(abstract_address("evf-made-elsewhere"), SOCK_DGRAM), "a_t")
      << "even when it's gone";
}

TEST_F(UnixPeer, OfAPairIsItsMaker) {
  for (const int type : kTypes) {
    in_child([&] {
      wear("c_t");
      int pair[2];
      require_call(socketpair(AF_UNIX, type, 0, pair), "socketpair");
      enforce(space_, "unix_send: peer_label & c_t else errno EDOM");
      EXPECT_EQ(send_byte(pair[0]), 1) << type;
      enforce(space_, "unix_send: !(peer_label & c_t) else errno EXDEV");
      EXPECT_REFUSED(EXDEV, send_byte(pair[0])) << type;
    });
  }
}

}  // namespace
}  // namespace eventfilter::selftest
