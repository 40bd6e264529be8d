// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/labeld_link.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/epoll.h>

#include "ipc/socket.h"

namespace eventfilter::daemon {
namespace {

constexpr std::chrono::milliseconds kRetry{50};

}  // namespace

LabeldLink::~LabeldLink() {
  if (socket_) loop_.remove(socket_.get());
}

ipc::Refusal LabeldLink::gone() {
  return ipc::refuse(ipc::Code::Unavailable, "labeld isn't running");
}

void LabeldLink::start() {
  auto socket = ipc::connect_to(path_);
  const bool good = socket && fcntl(socket.value().get(), F_SETFL, O_NONBLOCK) == 0 &&
                    loop_.add(socket.value().get(), EPOLLIN, [this](std::uint32_t events) { on_event(events); });
  if (!good) {
    loop_.after("labeld", kRetry, [this] { start(); });
    return;
  }
  socket_ = std::move(socket).value();
  ask(ipc::Follow{}, [this](std::variant<ipc::Frame, ipc::Refusal> answer, std::vector<base::Fd> fds) {
    if (const auto* const frame = std::get_if<ipc::Frame>(&answer)) told_(*frame, std::move(fds));
  });
}

void LabeldLink::send(std::string bytes) {
  queue_.push_back(std::move(bytes));
  flush();
}

void LabeldLink::flush() {
  while (socket_ && !queue_.empty()) {
    const auto sent = ipc::send_message(socket_.get(), queue_.front());
    if (!sent && sent.error().code == EAGAIN) return loop_.change(socket_.get(), EPOLLIN | EPOLLOUT);
    if (!sent) return disconnect();
    queue_.pop_front();
  }
  if (socket_) loop_.change(socket_.get(), EPOLLIN);
}

void LabeldLink::on_event(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) flush();
  if (socket_ && (events & EPOLLIN) != 0) return receive();
  if (socket_ && (events & (EPOLLHUP | EPOLLERR)) != 0) disconnect();
}

void LabeldLink::receive() {
  auto received = ipc::receive_message(socket_.get(), ipc::kMaxDescriptors);
  if (!received && received.error().code == EAGAIN) return;
  if (!received || received.value().bytes.empty()) return disconnect();
  ipc::Message message = std::move(received).value();
  const auto parsed = ipc::parse_frame(message.bytes);
  const auto* const frame = std::get_if<ipc::Frame>(&parsed);
  if (frame == nullptr) return disconnect();
  dispatch(*frame, std::move(message.descriptors));
}

void LabeldLink::dispatch(const ipc::Frame& frame, std::vector<base::Fd> descriptors) {
  const auto at = waiting_.find(frame.id);
  if (at == waiting_.end()) return told_(frame, std::move(descriptors));
  const Answered answered = std::move(at->second);
  waiting_.erase(at);
  if (frame.type == ipc::Refusal::kType) {
    const auto refusal = ipc::decode<ipc::Refusal>(frame.content);
    return answered(refusal ? *refusal : gone(), {});
  }
  answered(frame, std::move(descriptors));
}

void LabeldLink::disconnect() {
  loop_.remove(socket_.get());
  socket_.reset();
  queue_.clear();
  const auto waiting = std::move(waiting_);
  waiting_.clear();
  for (const auto& [id, answered] : waiting) answered(gone(), {});
  lost_();
  loop_.after("labeld", kRetry, [this] { start(); });
}

}  // namespace eventfilter::daemon
