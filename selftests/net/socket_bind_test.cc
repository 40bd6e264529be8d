// SPDX-License-Identifier: BSD-2-Clause
// socket_bind, socket_listen, socket_accept: judged by the socket's own end.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "support/calls.h"
#include "support/event.h"
#include "support/label_probe.h"
#include "support/net.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

Raised bound(const Address& address, int type, int protocol = 0) {
  return {Subject::kUser, "socket_bind", [=] { return try_bind(address, type, protocol); }};
}

TEST(SocketBind, AllowedAndRefused) {
  const LabelSpace space("local_t");
  require_call(space.write("endpoint tcp 127.0.0.1 2000-2999 local_t\n"), "a line");
  space.commit();
  in_child([&] {
    enforce(space, "socket_bind: label & local_t");
    EXPECT_ALLOWED(try_bind(ip_address("127.0.0.1", 2345), SOCK_STREAM));
    EXPECT_REFUSED(EPERM, try_bind(ip_address("127.0.0.1", 3000), SOCK_STREAM));
    EXPECT_REFUSED(EPERM, try_bind(ip_address("127.0.0.2", 2345), SOCK_STREAM));
    EXPECT_REFUSED(EPERM, try_bind(ip_address("127.0.0.1", 2345), SOCK_DGRAM));
    EXPECT_REFUSED(EPERM, try_bind(ip_address("::1", 2345), SOCK_STREAM));
    EXPECT_REFUSED(EPERM, try_bind(ip_address("0.0.0.0", 2345), SOCK_STREAM)) << "is more";
    EXPECT_REFUSED(EPERM, try_bind(ip_address("127.0.0.1", 0), SOCK_STREAM)) << "is any port";
  });
}

TEST(SocketBind, FamilyTypeProtocolAndPort) {
  const Address ipv4 = ip_address("127.0.0.1", 2345);
  const Address ipv6 = ip_address("::1", 2346);
  expect_number(bound(ipv4, SOCK_STREAM), "family", AF_INET, AF_INET6);
  expect_number(bound(ipv6, SOCK_STREAM), "family", AF_INET6, AF_INET);
  expect_number(bound(ipv4, SOCK_STREAM), "type", SOCK_STREAM, SOCK_DGRAM);
  expect_number(bound(ipv4, SOCK_DGRAM), "type", SOCK_DGRAM, SOCK_STREAM);
  expect_number(bound(ipv4, SOCK_STREAM), "protocol", IPPROTO_TCP, 0);
  expect_number(bound(ipv4, SOCK_DGRAM), "protocol", IPPROTO_UDP, 0);
  expect_number(bound(ipv4, SOCK_DGRAM, IPPROTO_UDPLITE), "protocol", IPPROTO_UDPLITE, 0);
  expect_number(bound(ipv4, SOCK_STREAM), "port", 2345, 2346);
  expect_number(bound(ipv6, SOCK_DGRAM), "port", 2346, 2345);
  expect_number(bound(ipv4.with_port(0), SOCK_DGRAM), "port", 0, 1);
  expect_number(bound(ipv4, SOCK_STREAM), "uid", 1000, 0);
}

TEST(SocketBind, Label) {
  const LabelSpace space(kProbeNames);
  require_call(space.write("endpoint any 127.0.0.0/8 * a_t\nendpoint any ::1 * b_t\n"
                           "endpoint any 0.0.0.0/32 * c_t\nendpoint any ::/128 * a_t c_t\n"),
               "lines");
  space.commit();
  const LabelProbe probe(space, "socket_bind");
  const auto of = [&](const Address& address, int socket_family) {
    return probe.of([&] {
      const Fd made = make_socket(socket_family, SOCK_DGRAM);
      return bind_to(made.get(), address);
    });
  };
  EXPECT_EQ(of(ip_address("127.0.0.1", 2345), AF_INET), "a_t");
  EXPECT_EQ(of(ip_address("127.0.0.1", 0), AF_INET), "a_t");
  EXPECT_EQ(of(ip_address("::1", 2345), AF_INET6), "b_t");
  EXPECT_EQ(of(ip_address("::ffff:127.0.0.1", 2345), AF_INET6), "a_t") << "is IPv4";
  EXPECT_EQ(of(ip_address("0.0.0.0", 2345), AF_INET), "c_t") << "any is an address like others";
  EXPECT_EQ(of(ip_address("0.0.0.0", 2345).called(AF_UNSPEC), AF_INET), "c_t") << "an old way";
  EXPECT_EQ(of(ip_address("::", 2345), AF_INET6), "a_t c_t");
  EXPECT_EQ(of(ip_address("::1", 2345), AF_INET), "unknown") << "no address for such a socket";
  Address cut = ip_address("127.0.0.1", 2345);
  cut.length = sizeof(sockaddr_in) - 1;
  EXPECT_EQ(of(cut, AF_INET), "unknown");
  cut.length = 1;
  EXPECT_EQ(of(cut, AF_INET), "unknown");
}

TEST(SocketBind, OtherTables) {
  constexpr uint32_t kIa32Bind = 361;
  in_child([] {
    const Fd made = make_socket(AF_INET, SOCK_DGRAM);
    const Fd low(require_fd(dup3(made.get(), 20, O_CLOEXEC), "dup3"));
    enforce("socket_bind: deny else errno EDOM");
    EXPECT_REFUSED(EFAULT, ia32_syscall(kIa32Bind, 20, 0, 16)) << "no address, no event";
    EXPECT_REFUSED(EDOM, bind_to(20, ip_address("127.0.0.1", 0)));
  });
}

TEST(SocketBind, PortsThatTheSystemChoosesRaiseNoEvent) {
  const Fd receiver = bound_socket(ip_address("127.0.0.1", 0), SOCK_DGRAM);
  const Address address = address_of(receiver.get());
  in_child([&] {
    enforce("socket_bind: deny");
    const Fd made = make_socket(AF_INET, SOCK_DGRAM);
    EXPECT_ALLOWED(send_byte_to(made.get(), address));
    EXPECT_NE(address_of(made.get()).port(), 0U);
    EXPECT_ALLOWED(try_connect(address, SOCK_DGRAM));
  });
}

TEST(SocketBind, UnixSocketsHaveNoEndpoint) {
  const Tree tree;
  const LabelSpace space(kProbeNames);
  require_call(space.write("endpoint any any * a_t\n"), "a line");
  space.commit();
  const auto bind_unix = [&] { return try_bind(unix_address(tree.path("s")), SOCK_STREAM); };
  EXPECT_EQ(LabelProbe(space, "socket_bind").of(bind_unix), "");
  in_child([&] {
    enforce(space, "socket_bind: label & a_t || family == 1 else errno EDOM");
    EXPECT_ALLOWED(try_bind(abstract_address("evf"), SOCK_DGRAM));
    EXPECT_ALLOWED(try_bind(ip_address("127.0.0.1", 0), SOCK_DGRAM));
  });
}

TEST(SocketListen, FamilyTypeProtocolPortAndLabel) {
  const Fd ipv4 = bound_socket(ip_address("127.0.0.1", 2345), SOCK_STREAM);
  const Fd ipv6 = bound_socket(ip_address("::1", 2346), SOCK_STREAM);
  const auto listened = [](const Fd& made) {
    return Raised{Subject::kUser, "socket_listen",
                  [&made] { return static_cast<long>(listen(made.get(), 1)); }};
  };
  expect_number(listened(ipv4), "family", AF_INET, AF_INET6);
  expect_number(listened(ipv6), "family", AF_INET6, AF_INET);
  expect_number(listened(ipv4), "type", SOCK_STREAM, SOCK_DGRAM);
  expect_number(listened(ipv4), "protocol", IPPROTO_TCP, 0);
  expect_number(listened(ipv4), "port", 2345, 2346);
  expect_number(listened(ipv6), "port", 2346, 2345);
  expect_number(listened(ipv4), "uid", 1000, 0);
  const LabelSpace space(kProbeNames);
  require_call(space.write("endpoint tcp 127.0.0.1 2345 a_t\nendpoint any ::1 * b_t\n"
                           "endpoint any any * c_t\n"),
               "lines");
  space.commit();
  const LabelProbe probe(space, "socket_listen");
  EXPECT_EQ(probe.of([&] { return listen(ipv4.get(), 1); }), "a_t");
  EXPECT_EQ(probe.of([&] { return listen(ipv6.get(), 1); }), "b_t");
  EXPECT_EQ(probe.of([] {
    const Fd unbound = make_socket(AF_INET, SOCK_STREAM);
    return listen(unbound.get(), 1);
  }), "unknown")
      << "the system is going to choose a port that nobody was asked about";
}

TEST(SocketListen, AllowedAndRefused) {
  in_child([] {
    const Fd one = bound_socket(ip_address("127.0.0.1", 2345), SOCK_STREAM);
    const Fd other = bound_socket(ip_address("127.0.0.1", 2346), SOCK_STREAM);
    const Fd named = bound_socket(abstract_address("evf"), SOCK_STREAM);
    enforce("socket_listen: port == 2345");
    EXPECT_ALLOWED(listen(one.get(), 1));
    EXPECT_REFUSED(EPERM, listen(other.get(), 1));
    EXPECT_REFUSED(EPERM, listen(named.get(), 1));
  });
}

class SocketAccept : public testing::Test {
 protected:
  long accept_one() const {
    const Fd client = connected_socket(address_, SOCK_STREAM);
    const Fd got(accept(listening_.get(), nullptr, nullptr));
    return got.is_open() ? 0 : -1;
  }
  [[nodiscard]] Raised accepted() const {
    return {Subject::kUser, "socket_accept", [this] { return accept_one(); }};
  }

  const Fd listening_ = listening_socket(ip_address("127.0.0.1", 2345));
  const Address address_ = address_of(listening_.get());
};

TEST_F(SocketAccept, FamilyTypeProtocolPortAndLabel) {
  expect_number(accepted(), "family", AF_INET, AF_INET6);
  expect_number(accepted(), "type", SOCK_STREAM, SOCK_DGRAM);
  expect_number(accepted(), "protocol", IPPROTO_TCP, 0);
  expect_number(accepted(), "port", 2345, 2346);
  expect_number(accepted(), "uid", 1000, 0);
  const LabelSpace space(kProbeNames);
  require_call(space.write("endpoint tcp 127.0.0.1 2345 a_t\nendpoint any any * c_t\n"), "lines");
  space.commit();
  EXPECT_EQ(LabelProbe(space, "socket_accept").of([this] { return accept_one(); }), "a_t");
}

TEST_F(SocketAccept, EveryDoor) {
  in_child([&] {
    const Fd named = listening_socket(abstract_address("evf"));
    const Fd client = connected_socket(address_, SOCK_STREAM);
    const Fd other = connected_socket(abstract_address("evf"), SOCK_STREAM);
    Ring ring;
    enforce("socket_accept: family == 1 else errno EDOM", EVF_ENFORCE_KEEP_IO_URING);
    EXPECT_REFUSED(EDOM, accept(listening_.get(), nullptr, nullptr));
    EXPECT_REFUSED(EDOM, accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    io_uring_sqe request{};
    request.opcode = IORING_OP_ACCEPT;
    request.fd = listening_.get();
    EXPECT_REFUSED(EDOM, ring.do_request(request));
    EXPECT_ALLOWED(accept(named.get(), nullptr, nullptr));
  });
  EXPECT_ALLOWED(accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK))
      << "the connection is still in the queue: refusing leaves it to others";
}

TEST_F(SocketAccept, Fact24ThePeerIsJudgedWhenItIsHeard) {
  // The hook knows the peer of an accepted socket only once it has one
  const LabelSpace space("friend_t");
  require_call(space.write("endpoint any 127.0.0.2 * friend_t\n"), "a line");
  space.commit();
  in_child([&] {
    Fd sender = make_socket(AF_INET, SOCK_STREAM);
    Fd stranger = make_socket(AF_INET, SOCK_STREAM);
    require_call(bind_to(sender.get(), ip_address("127.0.0.2", 0)), "bind");
    require_call(connect_to(sender.get(), address_), "connect");
    const Fd from_friend(require_fd(accept(listening_.get(), nullptr, nullptr), "accept"));
    require_call(connect_to(stranger.get(), address_), "connect");
    const Fd from_stranger(require_fd(accept(listening_.get(), nullptr, nullptr), "accept"));
    require_call(send_byte(sender.get()), "send");
    require_call(send_byte(stranger.get()), "send");
    enforce(space, "socket_recv, socket_send: label & friend_t");
    EXPECT_ALLOWED(receive_byte(from_friend.get(), 0));
    EXPECT_REFUSED(EPERM, receive_byte(from_stranger.get(), 0));
    EXPECT_ALLOWED(send_byte(from_friend.get()));
    EXPECT_REFUSED(EPERM, send_byte(from_stranger.get()));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
