// SPDX-License-Identifier: BSD-2-Clause
#include "ipc/socket.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "ipc/frame.h"

namespace eventfilter::ipc {
namespace {

// Connections that wait to be accepted; the kernel caps it by net.core.somaxconn.
constexpr int kBacklog = 1024;

// Takes over all that the kernel has installed, wanted or not.
std::vector<base::Fd> adopt(msghdr& message) {
  std::vector<base::Fd> descriptors;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
      descriptors.emplace_back(fd);
    }
  }
  return descriptors;
}

base::Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return base::system_error(ENAMETOOLONG, path);
  std::memcpy(address.sun_path, path.c_str(), path.size());
  return address;
}

base::Fd new_socket(int flags) {
  return base::Fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | flags, 0));
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

base::Result<void> send_message(int socket, std::string_view bytes,
                                const std::vector<int>& descriptors) {
  iovec part = {const_cast<char*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> control = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptors.size() > kMaxDescriptors) return base::system_error(EMSGSIZE, "sending a message");
  if (!descriptors.empty()) {
    const std::size_t size = descriptors.size() * sizeof(int);
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(size);
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(header), descriptors.data(), size);
  }
  for (;;) {
    if (sendmsg(socket, &message, MSG_NOSIGNAL) >= 0) return {};
    if (errno != EINTR) return base::system_error(errno, "sending a message");
  }
}

base::Result<Message> receive_message(int socket, std::size_t max_descriptors) {
  // One byte more than may come: so a message that is too long is seen to be
  static thread_local std::array<char, kMaxFrame + 1> buffer;
  iovec part = {buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> control;
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = CMSG_SPACE(max_descriptors * sizeof(int));
  ssize_t got = 0;
  do {
    got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return base::system_error(errno, "receiving a message");
  Message received;
  received.descriptors = adopt(message);
  const auto size = static_cast<std::size_t>(got);
  if ((message.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) != 0 || size > kMaxFrame ||
      received.descriptors.size() > max_descriptors)
    return base::system_error(EMSGSIZE, "receiving a message");
  received.bytes.assign(buffer.data(), size);
  return received;
}

base::Result<base::Fd> listen_at(const std::string& path, mode_t mode) {
  const auto address = address_of(path);
  if (!address) return address.error();
  base::Fd fd = new_socket(SOCK_NONBLOCK);
  if (!fd) return base::system_error(errno, path);
  unlink(path.c_str());
  // Nobody connects before the mode is what it should be
  const mode_t old = umask(0777);
  const int bound = bind(fd.get(), generic(address.value()), sizeof(sockaddr_un));
  const int error = errno;
  umask(old);
  if (bound != 0) return base::system_error(error, path);
  if (chmod(path.c_str(), mode) != 0 || listen(fd.get(), kBacklog) != 0)
    return base::system_error(errno, path);
  return fd;
}

base::Result<base::Fd> connect_to(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return address.error();
  base::Fd fd = new_socket(0);
  if (!fd || connect(fd.get(), generic(address.value()), sizeof(sockaddr_un)) != 0)
    return base::system_error(errno, path);
  return fd;
}

base::Result<Peer> peer_of(int socket) {
  ucred credentials = {};
  socklen_t size = sizeof credentials;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    return base::system_error(errno, "asking who a client is");
  Peer peer;
  peer.uid = credentials.uid;
  peer.gid = credentials.gid;
  peer.pid = credentials.pid;
  peer.pidfd.reset(static_cast<int>(syscall(SYS_pidfd_open, credentials.pid, 0)));
  return peer;
}

}  // namespace eventfilter::ipc
