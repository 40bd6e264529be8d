// SPDX-License-Identifier: BSD-2-Clause
// What is attached to a socket stays with it, whoever holds it; and EVF_CHECK says the same.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "support/attach.h"
#include "support/channel.h"
#include "support/child.h"
#include "support/label_space.h"
#include "support/net.h"
#include "support/program.h"
#include "support/require.h"
#include "support/tree.h"
#include "support/verdict.h"

namespace eventfilter::selftest {
namespace {

constexpr const char* kOnlyOnePort = "socket_send: port == 4345 else errno EXDEV";

class SocketHolders : public testing::Test {
 protected:
  void expect_only_one_port(int socket) const {
    EXPECT_REFUSED(EXDEV, send_byte_to(socket, other_));
    EXPECT_EQ(send_byte_to(socket, address_), 1);
  }

  const Address address_ = ip_address("127.0.0.1", 4345);
  const Address other_ = ip_address("127.0.0.1", 4346);
  const Fd receiving_ = bound_socket(address_, SOCK_DGRAM);
  const Fd udp_ = make_socket(AF_INET, SOCK_DGRAM);
};

TEST_F(SocketHolders, Copies) {
  const Fd before(dup(udp_.get()));
  attach(udp_.get(), kOnlyOnePort);
  const Fd after(fcntl(udp_.get(), F_DUPFD_CLOEXEC, 100));
  for (const Fd* fd : {&udp_, &before, &after}) expect_only_one_port(fd->get());
}

TEST_F(SocketHolders, Children) {
  const Channel channel;
  Child before([&] {
    EXPECT_EQ(channel.child().receive(), 0);
    expect_only_one_port(udp_.get());
  });
  attach(udp_.get(), kOnlyOnePort);
  channel.parent().send(0);
  before.wait();
  in_child([&] { expect_only_one_port(udp_.get()); });
}

TEST_F(SocketHolders, ExecutedPrograms) {
  attach(udp_.get(), "socket_send: deny else errno EXDEV");
  require_call(connect_to(udp_.get(), address_), "connect");
  in_child([&] {
    require_call(dup2(udp_.get(), 0), "dup2");
    const Output refused = run({"sh", "-c", "cat /etc/hostname >&0"});
    EXPECT_TRUE(refused.says("Invalid cross-device link")) << refused.text;
  });
}

TEST_F(SocketHolders, ReceivedByMessage) {
  const Channel channel;
  Child child([&] { expect_only_one_port(channel.child().receive_fd().get()); });
  attach(udp_.get(), kOnlyOnePort);
  channel.parent().send_fd(udp_.get());
  child.wait();
}

TEST_F(SocketHolders, TakenByPidfd) {
  attach(udp_.get(), kOnlyOnePort);
  const pid_t parent = getpid();
  const int number = udp_.get();
  in_child(Subject::kRoot, [&] {
    const Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, parent, 0)));
    const Fd taken(static_cast<int>(syscall(SYS_pidfd_getfd, pidfd.get(), number, 0)));
    ASSERT_TRUE(taken.is_open());
    expect_only_one_port(taken.get());
  });
}

TEST_F(SocketHolders, ASocketHasNoReopen) {
  attach(udp_.get(), kOnlyOnePort);
  const std::string self = "/proc/self/fd/" + std::to_string(udp_.get());
  EXPECT_REFUSED(ENXIO, open(self.c_str(), O_RDWR));
}

// An acceptor in a loop, while filters are attached: who is accepted after that has them
TEST_F(SocketHolders, AcceptingWhileOneIsAttached) {
  for (int round = 0; round < 20; ++round) {
    const Fd server = listening_socket(address_.with_port(0));
    const Address where = address_of(server.get());
    std::atomic<bool> attached = false;
    std::atomic<int> unfiltered = 0;
    std::thread acceptor([&] {
      for (int i = 0; i < 10; ++i) {
        const bool surely = attached;
        const Fd client = connected_socket(where, SOCK_STREAM);
        const Fd got(accept(server.get(), nullptr, nullptr));
        if (surely && (send_byte(got.get()) >= 0 || errno != EXDEV)) ++unfiltered;
      }
    });
    attach(server.get(), "socket_send: deny else errno EXDEV");
    attached = true;
    acceptor.join();
    EXPECT_EQ(unfiltered, 0);
  }
}

TEST_F(SocketHolders, EndsWithTheDescription) {
  for (int i = 0; i < 200; ++i) {
    const Fd fresh = make_socket(AF_INET, SOCK_DGRAM);
    ASSERT_EQ(send_byte_to(fresh.get(), address_), 1) << i;
    attach(fresh.get(), "socket_send: deny else errno EXDEV");
    ASSERT_REFUSED(EXDEV, send_byte_to(fresh.get(), address_));
  }
}

class CheckedSocket : public SocketHolders {
 protected:
  static long check_address(int fd, const char* event, const Address& address) {
    return check_use(fd, event, reinterpret_cast<unsigned long>(&address.storage));
  }
};

TEST_F(CheckedSocket, SaysWhatTheUseWould) {
  attach(udp_.get(), "socket_connect: port == 4345 else errno EXDEV\n"
                     "socket_bind: port == 3000 else errno EDOM\n"
                     "socket_send: port == 4345 else errno ENOSPC\n"
                     "socket_recv: port == 4345 else errno ENOTTY\n"
                     "socket_listen: port == 3000 else errno EDOM\n"
                     "socket_accept: port == 3000 else errno EXDEV\n");
  const int udp = udp_.get();
  EXPECT_ALLOWED(check_address(udp, "socket_connect", address_));
  EXPECT_REFUSED(EXDEV, check_address(udp, "socket_connect", other_));
  EXPECT_REFUSED(EDOM, check_address(udp, "socket_bind", address_));
  EXPECT_ALLOWED(check_address(udp, "socket_bind", address_.with_port(3000)));
  EXPECT_ALLOWED(check_address(udp, "socket_send", address_));
  EXPECT_REFUSED(ENOSPC, check_address(udp, "socket_send", other_));
  EXPECT_REFUSED(ENOSPC, check_use(udp, "socket_send")) << "there is no peer";
  EXPECT_REFUSED(ENOTTY, check_use(udp, "socket_recv"));
  EXPECT_REFUSED(EDOM, check_use(udp, "socket_listen"));
  EXPECT_REFUSED(EXDEV, check_use(udp, "socket_accept"));
  require_call(bind_to(udp, address_.with_port(3000)), "bind");
  require_call(connect_to(udp, address_), "connect");
  EXPECT_ALLOWED(check_use(udp, "socket_send"));
  EXPECT_ALLOWED(check_use(udp, "socket_recv"));
  EXPECT_ALLOWED(check_use(udp, "socket_listen"));
  EXPECT_ALLOWED(check_use(udp, "socket_accept"));
  EXPECT_EQ(send_byte(udp), 1) << "as it says";
}

TEST_F(CheckedSocket, ByLayersAndLabelsAndIpv6) {
  const LabelSpace space("lan_t");
  require_call(space.write("endpoint any ::1 * lan_t\nendpoint any 127.0.0.2 * lan_t\n"), "lines");
  space.commit();
  in_child([&] {
    const Fd six = make_socket(AF_INET6, SOCK_DGRAM);
    enforce(space, "socket_connect, socket_send: label & lan_t else errno EXDEV");
    EXPECT_ALLOWED(check_address(six.get(), "socket_connect", ip_address("::1", 9)));
    EXPECT_ALLOWED(check_address(six.get(), "socket_send", ip_address("::ffff:127.0.0.2", 9)));
    EXPECT_REFUSED(EXDEV, check_address(six.get(), "socket_connect", ip_address("::2", 9)));
    EXPECT_REFUSED(EXDEV, check_address(six.get(), "socket_send", address_));
    EXPECT_REFUSED(EXDEV, check_address(udp_.get(), "socket_connect", ip_address("::1", 9)))
        << "no address for such a socket";
  });
}

TEST_F(CheckedSocket, UnixPeers) {
  int pair[2];
  require_call(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), "socketpair");
  const Fd one(pair[0]), two(pair[1]);
  attach(one.get(), "unix_send: deny else errno EXDEV");
  EXPECT_REFUSED(EXDEV, check_use(one.get(), "unix_send"));
  EXPECT_ALLOWED(check_use(two.get(), "unix_send"));
  const Fd unconnected = make_socket(AF_UNIX, SOCK_DGRAM);
  attach(unconnected.get(), "unix_send: deny else errno EXDEV");
  EXPECT_ALLOWED(check_use(unconnected.get(), "unix_send")) << "to nobody";
  EXPECT_ALLOWED(check_use(udp_.get(), "unix_send")) << "never";
}

TEST_F(CheckedSocket, Errors) {
  const Tree tree;
  const Fd file(open(tree.make_file("file").c_str(), O_RDWR | O_CLOEXEC));
  const int udp = udp_.get();
  for (const char* event : {"socket_bind", "socket_connect", "socket_send", "socket_recv",
                            "socket_listen", "socket_accept", "unix_send", "unix_connect"}) {
    EXPECT_REFUSED(ENOTSOCK, check_use(file.get(), event)) << event;
    EXPECT_REFUSED(EBADF, check_use(-1, event)) << event;
  }
  EXPECT_REFUSED(EINVAL, check_use(udp, "socket_create"));
  EXPECT_REFUSED(EINVAL, check_use(udp, "unix_connect")) << "whom does a path lead to?";
  EXPECT_REFUSED(EINVAL, check_use(udp, "socket_bind")) << "to which address?";
  EXPECT_REFUSED(EINVAL, check_use(udp, "socket_connect"));
  for (const char* event : {"socket_recv", "socket_listen", "socket_accept", "unix_send"}) {
    EXPECT_REFUSED(EINVAL, check_address(udp, event, address_)) << event << " has no address";
  }
  EXPECT_REFUSED(EFAULT, check_use(udp, "socket_connect", 1));
  EXPECT_REFUSED(EFAULT, check_use(udp, "socket_send", ~0UL));
  EXPECT_ALLOWED(check_address(udp, "socket_connect", address_));
}

}  // namespace
}  // namespace eventfilter::selftest
