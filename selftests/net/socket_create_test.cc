// SPDX-License-Identifier: BSD-2-Clause
// socket_create: field by field, and every door to a new socket.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <linux/net.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/calls.h"
#include "support/event.h"
#include "support/net.h"
#include "support/program.h"
#include "support/ruleset.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

Raised created(int family, int type, int protocol = 0, Subject subject = Subject::kUser) {
  return {subject, "socket_create", [=] { return try_socket(family, type, protocol); }};
}

TEST(SocketCreate, AllowedAndRefused) {
  in_child([] {
    enforce("socket_create: family == 2");
    EXPECT_ALLOWED(try_socket(AF_INET, SOCK_STREAM));
    EXPECT_REFUSED(EPERM, try_socket(AF_INET6, SOCK_STREAM));
    EXPECT_REFUSED(EPERM, try_socket(AF_UNIX, SOCK_STREAM));
  });
}

TEST(SocketCreate, Family) {
  expect_number(created(AF_UNIX, SOCK_STREAM), "family", AF_UNIX, AF_INET);
  expect_number(created(AF_INET, SOCK_STREAM), "family", AF_INET, AF_INET6);
  expect_number(created(AF_INET6, SOCK_DGRAM), "family", AF_INET6, AF_INET);
  expect_number(created(AF_NETLINK, SOCK_RAW), "family", AF_NETLINK, AF_INET);
  expect_number(created(AF_VSOCK, SOCK_STREAM), "family", AF_VSOCK, AF_INET);
  expect_number(created(AF_PACKET, SOCK_RAW, 0, Subject::kRoot), "family", AF_PACKET, AF_INET);
}

TEST(SocketCreate, Type) {
  expect_number(created(AF_UNIX, SOCK_STREAM), "type", SOCK_STREAM, SOCK_DGRAM);
  expect_number(created(AF_UNIX, SOCK_SEQPACKET), "type", SOCK_SEQPACKET, SOCK_DGRAM);
  expect_number(created(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK), "type", SOCK_DGRAM, SOCK_STREAM);
  expect_number(created(AF_INET, SOCK_RAW, IPPROTO_ICMP, Subject::kRoot), "type", SOCK_RAW,
                SOCK_STREAM);
}

TEST(SocketCreate, Fact24ProtocolAsItWasPassed) {
  expect_number(created(AF_INET, SOCK_STREAM), "protocol", 0, IPPROTO_TCP);
  expect_number(created(AF_INET, SOCK_STREAM, IPPROTO_TCP), "protocol", IPPROTO_TCP, 0);
  expect_number(created(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE), "protocol", IPPROTO_UDPLITE, 0);
  expect_number(created(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT), "protocol", NETLINK_AUDIT, 0);
  expect_number(created(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL), Subject::kRoot), "protocol",
                htons(ETH_P_ALL), ETH_P_ALL);
  const auto negative = [] { return try_socket(AF_INET, SOCK_STREAM, -1); };
  EXPECT_EQ(error_under(Subject::kUser, "socket_create: protocol >= 0 else errno EDOM", negative),
            EDOM);
  EXPECT_EQ(error_under(Subject::kUser, "socket_create: protocol == -1 else errno EDOM", negative),
            EINVAL);
}

TEST(SocketCreate, UidAndGid) {
  expect_number(created(AF_UNIX, SOCK_STREAM), "uid", 1000, 0);
  expect_number(created(AF_UNIX, SOCK_STREAM), "gid", 1000, 0);
  expect_number(created(AF_UNIX, SOCK_STREAM, 0, Subject::kRoot), "uid", 0, 1000);
}

TEST(SocketCreate, AnOldWayToAskForPacketSocketsIsThatFamily) {
  const auto old = [] { return try_socket(AF_INET, SOCK_PACKET, htons(ETH_P_ALL)); };
  EXPECT_EQ(error_under(Subject::kRoot, "socket_create: family == 2 else errno EDOM", old), EDOM);
  EXPECT_EQ(error_under(Subject::kRoot, "socket_create: family == 17 else errno EDOM", old), 0);
}

TEST(SocketCreate, EveryDoor) {
  const auto rule = "socket_create: family != 1 else errno EDOM";
  constexpr long kIa32Socketcall = 102;
  constexpr long kIa32Socket = 359;
  const LowMemory memory;
  uint32_t* const arguments = memory.words();
  const uint32_t low = memory.address();
  arguments[1] = SOCK_STREAM;
  arguments[3] = low + 64;
  in_child([&] {
    Ring ring;
    enforce(rule, EVF_ENFORCE_KEEP_IO_URING);
    EXPECT_REFUSED(EDOM, socket(AF_UNIX, SOCK_STREAM, 0));
    int pair[2];
    EXPECT_REFUSED(EDOM, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    EXPECT_REFUSED(EDOM, socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair));
    EXPECT_REFUSED(EDOM, ia32_syscall(kIa32Socket, AF_UNIX, SOCK_STREAM, 0));
    EXPECT_ALLOWED(ia32_syscall(kIa32Socket, AF_INET, SOCK_STREAM, 0));
    arguments[0] = AF_UNIX;
    EXPECT_REFUSED(EDOM, ia32_syscall(kIa32Socketcall, SYS_SOCKET, low));
    EXPECT_REFUSED(EDOM, ia32_syscall(kIa32Socketcall, SYS_SOCKETPAIR, low));
    arguments[0] = AF_INET;
    EXPECT_ALLOWED(ia32_syscall(kIa32Socketcall, SYS_SOCKET, low));
    EXPECT_REFUSED(EDOM, x32_syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0));
    io_uring_sqe request{};
    request.opcode = IORING_OP_SOCKET;
    request.fd = AF_UNIX;
    request.off = SOCK_STREAM;
    EXPECT_REFUSED(EDOM, ring.do_request(request));
    request.fd = AF_INET;
    EXPECT_ALLOWED(ring.do_request(request));
  });
}

TEST(SocketCreate, AcceptingIsNotCreating) {
  const Fd listening = listening_socket(ip_address("127.0.0.1", 0));
  in_child([&] {
    const Fd client = connected_socket(address_of(listening.get()), SOCK_STREAM);
    enforce("socket_create: deny");
    EXPECT_ALLOWED(accept(listening.get(), nullptr, nullptr));
  });
}

TEST(SocketCreate, TheKernelsOwnSocketsAreNobodys) {
  // A new network namespace makes sockets of its own, in the context of whoever asks for it
  in_child(Subject::kRoot, [] {
    enforce("socket: deny");
    EXPECT_ALLOWED(unshare(CLONE_NEWNET));
  });
}

TEST(SocketCreate, RealPrograms) {
  const std::string program =
      "import socket\n"
      "socket.socket(socket.AF_INET)\n"
      "try: socket.socket(socket.AF_INET6)\n"
      "except PermissionError: print('refused')\n";
  in_child([&] {
    enforce("socket_create: family != 10");
    const Output output = run({"python3", "-c", program});
    EXPECT_TRUE(output.succeeded()) << output.text;
    EXPECT_TRUE(output.says("refused")) << output.text;
  });
}

}  // namespace
}  // namespace eventfilter::selftest
