// SPDX-License-Identifier: BSD-2-Clause
#include "support/channel.h"

#include <sys/socket.h>

#include <cstring>

#include "support/require.h"

namespace eventfilter::selftest {
namespace {

struct Pair {
  int fd[2];
};

Pair make_pair_of_sockets() {
  Pair pair{};
  require_call(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.fd), "socketpair");
  return pair;
}

}  // namespace

Channel::Channel() : parent_(-1), child_(-1) {
  const Pair pair = make_pair_of_sockets();
  parent_ = End(pair.fd[0]);
  child_ = End(pair.fd[1]);
}

void Channel::End::send(int value) const {
  require(::send(fd(), &value, sizeof(value), MSG_NOSIGNAL) == sizeof(value), "send on a channel");
}

int Channel::End::receive() const {
  int value = 0;
  require(recv(fd(), &value, sizeof(value), 0) == sizeof(value),
          "receive on a channel: the other side is gone");
  return value;
}

void Channel::End::send_fd(int sent) const {
  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &sent, sizeof(sent));
  require_call(sendmsg(fd(), &message, MSG_NOSIGNAL), "sendmsg of a descriptor");
}

Fd Channel::End::receive_fd() const {
  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  require_call(recvmsg(fd(), &message, MSG_CMSG_CLOEXEC), "recvmsg of a descriptor");
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  require(header != nullptr && header->cmsg_type == SCM_RIGHTS, "no descriptor came");
  int received = -1;
  std::memcpy(&received, CMSG_DATA(header), sizeof(received));
  return Fd(received);
}

}  // namespace eventfilter::selftest
