// SPDX-License-Identifier: BSD-2-Clause
// SCTP: calls with several addresses, of which each is judged; messages that connect; sockets that
// come out of others.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
// Which wants those before it
#include <linux/sctp.h>

#include <cstring>
#include <string>
#include <vector>

#include "support/attach.h"
#include "support/event.h"
#include "support/label_probe.h"
#include "support/net.h"
#include "support/require.h"
#include "support/ruleset.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

// As SCTP's calls take them: one after the other
std::string packed(const std::vector<Address>& addresses) {
  std::string bytes;
  for (const Address& address : addresses) {
    bytes.append(reinterpret_cast<const char*>(&address.storage), address.length);
  }
  return bytes;
}

long set_addresses(int socket, int option, const std::vector<Address>& addresses) {
  const std::string bytes = packed(addresses);
  return setsockopt(socket, IPPROTO_SCTP, option, bytes.data(), static_cast<socklen_t>(bytes.size()));
}

long connectx(int socket, const std::vector<Address>& addresses) {
  return set_addresses(socket, SCTP_SOCKOPT_CONNECTX, addresses);
}

// The same by getsockopt, which also tells the association
long connectx3(int socket, const std::vector<Address>& addresses) {
  std::string bytes = packed(addresses);
  sctp_getaddrs_old how{};
  how.addr_num = static_cast<int>(bytes.size());
  how.addrs = reinterpret_cast<sockaddr*>(bytes.data());
  socklen_t length = sizeof(how);
  return getsockopt(socket, IPPROTO_SCTP, SCTP_SOCKOPT_CONNECTX3, &how, &length);
}

long bindx(int socket, const std::vector<Address>& addresses) {
  return set_addresses(socket, SCTP_SOCKOPT_BINDX_ADD, addresses);
}

// One byte to `to`, and to `also` as a further address of the same peer
long send_with_peer(int socket, const Address& to, const Address& also) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(in_addr))] = {};
  char byte = 'x';
  iovec data{&byte, 1};
  msghdr message{};
  message.msg_name = const_cast<sockaddr*>(to.get());
  message.msg_namelen = to.length;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = IPPROTO_SCTP;
  header->cmsg_type = SCTP_DSTADDRV4;
  header->cmsg_len = CMSG_LEN(sizeof(in_addr));
  std::memcpy(CMSG_DATA(header), &reinterpret_cast<const sockaddr_in*>(also.get())->sin_addr,
              sizeof(in_addr));
  return sendmsg(socket, &message, MSG_NOSIGNAL);
}

class Sctp : public testing::Test {
 protected:
  Sctp() {
    require_call(space_.write("endpoint any 127.0.0.1 * a_t\nendpoint any 127.0.0.2 * b_t\n"
                              "endpoint any ::1 * a_t b_t\n"),
                 "lines");
    space_.commit();
  }
  [[nodiscard]] static Fd stream() { return make_socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP); }
  [[nodiscard]] static Fd many() { return make_socket(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP); }

  const LabelSpace space_{kProbeNames};
  const Address one_ = ip_address("127.0.0.1", 2345);
  const Address two_ = ip_address("127.0.0.2", 2345);
  const Address six_ = ip_address("::1", 2345);
  // Listens at both: what connects to one may go on by the other
  const Fd listening_ = listening_socket(ip_address("0.0.0.0", 2345), SOCK_STREAM, IPPROTO_SCTP);
};

TEST_F(Sctp, FamilyTypeProtocolAndPort) {
  const Raised connected{Subject::kUser, "socket_connect",
                         [&] { return try_connect(one_, SOCK_STREAM, IPPROTO_SCTP); }};
  expect_number(connected, "family", AF_INET, AF_INET6);
  expect_number(connected, "type", SOCK_STREAM, SOCK_SEQPACKET);
  expect_number(connected, "protocol", IPPROTO_SCTP, IPPROTO_TCP);
  expect_number(connected, "port", 2345, 2346);
}

TEST_F(Sctp, Connect) {
  in_child([&] {
    enforce(space_, "socket_connect: label & a_t else errno EDOM");
    EXPECT_ALLOWED(try_connect(one_, SOCK_STREAM, IPPROTO_SCTP));
    EXPECT_REFUSED(EDOM, try_connect(two_, SOCK_STREAM, IPPROTO_SCTP));
    EXPECT_REFUSED(EDOM, try_connect(two_, SOCK_SEQPACKET, IPPROTO_SCTP));
  });
}

TEST_F(Sctp, ConnectxIsJudgedByEachAddress) {
  in_child([&] {
    enforce(space_, "socket_connect: label & a_t else errno EDOM");
    for (const auto& call : {connectx, connectx3}) {
      EXPECT_REFUSED(EDOM, call(stream().get(), {two_}));
      EXPECT_REFUSED(EDOM, call(stream().get(), {one_, two_}));
      EXPECT_REFUSED(EDOM, call(stream().get(), {two_, one_}));
      EXPECT_ALLOWED(call(stream().get(), {one_}));
    }
  });
  in_child([&] {
    enforce(space_, "socket_connect: label & a_t || label & b_t else errno EDOM");
    EXPECT_ALLOWED(connectx(stream().get(), {one_, two_}));
  });
}

TEST_F(Sctp, BindxIsJudgedByEachAddress) {
  const Address one = one_.with_port(3000);
  const Address two = two_.with_port(3000);
  in_child([&] {
    enforce(space_, "socket_bind: label & a_t else errno EDOM");
    EXPECT_REFUSED(EDOM, bindx(stream().get(), {two}));
    EXPECT_REFUSED(EDOM, bindx(stream().get(), {one, two}));
    EXPECT_REFUSED(EDOM, bind_to(stream().get(), two));
    const Fd made = stream();
    EXPECT_ALLOWED(bindx(made.get(), {one}));
    EXPECT_REFUSED(EDOM, bindx(made.get(), {two})) << "one more, later";
    const Fd six = make_socket(AF_INET6, SOCK_STREAM, IPPROTO_SCTP);
    EXPECT_ALLOWED(bindx(six.get(), {six_.with_port(3001), one.with_port(3001)}))
        << "of both families";
    EXPECT_REFUSED(EDOM, bindx(six.get(), {two.with_port(3001)}));
  });
}

TEST_F(Sctp, AListThatIsCutIsRefused) {
  in_child([&] {
    enforce("socket_bind, socket_connect: port != 1 else errno EDOM");
    const std::string bytes = packed({one_, two_});
    for (const size_t cut : {1U, 17U, 31U}) {
      EXPECT_REFUSED(EINVAL, setsockopt(stream().get(), IPPROTO_SCTP, SCTP_SOCKOPT_CONNECTX,
                                        bytes.data(), static_cast<socklen_t>(cut)))
          << cut;
    }
  });
}

TEST_F(Sctp, AMessageToANewPeerConnects) {
  in_child([&] {
    enforce(space_, "socket_connect: label & a_t else errno EDOM");
    const Fd made = many();
    EXPECT_REFUSED(EDOM, send_byte_to(made.get(), two_));
    EXPECT_REFUSED(EDOM, send_byte_by_sendmsg(made.get(), &two_));
    EXPECT_EQ(send_byte_to(made.get(), one_), 1);
    EXPECT_EQ(send_byte_to(made.get(), one_), 1) << "connected already";
  });
}

TEST_F(Sctp, FurtherAddressesInAMessageAreConnectedToToo) {
  in_child([&] {
    enforce(space_, "socket_connect: label & a_t else errno EDOM");
    EXPECT_REFUSED(EDOM, send_with_peer(many().get(), one_, two_));
    EXPECT_REFUSED(EDOM, send_with_peer(many().get(), one_, one_)) << "nobody knows which";
  });
  in_child([&] {
    enforce(space_, "socket_connect: protocol == 132 else errno EDOM");
    EXPECT_EQ(send_with_peer(many().get(), one_, two_), 1);
  });
}

TEST_F(Sctp, SendingIsJudgedByTheAddress) {
  in_child([&] {
    const Fd made = many();
    enforce(space_, "socket_send: label & a_t else errno EDOM");
    EXPECT_REFUSED(EDOM, send_byte_to(made.get(), two_));
    EXPECT_EQ(send_byte_to(made.get(), one_), 1);
    EXPECT_REFUSED(EDOM, send_with_peer(made.get(), one_, two_));
    EXPECT_REFUSED(EDOM, send_byte(made.get())) << "which of its peers?";
  });
  in_child([&] {
    const Fd made = connected_socket(one_, SOCK_STREAM, IPPROTO_SCTP);
    enforce(space_, "socket_send: label & a_t else errno EDOM");
    EXPECT_EQ(send_byte(made.get()), 1);
  });
}

TEST_F(Sctp, ThePrimaryAddressIsConnectedTo) {
  in_child([&] {
    const Fd made = stream();
    ASSERT_ALLOWED(connectx(made.get(), {one_, two_}));
    const auto prefer = [&](const Address& address) {
      sctp_prim primary{};
      std::memcpy(&primary.ssp_addr, &address.storage, address.length);
      return setsockopt(made.get(), IPPROTO_SCTP, SCTP_PRIMARY_ADDR, &primary, sizeof(primary));
    };
    enforce(space_, "socket_connect: label & a_t else errno EDOM");
    EXPECT_REFUSED(EDOM, prefer(two_));
    EXPECT_ALLOWED(prefer(one_));
  });
}

TEST_F(Sctp, AcceptAndReceive) {
  const Fd client = connected_socket(one_, SOCK_STREAM, IPPROTO_SCTP);
  in_child([&] {
    enforce("socket_accept: protocol != 132 else errno EDOM");
    EXPECT_REFUSED(EDOM, accept(listening_.get(), nullptr, nullptr));
  });
  const Fd got(require_fd(accept(listening_.get(), nullptr, nullptr), "accept"));
  require_call(send_byte(client.get()), "send");
  in_child([&] {
    enforce("socket_recv: protocol != 132 else errno EDOM");
    EXPECT_REFUSED(EDOM, receive_byte(got.get(), 0));
  });
  EXPECT_EQ(receive_byte(got.get(), 0), 1);
}

// Its only association into a socket of its own: 0, or -1 with errno
long peel_off(int socket) {
  struct {
    uint32_t count;
    sctp_assoc_t ids[4];
  } associations{};
  socklen_t length = sizeof(associations);
  require_call(getsockopt(socket, IPPROTO_SCTP, SCTP_GET_ASSOC_ID_LIST, &associations, &length),
               "SCTP_GET_ASSOC_ID_LIST");
  require(associations.count == 1, "one association");
  sctp_peeloff_arg_t how{};
  how.associd = associations.ids[0];
  length = sizeof(how);
  if (getsockopt(socket, IPPROTO_SCTP, SCTP_SOCKOPT_PEELOFF, &how, &length) < 0) return -1;
  const Fd peeled(how.sd);
  return 0;
}

TEST_F(Sctp, PeelingOffIsAccepting) {
  const Fd client = many();
  require_call(send_byte_to(client.get(), one_), "sendto");
  in_child([&] {
    enforce("socket_accept: protocol != 132 else errno EDOM");
    EXPECT_REFUSED(EDOM, peel_off(client.get()));
  });
  in_child([&] {
    enforce("socket_accept: protocol == 132 else errno EDOM");
    EXPECT_ALLOWED(peel_off(client.get()));
  });
  const Fd filtered = many();
  require_call(send_byte_to(filtered.get(), one_), "sendto");
  attach(filtered.get(), "socket_send: deny");
  EXPECT_REFUSED(EPERM, peel_off(filtered.get())) << "the new socket would have no filter";
}

TEST_F(Sctp, ConnectingByDescription) {
  const Fd made = stream();
  attach(made.get(), "socket_connect: port != 2345 else errno EXDEV\n"
                     "socket_bind: port == 3000 else errno EDOM");
  EXPECT_REFUSED(EXDEV, connectx(made.get(), {one_}));
  EXPECT_REFUSED(EXDEV, connect_to(made.get(), one_));
  EXPECT_REFUSED(EDOM, bindx(made.get(), {one_.with_port(3001)}));
  EXPECT_ALLOWED(bindx(made.get(), {one_.with_port(3000)}));
}

}  // namespace
}  // namespace eventfilter::selftest
