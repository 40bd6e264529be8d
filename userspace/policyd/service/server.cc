// SPDX-License-Identifier: BSD-2-Clause
#include "service/server.h"

#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "ipc/message.h"

namespace eventfilter::service {
namespace {

// What is waited for by who may be heard.
constexpr std::uint32_t kListening = EPOLLIN | EPOLLRDHUP;
// Bytes that the kernel keeps for one client that doesn't read; it doubles the number
constexpr int kSendBuffer = static_cast<int>(ipc::kMaxFrame) + 16'384;
// How long no connection is accepted when there are no descriptors left
constexpr std::chrono::milliseconds kBreath{100};

}  // namespace

Server::~Server() {
  for (const auto& [id, client] : clients_) loop_.remove(client.socket.get());
  for (const auto& port : ports_) loop_.remove(port->listener.get());
}

base::Result<void> Server::listen(base::Fd listener, std::size_t descriptors, Admission admission,
                                  Handler handler) {
  auto& port = *ports_.emplace_back(std::make_unique<Port>());
  port = {std::move(listener), descriptors, std::move(admission), std::move(handler)};
  return loop_.add(port.listener.get(), EPOLLIN, [this, &port](std::uint32_t) { accept_one(port); });
}

void Server::accept_one(const Port& port) {
  base::Fd socket(accept4(port.listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket) {
    if (errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS) return;
    // It would be ready again at once: rather let those who are served finish
    loop_.change(port.listener.get(), 0);
    loop_.after("breath of " + std::to_string(port.listener.get()), kBreath,
                [this, &port] { loop_.change(port.listener.get(), EPOLLIN); });
    return;
  }
  auto peer = ipc::peer_of(socket.get());
  if (!peer) return;
  admit(port, std::move(socket), std::move(peer).value());
}

void Server::admit(const Port& port, base::Fd socket, ipc::Peer peer) {
  setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
  const auto turn_away = [&](const ipc::Refusal& refusal) {
    ++refused_;
    (void)ipc::send_message(socket.get(), ipc::pack(0, refusal)).ok();
  };
  if (!port.admission(peer))
    return turn_away(ipc::refuse(ipc::Code::NotPermitted, "this socket isn't for you"));
  const auto of_user = of_user_.find(peer.uid);
  if (clients_.size() >= limits_.clients ||
      (peer.uid != 0 && of_user != of_user_.end() && of_user->second >= limits_.clients_of_user))
    return turn_away(ipc::refuse(ipc::Code::TooMany, "connections"));
  const ClientId id = ++last_;
  const int fd = socket.get();
  if (!loop_.add(fd, kListening, [this, id](std::uint32_t events) { handle(id, events); }))
    return;
  ++of_user_[peer.uid];
  Client& client = clients_[id];
  client.socket = std::move(socket);
  client.peer = std::move(peer);
  client.port = &port;
  client.events = kListening;
}

void Server::handle(ClientId id, std::uint32_t events) {
  const auto at = clients_.find(id);
  if (at == clients_.end()) return;
  Client& client = at->second;
  if ((events & EPOLLOUT) != 0 && !flush(id, client)) return;
  if ((events & EPOLLIN) != 0 && !client.waits && client.queue.empty()) return read_one(id, client);
  // Closed, or half closed: whoever sends nothing more and waits for nothing is done
  if ((events & (EPOLLERR | EPOLLHUP)) != 0 || (events & (EPOLLRDHUP | EPOLLIN)) == EPOLLRDHUP)
    drop(id);
}

void Server::read_one(ClientId id, Client& client) {
  auto received = ipc::receive_message(client.socket.get(), client.port->descriptors);
  if (!received) {
    if (received.error().code == EAGAIN) return;
    if (received.error().code == EMSGSIZE)
      return refuse_and_close(id, ipc::refuse(ipc::Code::BadFrame));
    return drop(id);
  }
  ipc::Message message = std::move(received).value();
  if (message.bytes.empty()) return drop(id);
  const auto parsed = ipc::parse_frame(message.bytes);
  if (const auto* refusal = std::get_if<ipc::Refusal>(&parsed)) return refuse_and_close(id, *refusal);
  client.waits = true;
  client.port->handler({id, std::get<ipc::Frame>(parsed), std::move(message.descriptors), &client.peer});
  // Most are answered by now, and then nothing changes
  if (const auto at = clients_.find(id); at != clients_.end()) listen_as_due(at->second);
}

void Server::answer(ClientId id, std::string bytes, const std::vector<SharedFd>& descriptors) {
  const auto at = clients_.find(id);
  if (at == clients_.end()) return;
  at->second.waits = false;
  at->second.queued += bytes.size();
  at->second.queue.push_back({std::move(bytes), descriptors});
  flush(id, at->second);
}

bool Server::tell(ClientId id, std::string bytes, const std::vector<SharedFd>& descriptors) {
  const auto at = clients_.find(id);
  if (at == clients_.end()) return true;
  Client& client = at->second;
  const bool room = client.queue.size() < limits_.events && client.queued + bytes.size() <= limits_.event_bytes;
  if (!room && !client.queue.empty()) return false;
  client.queued += bytes.size();
  client.queue.push_back({std::move(bytes), descriptors});
  flush(id, client);
  return true;
}

// False if the client is gone with it.
bool Server::flush(ClientId id, Client& client) {
  while (!client.queue.empty()) {
    const Outgoing& next = client.queue.front();
    std::vector<int> descriptors;
    for (const SharedFd& one : next.descriptors) descriptors.push_back(one->get());
    const auto sent = ipc::send_message(client.socket.get(), next.bytes, descriptors);
    if (!sent && sent.error().code == EAGAIN) break;
    if (!sent) {
      drop(id);
      return false;
    }
    client.queued -= next.bytes.size();
    client.queue.pop_front();
    client.stuck_since = {};
  }
  if (!client.queue.empty() && client.stuck_since == Loop::Clock::time_point{}) {
    client.stuck_since = Loop::Clock::now();
    loop_.after("slow clients", limits_.unread, [this] { cut_off_slow(); });
  }
  listen_as_due(client);
  return true;
}

void Server::listen_as_due(Client& client) {
  std::uint32_t events = 0;
  if (!client.queue.empty()) events = EPOLLOUT;
  else if (!client.waits) events = kListening;
  if (events == client.events) return;
  client.events = events;
  loop_.change(client.socket.get(), events);
}

void Server::cut_off_slow() {
  const auto now = Loop::Clock::now();
  std::vector<ClientId> slow;
  bool others = false;
  for (const auto& [id, client] : clients_) {
    if (client.stuck_since == Loop::Clock::time_point{}) continue;
    if (now - client.stuck_since >= limits_.unread) slow.push_back(id);
    else others = true;
  }
  for (const ClientId id : slow) refuse_and_close(id, ipc::refuse(ipc::Code::TooSlow));
  if (others) loop_.after("slow clients", limits_.unread / 4, [this] { cut_off_slow(); });
}

void Server::refuse_and_close(ClientId id, const ipc::Refusal& refusal) {
  ++refused_;
  if (const auto at = clients_.find(id); at != clients_.end())
    (void)ipc::send_message(at->second.socket.get(), ipc::pack(0, refusal)).ok();
  drop(id);
}

void Server::drop(ClientId id) {
  const auto at = clients_.find(id);
  if (at == clients_.end()) return;
  loop_.remove(at->second.socket.get());
  const uid_t uid = at->second.peer.uid;
  if (--of_user_[uid] == 0) of_user_.erase(uid);
  clients_.erase(at);
  if (gone_) gone_(id);
}

const ipc::Peer* Server::peer_of(ClientId client) const {
  const auto at = clients_.find(client);
  return at == clients_.end() ? nullptr : &at->second.peer;
}

}  // namespace eventfilter::service
