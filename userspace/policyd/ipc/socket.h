// SPDX-License-Identifier: BSD-2-Clause
//
// Messages with descriptors over SOCK_SEQPACKET. Every descriptor that arrives has an owner before
// anything else is looked at, so that no path keeps one open by mistake.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/fd.h"
#include "base/result.h"

namespace eventfilter::ipc {

// Descriptors with one message: as many as a task can have layers.
inline constexpr std::size_t kMaxDescriptors = 64;

struct Message {
  std::string bytes;  // empty: the other side has closed
  std::vector<base::Fd> descriptors;
};

// Sends one message, whole. EAGAIN: the other side doesn't read; EPIPE: it has closed.
base::Result<void> send_message(int socket, std::string_view bytes,
                                const std::vector<int>& descriptors = {});

// Receives one. EMSGSIZE: longer than kMaxFrame, or with more than `max_descriptors`: all of it,
// descriptors included, is gone then. EAGAIN: nothing is there.
base::Result<Message> receive_message(int socket, std::size_t max_descriptors);

// A socket bound to `path` with this mode, which replaces what is there.
base::Result<base::Fd> listen_at(const std::string& path, mode_t mode);

base::Result<base::Fd> connect_to(const std::string& path);

// Who is at the other end: as it was when it connected.
struct Peer {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;
  base::Fd pidfd;  // none if the process is gone
};
base::Result<Peer> peer_of(int socket);

}  // namespace eventfilter::ipc
