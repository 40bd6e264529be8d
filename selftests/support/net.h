// SPDX-License-Identifier: BSD-2-Clause
// Sockets and addresses. The guest has nothing but the loopback interface, so addresses are in
// 127.0.0.0/8 or ::1; others can be asked for, too, and fail after the filters.
#pragma once

#include <sys/socket.h>

#include <string>

#include "support/fd.h"

namespace eventfilter::selftest {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] unsigned port() const;
  // The same bytes, said to be of another family
  [[nodiscard]] Address called(sa_family_t family) const;
  [[nodiscard]] Address with_port(unsigned port) const;
};

// "127.0.0.1" or "::1"
Address ip_address(const std::string& text, unsigned port);
Address unix_address(const std::string& path);
Address abstract_address(const std::string& name);
// Where a socket is bound
Address address_of(int socket);

// These end the test when they fail
Fd make_socket(int family, int type, int protocol = 0);
Fd bound_socket(const Address& address, int type, int protocol = 0);
Fd listening_socket(const Address& address, int type = SOCK_STREAM, int protocol = 0);
Fd connected_socket(const Address& address, int type, int protocol = 0);

// 0, or -1 with errno
long try_socket(int family, int type, int protocol = 0);
long try_bind(const Address& address, int type, int protocol = 0);
long try_connect(const Address& address, int type, int protocol = 0);
long connect_to(int socket, const Address& address);
long bind_to(int socket, const Address& address);

// One byte; 1, or -1 with errno. send_by takes an address, or none.
long send_byte(int socket, int flags = 0);
long send_byte_to(int socket, const Address& address, int flags = 0);
long send_byte_by_sendmsg(int socket, const Address* address = nullptr, int flags = 0);
long receive_byte(int socket, int flags = MSG_DONTWAIT);

}  // namespace eventfilter::selftest
