// SPDX-License-Identifier: BSD-2-Clause
#include "client/client.h"

#include <algorithm>
#include <cerrno>
#include <thread>

#include "ipc/frame.h"
#include "ipc/socket.h"

namespace eventfilter::client {
namespace {

constexpr std::chrono::milliseconds kFirstPause{10};
constexpr std::chrono::milliseconds kLongestPause{200};

// What a daemon that is being restarted looks like.
bool passes(int code) {
  return code == ECONNREFUSED || code == ENOENT || code == EPIPE || code == ECONNRESET || code == EAGAIN;
}

}  // namespace

base::Error Client::protocol_error() {
  return {EPROTO, "what answered doesn't speak policyd's protocol"};
}

Client::RawAnswer Client::wait_for(std::uint32_t id, std::uint16_t expected) {
  for (;;) {
    auto received = ipc::receive_message(socket_.get(), ipc::kMaxDescriptors);
    // Told before what was said last: why the connection was closed
    if (!received && received.error().code == ECONNRESET)
      received = ipc::receive_message(socket_.get(), ipc::kMaxDescriptors);
    if (!received) return received.error();
    ipc::Message message = std::move(received).value();
    if (message.bytes.empty()) return base::system_error(ECONNRESET, path_);
    const auto parsed = ipc::parse_frame(message.bytes);
    const auto* const frame = std::get_if<ipc::Frame>(&parsed);
    if (frame == nullptr) return protocol_error();
    if (frame->type == ipc::Denied::kType && frame->id == 0) {
      if (auto denied = ipc::decode<ipc::Denied>(frame->content)) early_.push_back(std::move(*denied));
      continue;
    }
    if (frame->type == ipc::Refusal::kType) {
      auto refusal = ipc::decode<ipc::Refusal>(frame->content);
      if (!refusal) return protocol_error();
      return std::move(*refusal);
    }
    if (frame->id != id || frame->type != expected) return protocol_error();
    return Raw{std::string(frame->content), std::move(message.descriptors)};
  }
}

Client::RawAnswer Client::exchange_once(std::uint16_t type, const std::string& content,
                                        std::uint16_t expected, const std::vector<int>& descriptors) {
  if (!socket_) {
    auto connected = ipc::connect_to(path_);
    if (!connected) return connected.error();
    socket_ = std::move(connected).value();
  }
  const std::uint32_t id = ++last_ == 0 ? ++last_ : last_;
  const auto sent = ipc::send_message(socket_.get(), ipc::make_frame(type, id, content), descriptors);
  // Whoever turned the connection away has said why
  if (!sent && sent.error().code != EPIPE) return sent.error();
  return wait_for(id, expected);
}

Client::RawAnswer Client::exchange(std::uint16_t type, const std::string& content,
                                   std::uint16_t expected, const std::vector<int>& descriptors) {
  const auto end = std::chrono::steady_clock::now() + patience_;
  for (auto pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    RawAnswer answer = exchange_once(type, content, expected, descriptors);
    const auto* const error = std::get_if<base::Error>(&answer);
    const auto* const refusal = std::get_if<ipc::Refusal>(&answer);
    if (error != nullptr) socket_.reset();
    const bool again = error != nullptr ? passes(error->code)
                                        : refusal != nullptr && refusal->is(ipc::Code::Unavailable);
    if (!again || std::chrono::steady_clock::now() + pause > end) return answer;
    std::this_thread::sleep_for(pause);
  }
}

base::Result<ipc::Denied> Client::next_denied() {
  if (early_.empty()) {
    auto received = ipc::receive_message(socket_.get(), 0);
    if (!received) return received.error();
    if (received.value().bytes.empty()) return base::system_error(ECONNRESET, path_);
    const auto parsed = ipc::parse_frame(received.value().bytes);
    const auto* const frame = std::get_if<ipc::Frame>(&parsed);
    if (frame == nullptr) return protocol_error();
    if (frame->type == ipc::Refusal::kType) {
      const auto refusal = ipc::decode<ipc::Refusal>(frame->content);
      return refusal ? base::Error{ECONNRESET, refusal->sentence} : protocol_error();
    }
    auto denied = ipc::decode<ipc::Denied>(frame->content);
    if (frame->type != ipc::Denied::kType || !denied) return protocol_error();
    return std::move(*denied);
  }
  ipc::Denied first = std::move(early_.front());
  early_.erase(early_.begin());
  return first;
}

}  // namespace eventfilter::client
