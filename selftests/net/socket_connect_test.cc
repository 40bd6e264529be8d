// SPDX-License-Identifier: BSD-2-Clause
// socket_connect: field by field, what addresses turn into, and every door.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <array>
#include <atomic>
#include <thread>

#include "support/calls.h"
#include "support/event.h"
#include "support/label_probe.h"
#include "support/net.h"
#include "support/program.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

class SocketConnect : public testing::Test {
 protected:
  SocketConnect() {
    require_call(space_.write("endpoint any 127.0.0.0/8 * a_t\nendpoint any 127.0.0.2 * b_t\n"
                              "endpoint any ::1 * a_t b_t\nendpoint any any * c_t\n"),
                 "lines");
    space_.commit();
  }
  [[nodiscard]] static Raised connected(const Address& address, int type, int protocol = 0) {
    return {Subject::kUser, "socket_connect",
            [=] { return try_connect(address, type, protocol); }};
  }
  // Of a socket that was prepared, connected to an address
  using Prepare = std::function<void(int)>;
  [[nodiscard]] std::string label_of(const Address& address, int family, int type = SOCK_DGRAM,
                                     const Prepare& prepare = {}) const {
    return LabelProbe(space_, "socket_connect").of([&] {
      const Fd made = make_socket(family, type);
      if (prepare) {
        prepare(made.get());
      }
      return connect_to(made.get(), address);
    });
  }

  const LabelSpace space_{kProbeNames};
  const Fd ipv4_ = listening_socket(ip_address("127.0.0.1", 2345));
  const Fd ipv6_ = listening_socket(ip_address("::1", 2346));
};

TEST_F(SocketConnect, AllowedAndRefused) {
  in_child([&] {
    enforce(space_, "socket_connect: label & a_t && protocol == 6 && port == 2345");
    EXPECT_ALLOWED(try_connect(ip_address("127.0.0.1", 2345), SOCK_STREAM));
    EXPECT_REFUSED(EPERM, try_connect(ip_address("127.0.0.1", 2345), SOCK_DGRAM));
    EXPECT_REFUSED(EPERM, try_connect(ip_address("127.0.0.1", 2346), SOCK_STREAM));
    EXPECT_REFUSED(EPERM, try_connect(ip_address("127.0.0.2", 2345), SOCK_STREAM));
    EXPECT_REFUSED(EPERM, try_connect(ip_address("10.0.0.1", 2345), SOCK_STREAM));
  });
}

TEST_F(SocketConnect, FamilyTypeProtocolAndPort) {
  const Address ipv4 = ip_address("127.0.0.1", 2345);
  const Address ipv6 = ip_address("::1", 2346);
  expect_number(connected(ipv4, SOCK_STREAM), "family", AF_INET, AF_INET6);
  expect_number(connected(ipv6, SOCK_STREAM), "family", AF_INET6, AF_INET);
  expect_number(connected(ipv4, SOCK_STREAM), "type", SOCK_STREAM, SOCK_DGRAM);
  expect_number(connected(ipv4, SOCK_DGRAM), "type", SOCK_DGRAM, SOCK_STREAM);
  expect_number(connected(ipv4, SOCK_STREAM), "protocol", IPPROTO_TCP, IPPROTO_UDP);
  expect_number(connected(ipv6, SOCK_DGRAM), "protocol", IPPROTO_UDP, IPPROTO_TCP);
  expect_number(connected(ipv4, SOCK_DGRAM, IPPROTO_UDPLITE), "protocol", IPPROTO_UDPLITE, 0);
  expect_number(connected(ipv4, SOCK_STREAM), "port", 2345, 2346);
  expect_number(connected(ipv6, SOCK_STREAM), "port", 2346, 2345);
  expect_number(connected(ipv4.with_port(65535), SOCK_DGRAM), "port", 65535, 1);
  expect_number(connected(ipv4, SOCK_STREAM), "uid", 1000, 0);
}

TEST_F(SocketConnect, LabelByTheSocketsFamily) {
  EXPECT_EQ(label_of(ip_address("127.0.0.1", 9), AF_INET), "a_t");
  EXPECT_EQ(label_of(ip_address("::1", 9), AF_INET6), "a_t b_t");
  EXPECT_EQ(label_of(ip_address("::ffff:127.0.0.2", 9), AF_INET6), "b_t") << "is IPv4";
  EXPECT_EQ(label_of(ip_address("127.0.0.2", 9), AF_INET6), "b_t") << "UDP takes both";
  EXPECT_EQ(label_of(ip_address("::1", 9), AF_INET), "unknown") << "nothing takes this";
  EXPECT_EQ(label_of(ip_address("127.0.0.1", 9).called(AF_APPLETALK), AF_INET), "unknown");
}

TEST_F(SocketConnect, AddressesThatAreCutAreUnknown) {
  Address ipv4 = ip_address("127.0.0.1", 9);
  ipv4.length = sizeof(sockaddr_in) - 1;
  EXPECT_EQ(label_of(ipv4, AF_INET), "unknown");
  ipv4.length = 1;
  EXPECT_EQ(label_of(ipv4, AF_INET), "unknown");
  Address ipv6 = ip_address("::1", 9);
  ipv6.length = 24;
  EXPECT_EQ(label_of(ipv6, AF_INET6), "a_t b_t") << "as long as it was once";
  ipv6.length = 23;
  EXPECT_EQ(label_of(ipv6, AF_INET6), "unknown");
  ipv6.length = sizeof(sockaddr_in);
  EXPECT_EQ(label_of(ipv6, AF_INET6), "unknown");
}

TEST_F(SocketConnect, AnyIsWhatItTurnsInto) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    EXPECT_EQ(label_of(ip_address("0.0.0.0", 9), AF_INET, type), "a_t") << "127.0.0.1";
    EXPECT_EQ(label_of(ip_address("::", 9), AF_INET6, type), "a_t b_t") << "::1";
    const Prepare bind_ipv4 = [](int made) {
      require_call(bind_to(made, ip_address("127.0.0.2", 0)), "bind");
    };
    EXPECT_EQ(label_of(ip_address("0.0.0.0", 9), AF_INET, type, bind_ipv4), "b_t") << "its own";
    const Prepare bind_mapped = [](int made) {
      require_call(bind_to(made, ip_address("::ffff:127.0.0.2", 0)), "bind");
    };
    EXPECT_EQ(label_of(ip_address("::", 9), AF_INET6, type, bind_mapped), "a_t") << "127.0.0.1";
    EXPECT_EQ(label_of(ip_address("::ffff:0.0.0.0", 9), AF_INET6, type, bind_mapped), "b_t");
    const Prepare by_device = [](int made) {
      const unsigned lo = htonl(1);
      require_call(setsockopt(made, SOL_IP, IP_UNICAST_IF, &lo, sizeof(lo)), "IP_UNICAST_IF");
    };
    EXPECT_EQ(label_of(ip_address("0.0.0.0", 9), AF_INET, type, by_device), "unknown")
        << "some address of that device";
  }
}

TEST_F(SocketConnect, WhatAnyTurnsIntoIsWhereItGoes) {
  // The judgement above, held against what the protocols do
  const auto peer_of = [](const Address& to, const Address& from) {
    const Fd made = bound_socket(from, SOCK_DGRAM);
    require_call(connect_to(made.get(), to), "connect");
    Address peer;
    peer.length = sizeof(peer.storage);
    require_call(getpeername(made.get(), reinterpret_cast<sockaddr*>(&peer.storage), &peer.length),
                 "getpeername");
    return std::string(reinterpret_cast<const char*>(&peer.storage), peer.length);
  };
  const auto bytes = [](const Address& address) {
    return std::string(reinterpret_cast<const char*>(&address.storage), address.length);
  };
  EXPECT_EQ(peer_of(ip_address("0.0.0.0", 9), ip_address("0.0.0.0", 0)),
            bytes(ip_address("127.0.0.1", 9)));
  EXPECT_EQ(peer_of(ip_address("0.0.0.0", 9), ip_address("127.0.0.2", 0)),
            bytes(ip_address("127.0.0.2", 9)));
  EXPECT_EQ(peer_of(ip_address("::", 9), ip_address("::", 0)), bytes(ip_address("::1", 9)));
  EXPECT_EQ(peer_of(ip_address("::", 9), ip_address("::ffff:127.0.0.2", 0)),
            bytes(ip_address("::ffff:127.0.0.1", 9)));
}

TEST_F(SocketConnect, DisconnectingHasNoEndpoint) {
  const Address none = ip_address("127.0.0.1", 9).called(AF_UNSPEC);
  EXPECT_EQ(label_of(none, AF_INET), "unknown");
  EXPECT_EQ(label_of(none, AF_INET6), "unknown");
  expect_number(connected(ip_address("127.0.0.1", 9), SOCK_DGRAM), "port", 9, 0);
  in_child([&] {
    const Fd made = connected_socket(ip_address("127.0.0.1", 9), SOCK_DGRAM);
    enforce("socket_connect: port == 0 else errno EDOM");
    EXPECT_ALLOWED(connect_to(made.get(), none));
    EXPECT_REFUSED(EDOM, connect_to(made.get(), ip_address("127.0.0.1", 9)));
  });
}

TEST_F(SocketConnect, ASourceRouteIsUnknown) {
  // Strict source route: by 127.0.0.3
  const std::array<unsigned char, 8> route{137, 7, 4, 127, 0, 0, 3, 0};
  const Prepare set_route = [&](int made) {
    require_call(setsockopt(made, SOL_IP, IP_OPTIONS, route.data(), route.size()), "IP_OPTIONS");
  };
  EXPECT_EQ(label_of(ip_address("127.0.0.1", 9), AF_INET, SOCK_DGRAM, set_route), "unknown");
  EXPECT_EQ(label_of(ip_address("127.0.0.1", 9), AF_INET, SOCK_STREAM, set_route), "unknown");
}

TEST_F(SocketConnect, EveryDoor) {
  const Address good = ip_address("127.0.0.1", 2345);
  const Address bad = ip_address("::1", 2346);
  in_child([&] {
    Ring ring;
    enforce("socket_connect: port == 2345 else errno EDOM", EVF_ENFORCE_KEEP_IO_URING);
    EXPECT_ALLOWED(try_connect(good, SOCK_STREAM));
    EXPECT_REFUSED(EDOM, try_connect(bad, SOCK_STREAM));
    EXPECT_REFUSED(EDOM, try_connect(bad, SOCK_STREAM | SOCK_NONBLOCK));
    EXPECT_REFUSED(EDOM, try_connect(bad, SOCK_DGRAM));
    const Fd made = make_socket(AF_INET6, SOCK_STREAM);
    io_uring_sqe request{};
    request.opcode = IORING_OP_CONNECT;
    request.fd = made.get();
    request.addr = reinterpret_cast<uintptr_t>(bad.get());
    request.off = bad.length;
    EXPECT_REFUSED(EDOM, ring.do_request(request));
    const int on = 1;
    require_call(setsockopt(made.get(), SOL_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on)), "option");
    EXPECT_REFUSED(EDOM, connect_to(made.get(), bad)) << "put off until something is sent";
    EXPECT_REFUSED(EPIPE, send_byte(made.get())) << "and nothing is";
    const Fd ipv4 = make_socket(AF_INET, SOCK_STREAM);
    request.fd = ipv4.get();
    request.addr = reinterpret_cast<uintptr_t>(good.get());
    request.off = good.length;
    EXPECT_ALLOWED(ring.do_request(request));
  });
}

TEST_F(SocketConnect, Fact24FastOpenConnectsBySending) {
  const Address good = ip_address("127.0.0.1", 2345);
  const Address bad = ip_address("::1", 2346);
  in_child([&] {
    Ring ring;
    enforce("socket_connect: port == 2345 else errno EDOM", EVF_ENFORCE_KEEP_IO_URING);
    const Fd made = make_socket(AF_INET6, SOCK_STREAM);
    EXPECT_REFUSED(EDOM, send_byte_to(made.get(), bad, MSG_FASTOPEN));
    EXPECT_REFUSED(EDOM, send_byte_by_sendmsg(made.get(), &bad, MSG_FASTOPEN));
    char byte = 'x';
    iovec data{&byte, 1};
    mmsghdr messages[1]{};
    messages[0].msg_hdr.msg_name = const_cast<sockaddr*>(bad.get());
    messages[0].msg_hdr.msg_namelen = bad.length;
    messages[0].msg_hdr.msg_iov = &data;
    messages[0].msg_hdr.msg_iovlen = 1;
    EXPECT_REFUSED(EDOM, sendmmsg(made.get(), messages, 1, MSG_FASTOPEN));
    io_uring_sqe request{};
    request.opcode = IORING_OP_SENDMSG;
    request.fd = made.get();
    request.addr = reinterpret_cast<uintptr_t>(&messages[0].msg_hdr);
    request.len = 1;
    request.msg_flags = MSG_FASTOPEN;
    EXPECT_REFUSED(EDOM, ring.do_request(request));
    const Fd ipv4 = make_socket(AF_INET, SOCK_STREAM);
    EXPECT_EQ(send_byte_to(ipv4.get(), good, MSG_FASTOPEN), 1);
  });
  const Fd got(accept(ipv4_.get(), nullptr, nullptr));
  EXPECT_EQ(receive_byte(got.get(), 0), 1) << "what was let through arrived";
}

TEST_F(SocketConnect, FastOpenIsSendingToo) {
  in_child([&] {
    enforce(space_, "socket_send: label & a_t else errno EDOM");
    const Fd ipv4 = make_socket(AF_INET, SOCK_STREAM);
    EXPECT_REFUSED(EDOM, send_byte_to(ipv4.get(), ip_address("127.0.0.2", 2345), MSG_FASTOPEN));
    EXPECT_EQ(send_byte_to(ipv4.get(), ip_address("127.0.0.1", 2345), MSG_FASTOPEN), 1);
  });
}

TEST_F(SocketConnect, TheKernelsCopyIsJudged) {
  // Another thread writes the address over and over; where the socket is then, it was let go
  in_child([&] {
    const Address good = ip_address("127.0.0.1", 2345);
    Address shared = good;
    auto* const sin = reinterpret_cast<volatile sockaddr_in*>(&shared.storage);
    std::atomic<bool> stop = false;
    std::thread writer([&] {
      while (!stop) {
        sin->sin_port = htons(9);
        sin->sin_port = htons(2345);
      }
    });
    enforce("socket_connect: port == 2345 else errno EDOM");
    for (int i = 0; i < 20000; ++i) {
      const Fd made = make_socket(AF_INET, SOCK_DGRAM);
      if (connect_to(made.get(), shared) != 0) {
        EXPECT_EQ(errno, EDOM);
        continue;
      }
      Address peer;
      peer.length = sizeof(peer.storage);
      require_call(
          getpeername(made.get(), reinterpret_cast<sockaddr*>(&peer.storage), &peer.length),
          "getpeername");
      ASSERT_EQ(peer.port(), 2345U);
    }
    stop = true;
    writer.join();
  });
}

TEST_F(SocketConnect, RealPrograms) {
  in_child([&] {
    enforce(space_, "socket_connect: label & a_t && port == 2345 || family == 1");
    EXPECT_TRUE(run({"bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/2345"}).succeeded());
    EXPECT_TRUE(run({"bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/2346"}).says("not permitted"));
    EXPECT_TRUE(run({"bash", "-c", "exec 3<>/dev/udp/127.0.0.2/2345"}).says("not permitted"));
    EXPECT_TRUE(run({"python3", "-c",
                     "import socket; socket.create_connection(('127.0.0.1', 2345))"})
                    .succeeded());
    EXPECT_TRUE(
        run({"python3", "-c", "import socket; socket.create_connection(('::1', 2346))"})
            .says("PermissionError"));
    const Output curl = run({"curl", "-sS", "-m", "5", "http://127.0.0.2:2345/"});
    EXPECT_FALSE(curl.succeeded()) << curl.text;
  });
}

}  // namespace
}  // namespace eventfilter::selftest
