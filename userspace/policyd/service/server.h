// SPDX-License-Identifier: BSD-2-Clause
//
// Many clients, none of them trusted: each costs a bounded amount of memory, descriptors and time. One
// message is read from each in turn; while an answer waits to be sent, or to be made, the client
// isn't listened to; whoever doesn't read for too long is cut off.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "ipc/frame.h"
#include "ipc/socket.h"
#include "service/loop.h"

namespace eventfilter::service {

using SharedFd = std::shared_ptr<const base::Fd>;
using ClientId = std::uint64_t;

struct Limits {
  std::size_t clients = 4096;
  std::size_t clients_of_user = 1024;           // root's are limited by `clients` alone
  std::size_t events = 256;                     // unasked messages that wait for one client
  std::size_t event_bytes = 65'536;             // ... and their bytes, beside what the kernel keeps
  std::chrono::milliseconds unread{10'000};     // how long an answer may wait to be read
};

// A request, with the descriptors that came with it.
struct Request {
  ClientId client = 0;
  ipc::Frame frame;
  std::vector<base::Fd> descriptors;
  const ipc::Peer* peer = nullptr;
};

class Server {
 public:
  // Takes a request, and answers it at once or later: once in any case, or closes the client.
  using Handler = std::function<void(Request)>;
  // Whether a peer may be a client at all.
  using Admission = std::function<bool(const ipc::Peer&)>;

  Server(Loop& loop, Limits limits) : loop_(loop), limits_(limits) {}
  ~Server();

  // Accepts what comes from a listening socket, whose messages may have `descriptors` of them.
  base::Result<void> listen(base::Fd listener, std::size_t descriptors, Admission admission,
                            Handler handler);

  // Answers the request that the client is waiting for. A client that is gone is none to worry about.
  void answer(ClientId client, std::string bytes, const std::vector<SharedFd>& descriptors = {});

  // What wasn't asked for. False: too much waits for the client already, so this was dropped.
  bool tell(ClientId client, std::string bytes, const std::vector<SharedFd>& descriptors = {});

  // Sends what can be sent, and closes.
  void refuse_and_close(ClientId client, const ipc::Refusal& refusal);

  void on_gone(std::function<void(ClientId)> gone) { gone_ = std::move(gone); }

  std::size_t size() const { return clients_.size(); }
  std::uint64_t refused() const { return refused_; }
  const ipc::Peer* peer_of(ClientId client) const;

 private:
  struct Port {
    base::Fd listener;
    std::size_t descriptors;
    Admission admission;
    Handler handler;
  };
  struct Outgoing {
    std::string bytes;
    std::vector<SharedFd> descriptors;
  };
  struct Client {
    base::Fd socket;
    ipc::Peer peer;
    const Port* port = nullptr;
    std::deque<Outgoing> queue;
    std::size_t queued = 0;    // bytes in it
    std::uint32_t events = 0;  // that are waited for
    bool waits = false;        // for an answer that is still to be made
    Loop::Clock::time_point stuck_since;
  };

  void accept_one(const Port& port);
  void admit(const Port& port, base::Fd socket, ipc::Peer peer);
  void handle(ClientId id, std::uint32_t events);
  void read_one(ClientId id, Client& client);
  bool flush(ClientId id, Client& client);
  void listen_as_due(Client& client);
  void drop(ClientId id);
  void cut_off_slow();

  Loop& loop_;
  Limits limits_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::map<ClientId, Client> clients_;
  std::map<uid_t, std::size_t> of_user_;
  std::function<void(ClientId)> gone_;
  ClientId last_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace eventfilter::service
