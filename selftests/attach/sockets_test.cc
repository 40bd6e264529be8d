// SPDX-License-Identifier: BSD-2-Clause
// Events of sockets on one description: every door, of whoever isn't confined.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include "support/attach.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/net.h"
#include "support/records.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/uring.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// A message of one byte, for calls that want one
struct Message {
  char byte = 'x';
  iovec data{&byte, 1};
  mmsghdr header{};

  explicit Message(const Address* to = nullptr) {
    header.msg_hdr.msg_iov = &data;
    header.msg_hdr.msg_iovlen = 1;
    if (to != nullptr) {
      header.msg_hdr.msg_name = const_cast<sockaddr*>(to->get());
      header.msg_hdr.msg_namelen = to->length;
    }
  }
};

io_uring_sqe message_request(uint8_t opcode, int fd, Message& message, uint32_t flags = 0) {
  io_uring_sqe request{};
  request.opcode = opcode;
  request.fd = fd;
  request.addr = reinterpret_cast<uintptr_t>(&message.header.msg_hdr);
  request.len = 1;
  request.msg_flags = flags;
  return request;
}

io_uring_sqe byte_request(uint8_t opcode, int fd, char* byte) {
  io_uring_sqe request{};
  request.opcode = opcode;
  request.fd = fd;
  request.addr = reinterpret_cast<uintptr_t>(byte);
  request.len = 1;
  return request;
}

class AttachedSocket : public testing::Test {
 protected:
  const Address address_ = ip_address("127.0.0.1", 4345);
  const Address other_ = ip_address("127.0.0.1", 4346);
  const Fd listening_ = listening_socket(address_);
  const Fd listening_too_ = listening_socket(other_);
  const Fd receiving_ = bound_socket(address_, SOCK_DGRAM);
  char byte_ = 'x';
};

TEST_F(AttachedSocket, Connect) {
  const Fd tcp = make_socket(AF_INET, SOCK_STREAM);
  attach(tcp.get(), "socket_connect: port == 4345 else errno EXDEV");
  EXPECT_REFUSED(EXDEV, connect_to(tcp.get(), other_));
  Ring ring;
  io_uring_sqe request{};
  request.opcode = IORING_OP_CONNECT;
  request.fd = tcp.get();
  request.addr = reinterpret_cast<uintptr_t>(other_.get());
  request.off = other_.length;
  EXPECT_REFUSED(EXDEV, ring.do_request(request));
  EXPECT_ALLOWED(try_connect(other_, SOCK_STREAM)) << "by another description";
  EXPECT_ALLOWED(connect_to(tcp.get(), address_));

  const Fd udp = make_socket(AF_INET, SOCK_DGRAM);
  attach(udp.get(), "socket_connect: port == 4345 else errno EXDEV");
  EXPECT_REFUSED(EXDEV, connect_to(udp.get(), other_));
  EXPECT_REFUSED(EXDEV, connect_to(udp.get(), other_.called(AF_UNSPEC))) << "disconnecting";
  EXPECT_ALLOWED(connect_to(udp.get(), address_));
}

TEST_F(AttachedSocket, ConnectByFastOpen) {
  const Fd tcp = make_socket(AF_INET, SOCK_STREAM);
  attach(tcp.get(), "socket_connect: port == 4345 else errno EXDEV");
  Message message(&other_);
  Ring ring;
  EXPECT_REFUSED(EXDEV, send_byte_to(tcp.get(), other_, MSG_FASTOPEN));
  EXPECT_REFUSED(EXDEV, send_byte_by_sendmsg(tcp.get(), &other_, MSG_FASTOPEN));
  EXPECT_REFUSED(EXDEV, sendmmsg(tcp.get(), &message.header, 1, MSG_FASTOPEN));
  EXPECT_REFUSED(EXDEV, ring.do_request(message_request(IORING_OP_SENDMSG, tcp.get(), message,
                                                        MSG_FASTOPEN)));
  EXPECT_EQ(send_byte_to(tcp.get(), address_, MSG_FASTOPEN), 1);

  const Fd later = make_socket(AF_INET, SOCK_STREAM);
  const int on = 1;
  require_call(setsockopt(later.get(), SOL_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on)), "option");
  attach(later.get(), "socket_connect: port == 4345 else errno EXDEV");
  EXPECT_REFUSED(EXDEV, connect_to(later.get(), other_)) << "put off until something is sent";
  EXPECT_REFUSED(EPIPE, send_byte(later.get())) << "and nothing is";
}

TEST_F(AttachedSocket, Bind) {
  const Fd udp = make_socket(AF_INET, SOCK_DGRAM);
  attach(udp.get(), "socket_bind: port == 3000 else errno EXDEV");
  EXPECT_REFUSED(EXDEV, bind_to(udp.get(), address_.with_port(3001)));
  EXPECT_REFUSED(EXDEV, bind_to(udp.get(), address_.with_port(0))) << "any port";
  EXPECT_ALLOWED(try_bind(address_.with_port(3001), SOCK_DGRAM)) << "by another description";
  EXPECT_ALLOWED(bind_to(udp.get(), address_.with_port(3000)));
}

TEST_F(AttachedSocket, SendToAnAddress) {
  const Fd udp = make_socket(AF_INET, SOCK_DGRAM);
  attach(udp.get(), "socket_send: port == 4345 else errno EXDEV");
  Message message(&other_);
  Ring ring;
  EXPECT_REFUSED(EXDEV, send_byte_to(udp.get(), other_));
  EXPECT_REFUSED(EXDEV, send_byte_by_sendmsg(udp.get(), &other_));
  EXPECT_REFUSED(EXDEV, sendmmsg(udp.get(), &message.header, 1, 0));
  EXPECT_REFUSED(EXDEV, ring.do_request(message_request(IORING_OP_SENDMSG, udp.get(), message)));
  EXPECT_EQ(send_byte_to(udp.get(), address_), 1);
  EXPECT_EQ(receive_byte(receiving_.get(), 0), 1);
}

TEST_F(AttachedSocket, SendToThePeer) {
  const Fd tcp = connected_socket(address_, SOCK_STREAM);
  const Fd free = connected_socket(address_, SOCK_STREAM);
  attach(tcp.get(), "socket_send: deny else errno EXDEV");
  const Fd source(memfd_create("source", MFD_CLOEXEC));
  require_call(write(source.get(), "xxxx", 4), "write");
  int ends[2];
  require_call(pipe2(ends, O_CLOEXEC), "pipe");
  const Fd in(ends[0]), out(ends[1]);
  require_call(write(out.get(), "x", 1), "write");
  Message message;
  Ring ring;
  EXPECT_REFUSED(EXDEV, send_byte(tcp.get()));
  EXPECT_REFUSED(EXDEV, send_byte(tcp.get(), MSG_OOB));
  EXPECT_REFUSED(EXDEV, send_byte_by_sendmsg(tcp.get()));
  EXPECT_REFUSED(EXDEV, sendmmsg(tcp.get(), &message.header, 1, 0));
  EXPECT_REFUSED(EXDEV, write(tcp.get(), "x", 1));
  EXPECT_REFUSED(EXDEV, writev(tcp.get(), &message.data, 1));
  off_t from = 0;
  EXPECT_REFUSED(EXDEV, sendfile(tcp.get(), source.get(), &from, 1));
  EXPECT_REFUSED(EXDEV, splice(in.get(), nullptr, tcp.get(), nullptr, 1, 0));
  EXPECT_REFUSED(EXDEV, ring.do_request(message_request(IORING_OP_SENDMSG, tcp.get(), message)));
  for (const uint8_t opcode : {IORING_OP_SEND, IORING_OP_WRITE, IORING_OP_SEND_ZC}) {
    // The last one is answered twice
    EXPECT_REFUSED(EXDEV, Ring().do_request(byte_request(opcode, tcp.get(), &byte_)))
        << unsigned{opcode};
  }
  EXPECT_EQ(send_byte(free.get()), 1) << "another description";
}

TEST_F(AttachedSocket, Receive) {
  const Fd tcp = connected_socket(address_, SOCK_STREAM);
  const Fd peer(require_fd(accept(listening_.get(), nullptr, nullptr), "accept"));
  require_call(send_byte(peer.get()), "send");
  attach(tcp.get(), "socket_recv: deny else errno EXDEV");
  int ends[2];
  require_call(pipe2(ends, O_CLOEXEC), "pipe");
  const Fd in(ends[0]), out(ends[1]);
  Message message;
  Ring ring;
  EXPECT_REFUSED(EXDEV, receive_byte(tcp.get()));
  EXPECT_REFUSED(EXDEV, receive_byte(tcp.get(), MSG_PEEK));
  EXPECT_REFUSED(EXDEV, recvmsg(tcp.get(), &message.header.msg_hdr, 0));
  EXPECT_REFUSED(EXDEV, recvmmsg(tcp.get(), &message.header, 1, 0, nullptr));
  EXPECT_REFUSED(EXDEV, read(tcp.get(), &byte_, 1));
  EXPECT_REFUSED(EXDEV, readv(tcp.get(), &message.data, 1));
  EXPECT_REFUSED(EXDEV, splice(tcp.get(), nullptr, out.get(), nullptr, 1, 0));
  EXPECT_REFUSED(EXDEV, ring.do_request(message_request(IORING_OP_RECVMSG, tcp.get(), message)));
  for (const uint8_t opcode : {IORING_OP_RECV, IORING_OP_READ}) {
    EXPECT_REFUSED(EXDEV, ring.do_request(byte_request(opcode, tcp.get(), &byte_)))
        << unsigned{opcode};
  }
  tcp_zerocopy_receive zerocopy{};
  socklen_t length = sizeof(zerocopy);
  EXPECT_REFUSED(EXDEV, getsockopt(tcp.get(), SOL_TCP, TCP_ZEROCOPY_RECEIVE, &zerocopy, &length));
  int on = 0;
  length = sizeof(on);
  EXPECT_ALLOWED(getsockopt(tcp.get(), SOL_TCP, TCP_NODELAY, &on, &length)) << "tells no data";
  EXPECT_EQ(send_byte(tcp.get()), 1);
}

TEST_F(AttachedSocket, Listen) {
  const Fd tcp = bound_socket(address_.with_port(3000), SOCK_STREAM);
  attach(tcp.get(), "socket_listen: port != 3000 else errno EXDEV");
  EXPECT_REFUSED(EXDEV, listen(tcp.get(), 1));
  EXPECT_ALLOWED(listen(bound_socket(address_.with_port(3001), SOCK_STREAM).get(), 1));
}

TEST_F(AttachedSocket, Accept) {
  const Fd client = connected_socket(address_, SOCK_STREAM);
  const Fd copy(dup(listening_.get()));
  attach(copy.get(), "socket_accept: deny else errno EXDEV");
  Ring ring;
  io_uring_sqe request{};
  request.opcode = IORING_OP_ACCEPT;
  request.fd = listening_.get();
  EXPECT_REFUSED(EXDEV, accept(listening_.get(), nullptr, nullptr));
  EXPECT_REFUSED(EXDEV, accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  EXPECT_REFUSED(EXDEV, ring.do_request(request));
  const Fd other = connected_socket(other_, SOCK_STREAM);
  EXPECT_ALLOWED(Fd(accept(listening_too_.get(), nullptr, nullptr)).get());
}

TEST_F(AttachedSocket, WhatIsAcceptedHasTheFiltersOfWhatListens) {
  attach(listening_.get(), "socket_send: deny else errno EXDEV\nfile_ioctl: deny else errno EDOM");
  Ring ring;
  io_uring_sqe request{};
  request.opcode = IORING_OP_ACCEPT;
  request.fd = listening_.get();
  for (const bool by_ring : {false, true}) {
    const Fd client = connected_socket(address_, SOCK_STREAM);
    require_call(send_byte(client.get()), "send");
    const Fd got(static_cast<int>(by_ring ? ring.do_request(request)
                                          : accept(listening_.get(), nullptr, nullptr)));
    ASSERT_TRUE(got.is_open());
    EXPECT_REFUSED(EXDEV, send_byte(got.get())) << by_ring;
    EXPECT_REFUSED(EXDEV, write(got.get(), "x", 1));
    EXPECT_REFUSED(EDOM, check_use(got.get(), "file_ioctl"));
    EXPECT_EQ(receive_byte(got.get(), 0), 1);
    attach(got.get(), "socket_recv: deny else errno EDOM");
    EXPECT_REFUSED(EDOM, receive_byte(got.get())) << "and can be narrowed further";
    EXPECT_EQ(send_byte(client.get()), 1) << "the other end isn't";
  }
  const Fd client = connected_socket(address_, SOCK_STREAM);
  const Fd got(accept(listening_.get(), nullptr, nullptr));
  require_call(send_byte(client.get()), "send");
  EXPECT_EQ(receive_byte(got.get(), 0), 1) << "what was added to one is that one's";
}

TEST_F(AttachedSocket, UnixStreams) {
  const Fd listening = listening_socket(abstract_address("evf-attached"));
  const Fd one = make_socket(AF_UNIX, SOCK_STREAM);
  attach(one.get(), "unix_connect: name == \"evf-other\" else errno EXDEV");
  EXPECT_REFUSED(EXDEV, connect_to(one.get(), abstract_address("evf-attached")));
  const Fd two = make_socket(AF_UNIX, SOCK_STREAM);
  attach(two.get(), "unix_connect: abstract == 1\nunix_send: !abstract else errno EXDEV\n"
                    "socket_connect: family == 1");
  EXPECT_ALLOWED(connect_to(two.get(), abstract_address("evf-attached")));
  const Fd peer(require_fd(accept(listening.get(), nullptr, nullptr), "accept"));
  EXPECT_REFUSED(EXDEV, send_byte(two.get()));
  EXPECT_REFUSED(EXDEV, write(two.get(), "x", 1));
  EXPECT_EQ(send_byte(peer.get()), 1) << "the other end isn't";
  EXPECT_EQ(receive_byte(two.get()), 1);
}

TEST_F(AttachedSocket, UnixDatagrams) {
  const Fd bound = bound_socket(abstract_address("evf-datagrams"), SOCK_DGRAM);
  const Fd made = make_socket(AF_UNIX, SOCK_DGRAM);
  attach(made.get(), "unix_connect: deny else errno EXDEV");
  EXPECT_REFUSED(EXDEV, connect_to(made.get(), abstract_address("evf-datagrams")));
  EXPECT_REFUSED(EXDEV, send_byte_to(made.get(), abstract_address("evf-datagrams")));
  const Fd connected = connected_socket(abstract_address("evf-datagrams"), SOCK_DGRAM);
  attach(connected.get(), "unix_connect: deny\nunix_send: type != 2 else errno EDOM");
  EXPECT_REFUSED(EDOM, send_byte(connected.get()));
  EXPECT_REFUSED(EDOM, check_use(connected.get(), "unix_send"));
}

TEST_F(AttachedSocket, LabelsAndWhoUsesIt) {
  const LabelSpace space("lan_t");
  require_call(space.write("endpoint udp 127.0.0.0/8 4345 lan_t\n"), "a line");
  space.commit();
  const Fd udp = make_socket(AF_INET, SOCK_DGRAM);
  ASSERT_ALLOWED(try_attach(udp.get(), Ruleset(space, "socket_send: label & lan_t && uid == 0 "
                                                      "else errno EXDEV")));
  EXPECT_EQ(send_byte_to(udp.get(), address_), 1);
  EXPECT_REFUSED(EXDEV, send_byte_to(udp.get(), other_));
  in_child([&] { EXPECT_REFUSED(EXDEV, send_byte_to(udp.get(), address_)) << "another uid"; });
  require_call(space.write("unendpoint udp 127.0.0.0/8 4345\n"), "a line");
  space.commit();
  EXPECT_REFUSED(EXDEV, send_byte_to(udp.get(), address_)) << "relabelled while open";
}

TEST_F(AttachedSocket, NarrowsAndIsAskedAfterTheLayers) {
  const Fd udp = make_socket(AF_INET, SOCK_DGRAM);
  attach(udp.get(), "socket_send: port == 4345 || port == 4346 else errno EXDEV");
  attach(udp.get(), "socket_send: port == 4345 else errno EDOM");
  attach(udp.get(), "socket: allow");
  EXPECT_REFUSED(EXDEV, send_byte_to(udp.get(), address_.with_port(4347)));
  EXPECT_REFUSED(EDOM, send_byte_to(udp.get(), other_));
  EXPECT_EQ(send_byte_to(udp.get(), address_), 1);
  in_child([&] {
    enforce("socket_send: port == 4346 else errno ENOSPC\nsocket_recv: deny else errno ENOSPC");
    EXPECT_REFUSED(ENOSPC, send_byte_to(udp.get(), address_)) << "the layers decide first";
    EXPECT_REFUSED(EDOM, send_byte_to(udp.get(), other_));
    EXPECT_REFUSED(ENOSPC, receive_byte(udp.get()));
  });
}

TEST_F(AttachedSocket, TheGroupsDefaultIsAboutAllOfThem) {
  const Fd udp = make_socket(AF_INET, SOCK_DGRAM);
  attach(udp.get(), "socket: deny else errno EXDEV\nsocket_send: allow");
  EXPECT_REFUSED(EXDEV, connect_to(udp.get(), address_));
  EXPECT_REFUSED(EXDEV, bind_to(udp.get(), address_));
  EXPECT_REFUSED(EXDEV, receive_byte(udp.get()));
  EXPECT_REFUSED(EXDEV, listen(udp.get(), 1));
  EXPECT_EQ(send_byte_to(udp.get(), address_), 1);
  EXPECT_ALLOWED(try_socket(AF_INET, SOCK_DGRAM)) << "making others is no use of it";
}

TEST_F(AttachedSocket, OnWhatIsNoSocketItSaysNothing) {
  const Tree tree;
  const Fd file(open(tree.make_file("file").c_str(), O_RDWR | O_CLOEXEC));
  EXPECT_ALLOWED(try_attach(file.get(), "socket: deny\nfile_write: deny else errno EXDEV"))
      << "one ruleset for whatever is held";
  EXPECT_EQ(read(file.get(), &byte_, 1), 1);
  EXPECT_REFUSED(EXDEV, write(file.get(), "x", 1));
}

TEST_F(AttachedSocket, RulesThatAreRefused) {
  const Fd udp = make_socket(AF_INET, SOCK_DGRAM);
  for (const char* text : {"socket_create: deny", "socket_send: deny else kill",
                           "socket: deny else kill", "socket_send: deny else trap",
                           "socket_send: allow\nsocket_create: allow"}) {
    EXPECT_REFUSED(EINVAL, try_attach(udp.get(), text)) << text;
  }
  EXPECT_EQ(send_byte_to(udp.get(), address_), 1) << "none of these did anything";
}

TEST_F(AttachedSocket, Records) {
  const Ruleset ruleset("socket_send: port == 1 else errno EXDEV\nsocket_recv: deny else log");
  const Records records(ruleset);
  const Fd udp = make_socket(AF_INET, SOCK_DGRAM);
  ASSERT_ALLOWED(try_attach(udp.get(), ruleset));
  EXPECT_REFUSED(EXDEV, send_byte_to(udp.get(), address_));
  EXPECT_REFUSED(EAGAIN, receive_byte(udp.get())) << "logged, let through";
  const std::vector<Denied> taken = records.take();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].at("event"), "socket_send");
  EXPECT_EQ(taken[0].at("path"), "127.0.0.1:4345");
  EXPECT_EQ(taken[1].at("event"), "socket_recv");
  EXPECT_EQ(taken[1].at("action"), "log");
}

}  // namespace
}  // namespace eventfilter::selftest
