// SPDX-License-Identifier: BSD-2-Clause
// socket_send: field by field, who a message is for, and every door.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstring>

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

class SocketSend : public testing::Test {
 protected:
  SocketSend() {
    require_call(space_.write("endpoint any 127.0.0.0/8 * a_t\nendpoint any 127.0.0.2 * b_t\n"
                              "endpoint any ::1 * a_t b_t\nendpoint any any * c_t\n"),
                 "lines");
    space_.commit();
  }
  [[nodiscard]] std::string label_of(const std::function<long()>& send) const {
    return LabelProbe(space_, "socket_send").of(send);
  }
  [[nodiscard]] static Raised sent(const Fd& socket) {
    return {Subject::kUser, "socket_send", [&socket] { return send_byte(socket.get()); }};
  }
  // The same with a control message of four bytes, or of these
  static long send_with_control(int socket, const Address& to, int level, int type,
                                const std::string& content = std::string(4, '\0')) {
    alignas(cmsghdr) std::array<char, 64> control{};
    char byte = 'x';
    iovec data{&byte, 1};
    msghdr message{};
    message.msg_name = const_cast<sockaddr*>(to.get());
    message.msg_namelen = to.length;
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(content.size());
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(content.size());
    std::memcpy(CMSG_DATA(header), content.data(), content.size());
    return sendmsg(socket, &message, 0);
  }

  const LabelSpace space_{kProbeNames};
  const Fd one_ = bound_socket(ip_address("127.0.0.1", 2345), SOCK_DGRAM);
  const Fd two_ = bound_socket(ip_address("127.0.0.2", 2345), SOCK_DGRAM);
  const Fd six_ = bound_socket(ip_address("::1", 2346), SOCK_DGRAM);
  const Address to_one_ = address_of(one_.get());
  const Address to_two_ = address_of(two_.get());
  const Address to_six_ = address_of(six_.get());
  const Fd listening_ = listening_socket(ip_address("127.0.0.1", 2345));
};

TEST_F(SocketSend, AllowedAndRefused) {
  in_child([&] {
    const Fd made = make_socket(AF_INET, SOCK_DGRAM);
    enforce(space_, "socket_send: label & a_t");
    EXPECT_EQ(send_byte_to(made.get(), to_one_), 1);
    EXPECT_REFUSED(EPERM, send_byte_to(made.get(), to_two_));
  });
  EXPECT_EQ(receive_byte(one_.get(), 0), 1);
  EXPECT_REFUSED(EAGAIN, receive_byte(two_.get()));
}

TEST_F(SocketSend, FamilyTypeProtocolAndPort) {
  const Fd udp = connected_socket(to_one_, SOCK_DGRAM);
  const Fd udp6 = connected_socket(to_six_, SOCK_DGRAM);
  const Fd tcp = connected_socket(to_one_, SOCK_STREAM);
  expect_number(sent(udp), "family", AF_INET, AF_INET6);
  expect_number(sent(udp6), "family", AF_INET6, AF_INET);
  expect_number(sent(udp), "type", SOCK_DGRAM, SOCK_STREAM);
  expect_number(sent(tcp), "type", SOCK_STREAM, SOCK_DGRAM);
  expect_number(sent(udp), "protocol", IPPROTO_UDP, IPPROTO_TCP);
  expect_number(sent(tcp), "protocol", IPPROTO_TCP, IPPROTO_UDP);
  expect_number(sent(udp), "port", 2345, 2346);
  expect_number(sent(udp6), "port", 2346, 2345);
  expect_number(sent(tcp), "port", 2345, 2346);
  expect_number(sent(tcp), "uid", 1000, 0);
}

TEST_F(SocketSend, WithoutAnAddressItGoesToThePeer) {
  const Fd udp = connected_socket(to_two_, SOCK_DGRAM);
  const Fd udp6 = connected_socket(to_six_, SOCK_DGRAM);
  const Fd mapped = connected_socket(ip_address("::ffff:127.0.0.2", 2345), SOCK_DGRAM);
  const Fd tcp = connected_socket(to_one_, SOCK_STREAM);
  EXPECT_EQ(label_of([&] { return send_byte(udp.get()); }), "b_t");
  EXPECT_EQ(label_of([&] { return send_byte(udp6.get()); }), "a_t b_t");
  EXPECT_EQ(label_of([&] { return send_byte(mapped.get()); }), "b_t");
  EXPECT_EQ(label_of([&] { return send_byte(tcp.get()); }), "a_t");
  const Fd unconnected = make_socket(AF_INET, SOCK_DGRAM);
  EXPECT_EQ(label_of([&] { return send_byte(unconnected.get()); }), "unknown");
  const Fd unconnected6 = make_socket(AF_INET6, SOCK_STREAM);
  EXPECT_EQ(label_of([&] { return send_byte(unconnected6.get()); }), "unknown");
}

TEST_F(SocketSend, AnAddressOfItsOwnCounts) {
  const Fd udp = connected_socket(to_one_, SOCK_DGRAM);
  EXPECT_EQ(label_of([&] { return send_byte_to(udp.get(), to_two_); }), "b_t");
  const Fd udp6 = make_socket(AF_INET6, SOCK_DGRAM);
  EXPECT_EQ(label_of([&] { return send_byte_to(udp6.get(), to_six_); }), "a_t b_t");
  EXPECT_EQ(label_of([&] { return send_byte_to(udp6.get(), to_two_); }), "b_t")
      << "IPv4 by a socket of IPv6";
  EXPECT_EQ(label_of([&] {
    return send_byte_to(udp6.get(), ip_address("::ffff:127.0.0.2", 2345));
  }), "b_t");
}

TEST_F(SocketSend, TcpIgnoresAnAddress) {
  const Fd tcp = connected_socket(to_one_, SOCK_STREAM);
  EXPECT_EQ(label_of([&] { return send_byte_to(tcp.get(), to_two_); }), "a_t");
  EXPECT_EQ(label_of([&] { return send_byte_to(tcp.get(), to_two_, MSG_FASTOPEN); }), "unknown")
      << "connected to one, to be connected to another";
  in_child([&] {
    enforce(space_, "socket_send: label & b_t else errno EDOM");
    EXPECT_REFUSED(EDOM, send_byte_to(tcp.get(), to_two_)) << "a false name opens nothing";
  });
}

TEST_F(SocketSend, Fact24AnAddressOfNoFamilyIsIpv4ToUdp) {
  const Fd udp = connected_socket(to_one_, SOCK_DGRAM);
  EXPECT_EQ(label_of([&] { return send_byte_to(udp.get(), to_two_.called(AF_UNSPEC)); }), "b_t");
  const Fd udp6 = connected_socket(to_six_, SOCK_DGRAM);
  EXPECT_EQ(label_of([&] { return send_byte_to(udp6.get(), to_two_.called(AF_UNSPEC)); }),
            "unknown")
      << "it goes to the peer, or, if the socket turns into one of IPv4, to the address";
  in_child([&] {
    enforce(space_, "socket_send: label & b_t else errno EDOM");
    EXPECT_EQ(send_byte_to(udp.get(), to_two_.called(AF_UNSPEC)), 1);
    EXPECT_REFUSED(EDOM, send_byte_to(udp.get(), to_one_.called(AF_UNSPEC)));
  });
  EXPECT_EQ(receive_byte(two_.get(), 0), 1) << "where it was judged to go";
}

TEST_F(SocketSend, AnyIsWhatItTurnsInto) {
  const Address any = ip_address("0.0.0.0", 2345);
  const Fd udp = make_socket(AF_INET, SOCK_DGRAM);
  EXPECT_EQ(label_of([&] { return send_byte_to(udp.get(), any); }), "a_t");
  const Fd bound = bound_socket(ip_address("127.0.0.2", 0), SOCK_DGRAM);
  EXPECT_EQ(label_of([&] { return send_byte_to(bound.get(), any); }), "b_t");
  in_child([&] {
    enforce(space_, "socket_send: label & b_t else errno EDOM");
    EXPECT_EQ(send_byte_to(bound.get(), any), 1);
  });
  EXPECT_EQ(receive_byte(two_.get(), 0), 1) << "where it was judged to go";
  const Fd udp6 = make_socket(AF_INET6, SOCK_DGRAM);
  EXPECT_EQ(label_of([&] { return send_byte_to(udp6.get(), ip_address("::", 2346)); }), "a_t b_t");
  EXPECT_EQ(label_of([&] {
    return send_with_control(udp.get(), any, SOL_IP, IP_PKTINFO, std::string(12, '\0'));
  }), "unknown")
      << "the message may choose the sender's address, and with it the receiver's";
}

TEST_F(SocketSend, ASourceRouteIsUnknown) {
  const Fd udp = make_socket(AF_INET, SOCK_DGRAM);
  const std::string route{"\x89\x07\x04\x7f\x00\x00\x03\x00", 8};
  EXPECT_EQ(label_of([&] {
    return send_with_control(udp.get(), to_one_, SOL_IP, IP_RETOPTS, route);
  }), "unknown");
  EXPECT_EQ(label_of([&] {
    return send_with_control(udp.get(), to_one_, SOL_IP, IP_TTL);
  }), "a_t") << "others change nothing";
  const Fd routed = connected_socket(to_one_, SOCK_DGRAM);
  require_call(setsockopt(routed.get(), SOL_IP, IP_OPTIONS, route.data(), 8), "IP_OPTIONS");
  EXPECT_EQ(label_of([&] { return send_byte(routed.get()); }), "unknown");
  const Fd udp6 = make_socket(AF_INET6, SOCK_DGRAM);
  EXPECT_EQ(label_of([&] {
    return send_with_control(udp6.get(), to_six_, SOL_IPV6, IPV6_RTHDR, std::string(24, '\0'));
  }), "unknown");
}

TEST_F(SocketSend, EveryDoor) {
  const Fd udp = connected_socket(to_one_, SOCK_DGRAM);
  in_child([&] {
    Ring ring;
    enforce("socket_send: deny else errno EDOM", EVF_ENFORCE_KEEP_IO_URING);
    char byte = 'x';
    iovec data{&byte, 1};
    mmsghdr messages[2]{};
    for (mmsghdr& message : messages) {
      message.msg_hdr.msg_iov = &data;
      message.msg_hdr.msg_iovlen = 1;
    }
    EXPECT_REFUSED(EDOM, send_byte(udp.get()));
    EXPECT_REFUSED(EDOM, send_byte_to(udp.get(), to_two_));
    EXPECT_REFUSED(EDOM, send_byte_by_sendmsg(udp.get()));
    EXPECT_REFUSED(EDOM, sendmmsg(udp.get(), messages, 2, 0));
    EXPECT_REFUSED(EDOM, write(udp.get(), "x", 1));
    EXPECT_REFUSED(EDOM, writev(udp.get(), &data, 1));
    EXPECT_REFUSED(EDOM, pwritev2(udp.get(), &data, 1, -1, 0));
    EXPECT_REFUSED(EDOM, ia32_syscall(4, static_cast<uint32_t>(udp.get()), 0, 1)) << "write";
    io_uring_sqe request{};
    request.fd = udp.get();
    request.addr = reinterpret_cast<uintptr_t>(&byte);
    request.len = 1;
    for (const auto opcode : {IORING_OP_SEND, IORING_OP_WRITE}) {
      request.opcode = static_cast<uint8_t>(opcode);
      EXPECT_REFUSED(EDOM, ring.do_request(request)) << opcode;
    }
    io_uring_sqe with_header = request;
    with_header.opcode = IORING_OP_SENDMSG;
    with_header.addr = reinterpret_cast<uintptr_t>(&messages[0].msg_hdr);
    EXPECT_REFUSED(EDOM, ring.do_request(with_header));
    // Last: it answers twice
    request.opcode = IORING_OP_SEND_ZC;
    EXPECT_REFUSED(EDOM, ring.do_request(request));
  });
  EXPECT_REFUSED(EAGAIN, receive_byte(one_.get())) << "nothing came";
  EXPECT_EQ(send_byte(udp.get()), 1) << "and who isn't confined sends by the same socket";
  EXPECT_EQ(receive_byte(one_.get(), 0), 1);
}

TEST_F(SocketSend, Fact21SplicingIsSending) {
  const Fd tcp = connected_socket(to_one_, SOCK_STREAM);
  const Fd accepted(require_fd(accept(listening_.get(), nullptr, nullptr), "accept"));
  const Fd unix_pair = [] {
    int pair[2];
    require_call(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    return Fd(pair[0]);
  }();
  const Fd file(require_fd(open("/etc/passwd", O_RDONLY | O_CLOEXEC), "open"));
  const auto try_both = [&](int socket, int error) {
    int ends[2];
    require_call(pipe(ends), "pipe");
    require_call(write(ends[1], "x", 1), "write");
    off_t from = 0;
    if (error == 0) {
      EXPECT_EQ(sendfile(socket, file.get(), &from, 1), 1);
      EXPECT_EQ(splice(ends[0], nullptr, socket, nullptr, 1, 0), 1);
      return;
    }
    EXPECT_REFUSED(error, sendfile(socket, file.get(), &from, 1));
    EXPECT_REFUSED(error, splice(ends[0], nullptr, socket, nullptr, 1, 0));
  };
  in_child([&] {
    Ring ring;
    enforce("socket_send: port != 2345 else errno EDOM", EVF_ENFORCE_KEEP_IO_URING);
    try_both(tcp.get(), EDOM);
    try_both(unix_pair.get(), 0);
    int ends[2];
    require_call(pipe(ends), "pipe");
    require_call(write(ends[1], "x", 1), "write");
    io_uring_sqe request{};
    request.opcode = IORING_OP_SPLICE;
    request.fd = tcp.get();
    request.splice_fd_in = ends[0];
    request.splice_off_in = ~0ULL;
    request.off = ~0ULL;
    request.len = 1;
    EXPECT_REFUSED(EDOM, ring.do_request(request));
  });
  in_child([&] {
    enforce("unix_send: deny else errno EDOM");
    try_both(unix_pair.get(), EDOM);
    try_both(tcp.get(), 0);
  });
}

TEST_F(SocketSend, EachMessageOfManyIsJudged) {
  in_child([&] {
    const Fd udp = make_socket(AF_INET, SOCK_DGRAM);
    char byte = 'x';
    iovec data{&byte, 1};
    mmsghdr messages[2]{};
    for (int i = 0; i < 2; ++i) {
      const Address& to = i == 0 ? to_one_ : to_two_;
      messages[i].msg_hdr.msg_name = const_cast<sockaddr*>(to.get());
      messages[i].msg_hdr.msg_namelen = to.length;
      messages[i].msg_hdr.msg_iov = &data;
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    enforce(space_, "socket_send: label & a_t");
    EXPECT_EQ(sendmmsg(udp.get(), messages, 2, 0), 1) << "the first only";
  });
  EXPECT_EQ(receive_byte(one_.get(), 0), 1);
  EXPECT_REFUSED(EAGAIN, receive_byte(two_.get()));
}

TEST_F(SocketSend, RealPrograms) {
  const auto send_to = [](const std::string& ip) {
    return run({"python3", "-c",
                "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('" +
                    ip + "', 2345))"});
  };
  in_child([&] {
    enforce(space_, "socket_send: label & a_t");
    EXPECT_TRUE(send_to("127.0.0.1").succeeded());
    EXPECT_TRUE(send_to("127.0.0.2").says("PermissionError"));
  });
}

}  // namespace
}  // namespace eventfilter::selftest
