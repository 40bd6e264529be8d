// SPDX-License-Identifier: BSD-2-Clause
#include "support/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

#include "support/require.h"

namespace eventfilter::selftest {

unsigned Address::port() const {
  return ntohs(storage.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port
                   : reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

Address Address::called(sa_family_t family) const {
  Address other = *this;
  other.storage.ss_family = family;
  return other;
}

Address Address::with_port(unsigned port) const {
  Address other = *this;
  // At the same place in both
  reinterpret_cast<sockaddr_in*>(&other.storage)->sin_port = htons(static_cast<uint16_t>(port));
  return other;
}

Address ip_address(const std::string& text, unsigned port) {
  Address address;
  auto* const ipv4 = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* const ipv6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (text.find(':') == std::string::npos) {
    ipv4->sin_family = AF_INET;
    address.length = sizeof(*ipv4);
    require(inet_pton(AF_INET, text.c_str(), &ipv4->sin_addr) == 1, text);
  } else {
    ipv6->sin6_family = AF_INET6;
    address.length = sizeof(*ipv6);
    require(inet_pton(AF_INET6, text.c_str(), &ipv6->sin6_addr) == 1, text);
  }
  return address.with_port(port);
}

Address unix_address(const std::string& path) {
  Address address;
  auto* const name = reinterpret_cast<sockaddr_un*>(&address.storage);
  require(path.size() < sizeof(name->sun_path), "the path of a unix socket is too long");
  name->sun_family = AF_UNIX;
  std::memcpy(name->sun_path, path.data(), path.size());
  address.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
  return address;
}

Address abstract_address(const std::string& name) {
  Address address = unix_address('x' + name);
  reinterpret_cast<sockaddr_un*>(&address.storage)->sun_path[0] = '\0';
  --address.length;
  return address;
}

Address address_of(int socket) {
  Address address;
  address.length = sizeof(address.storage);
  require_call(
      getsockname(socket, reinterpret_cast<sockaddr*>(&address.storage), &address.length),
      "getsockname");
  return address;
}

Fd make_socket(int family, int type, int protocol) {
  return Fd(require_fd(socket(family, type | SOCK_CLOEXEC, protocol), "socket"));
}

long connect_to(int socket, const Address& address) {
  return connect(socket, address.get(), address.length);
}

long bind_to(int socket, const Address& address) {
  return bind(socket, address.get(), address.length);
}

Fd bound_socket(const Address& address, int type, int protocol) {
  Fd made = make_socket(address.storage.ss_family, type, protocol);
  // What an earlier case connected to is remembered for a while
  const int on = 1;
  if (type == SOCK_STREAM && address.storage.ss_family != AF_UNIX) {
    setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  }
  require_call(bind_to(made.get(), address), "bind");
  return made;
}

Fd listening_socket(const Address& address, int type, int protocol) {
  Fd made = bound_socket(address, type, protocol);
  require_call(listen(made.get(), 128), "listen");
  return made;
}

Fd connected_socket(const Address& address, int type, int protocol) {
  Fd made = make_socket(address.storage.ss_family, type, protocol);
  require_call(connect_to(made.get(), address), "connect");
  return made;
}

long try_socket(int family, int type, int protocol) {
  const Fd made(socket(family, type | SOCK_CLOEXEC, protocol));
  return made.is_open() ? 0 : -1;
}

long try_bind(const Address& address, int type, int protocol) {
  const Fd made = make_socket(address.storage.ss_family, type, protocol);
  return bind_to(made.get(), address);
}

long try_connect(const Address& address, int type, int protocol) {
  const Fd made = make_socket(address.storage.ss_family, type, protocol);
  return connect_to(made.get(), address);
}

long send_byte(int socket, int flags) { return send(socket, "x", 1, flags | MSG_NOSIGNAL); }

long send_byte_to(int socket, const Address& address, int flags) {
  return sendto(socket, "x", 1, flags | MSG_NOSIGNAL, address.get(), address.length);
}

long send_byte_by_sendmsg(int socket, const Address* address, int flags) {
  char byte = 'x';
  iovec data{&byte, 1};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (address != nullptr) {
    message.msg_name = const_cast<sockaddr*>(address->get());
    message.msg_namelen = address->length;
  }
  return sendmsg(socket, &message, flags | MSG_NOSIGNAL);
}

long receive_byte(int socket, int flags) {
  char byte;
  return recv(socket, &byte, 1, flags);
}

}  // namespace eventfilter::selftest
