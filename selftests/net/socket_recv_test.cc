// SPDX-License-Identifier: BSD-2-Clause
// socket_recv: judged by the peer, by every door.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/uio.h>
#include <unistd.h>

#include "support/event.h"
#include "support/label_probe.h"
#include "support/net.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// Both ends of a connection by TCP: the client's is bound to 127.0.0.2
class SocketRecv : public testing::Test {
 protected:
  SocketRecv() {
    require_call(space_.write("endpoint any 127.0.0.0/8 * a_t\nendpoint any 127.0.0.2 * b_t\n"
                              "endpoint any ::1 * a_t b_t\nendpoint any any * c_t\n"),
                 "lines");
    space_.commit();
    require_call(connect_to(client_.get(), address_of(listening_.get())), "connect");
    server_ = Fd(require_fd(accept(listening_.get(), nullptr, nullptr), "accept"));
    require_call(send(client_.get(), "0123456789", 10, 0), "send");
    require_call(send(server_.get(), "0123456789", 10, 0), "send");
  }
  [[nodiscard]] std::string label_of(int socket) const {
    return LabelProbe(space_, "socket_recv").of([&] { return receive_byte(socket, MSG_PEEK); });
  }
  [[nodiscard]] static Raised received(const Fd& socket) {
    return {Subject::kUser, "socket_recv",
            [&socket] { return receive_byte(socket.get(), MSG_PEEK); }};
  }

  const LabelSpace space_{kProbeNames};
  const Fd listening_ = listening_socket(ip_address("127.0.0.1", 2345));
  const Fd client_ = bound_socket(ip_address("127.0.0.2", 2999), SOCK_STREAM);
  Fd server_;
};

TEST_F(SocketRecv, AllowedAndRefused) {
  in_child([&] {
    enforce(space_, "socket_recv: label & b_t");
    EXPECT_EQ(receive_byte(server_.get()), 1);
    EXPECT_REFUSED(EPERM, receive_byte(client_.get()));
  });
}

TEST_F(SocketRecv, LabelIsThePeers) {
  EXPECT_EQ(label_of(server_.get()), "b_t");
  EXPECT_EQ(label_of(client_.get()), "a_t");
}

TEST_F(SocketRecv, FamilyTypeProtocolAndPort) {
  expect_number(received(server_), "family", AF_INET, AF_INET6);
  expect_number(received(server_), "type", SOCK_STREAM, SOCK_DGRAM);
  expect_number(received(server_), "protocol", IPPROTO_TCP, IPPROTO_UDP);
  expect_number(received(server_), "port", 2999, 2345);
  expect_number(received(client_), "port", 2345, 2999);
  expect_number(received(client_), "uid", 1000, 0);
}

TEST_F(SocketRecv, WhoIsNotConnectedHasNoPeer) {
  const Fd udp = bound_socket(ip_address("127.0.0.1", 2346), SOCK_DGRAM);
  EXPECT_EQ(label_of(udp.get()), "unknown");
  const Fd peer = bound_socket(ip_address("127.0.0.2", 2346), SOCK_DGRAM);
  require_call(connect_to(udp.get(), address_of(peer.get())), "connect");
  EXPECT_EQ(label_of(udp.get()), "b_t");
  require_call(send_byte_to(peer.get(), address_of(udp.get())), "send");
  expect_number(received(udp), "protocol", IPPROTO_UDP, IPPROTO_TCP);
  expect_number(received(udp), "port", 2346, 0);
  require_call(connect_to(udp.get(), ip_address("0.0.0.0", 0).called(AF_UNSPEC)), "disconnect");
  EXPECT_EQ(label_of(udp.get()), "unknown");
}

TEST_F(SocketRecv, EveryDoor) {
  in_child([&] {
    Ring ring;
    enforce("socket_recv: family != 2 else errno EDOM", EVF_ENFORCE_KEEP_IO_URING);
    char byte;
    iovec data{&byte, 1};
    mmsghdr messages[1]{};
    messages[0].msg_hdr.msg_iov = &data;
    messages[0].msg_hdr.msg_iovlen = 1;
    const int socket = server_.get();
    EXPECT_REFUSED(EDOM, recv(socket, &byte, 1, MSG_DONTWAIT));
    EXPECT_REFUSED(EDOM, recv(socket, &byte, 1, MSG_PEEK));
    EXPECT_REFUSED(EDOM, recvfrom(socket, &byte, 1, 0, nullptr, nullptr));
    EXPECT_REFUSED(EDOM, recvmsg(socket, &messages[0].msg_hdr, 0));
    EXPECT_REFUSED(EDOM, recvmsg(socket, &messages[0].msg_hdr, MSG_ERRQUEUE));
    EXPECT_REFUSED(EDOM, recvmmsg(socket, messages, 1, MSG_DONTWAIT, nullptr));
    EXPECT_REFUSED(EDOM, read(socket, &byte, 1));
    EXPECT_REFUSED(EDOM, readv(socket, &data, 1));
    io_uring_sqe request{};
    request.fd = socket;
    request.addr = reinterpret_cast<uintptr_t>(&byte);
    request.len = 1;
    for (const auto opcode : {IORING_OP_RECV, IORING_OP_READ}) {
      request.opcode = static_cast<uint8_t>(opcode);
      EXPECT_REFUSED(EDOM, ring.do_request(request)) << opcode;
    }
    request.opcode = IORING_OP_RECVMSG;
    request.addr = reinterpret_cast<uintptr_t>(&messages[0].msg_hdr);
    EXPECT_REFUSED(EDOM, ring.do_request(request));
  });
  EXPECT_EQ(receive_byte(server_.get()), 1) << "it's all there, for who isn't confined";
}

TEST_F(SocketRecv, SplicingIsReceiving) {
  in_child([&] {
    int ends[2];
    require_call(pipe(ends), "pipe");
    enforce("socket_recv: port == 2999 else errno EDOM");
    EXPECT_REFUSED(EDOM, splice(client_.get(), nullptr, ends[1], nullptr, 1, 0));
    EXPECT_EQ(splice(server_.get(), nullptr, ends[1], nullptr, 1, 0), 1);
  });
}

// What TCP hands out by an option: whole pages mapped, and little things copied
long receive_by_option(int socket, char* to, size_t size) {
  tcp_zerocopy_receive want{};
  want.copybuf_address = reinterpret_cast<uintptr_t>(to);
  want.copybuf_len = static_cast<int>(size);
  socklen_t length = sizeof(want);
  return getsockopt(socket, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, &want, &length);
}

TEST_F(SocketRecv, AnOptionOfTcpReceives) {
  in_child([&] {
    char text[10]{};
    enforce("socket_recv: port == 2999 else errno EDOM");
    EXPECT_REFUSED(EDOM, receive_by_option(client_.get(), text, sizeof(text)));
    EXPECT_EQ(std::string(text, 1), std::string(1, '\0'));
    EXPECT_ALLOWED(receive_by_option(server_.get(), text, sizeof(text)));
    EXPECT_EQ(std::string(text, 10), "0123456789") << "so it's a door";
    int value;
    socklen_t length = sizeof(value);
    EXPECT_ALLOWED(getsockopt(client_.get(), IPPROTO_TCP, TCP_NODELAY, &value, &length)) << "others";
  });
}

}  // namespace
}  // namespace eventfilter::selftest
