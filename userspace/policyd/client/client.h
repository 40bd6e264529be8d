// SPDX-License-Identifier: BSD-2-Clause
//
// A program's side of docs/protocol.md: asks and waits for the answer. When the daemon is restarted the
// connection is made again and the question is asked again, for as long as the caller is patient;
// what was answered holds, whatever happens to the daemon.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "ipc/client_protocol.h"
#include "ipc/message.h"

namespace eventfilter::client {

inline constexpr const char* kSocket = "/run/policyd/socket";
inline constexpr const char* kAdminSocket = "/run/policyd/admin";

// An answer and the descriptors that came with it.
template <typename T>
struct Answer {
  T message;
  std::vector<base::Fd> descriptors;
};

// What was asked for; a refusal of the daemon's; or that it can't be reached (ECONNREFUSED, ENOENT: it
// isn't running; EACCES: the socket isn't for the caller; EPROTO: what answered is something else).
template <typename T>
using Asked = std::variant<Answer<T>, ipc::Refusal, base::Error>;

class Client {
 public:
  explicit Client(std::string path = kSocket, std::chrono::milliseconds patience = std::chrono::seconds(5))
      : path_(std::move(path)), patience_(patience) {}

  template <typename T, typename Q>
  Asked<T> ask(const Q& question, const std::vector<int>& descriptors = {}) {
    auto raw = exchange(Q::kType, ipc::encode(question), T::kType, descriptors);
    if (auto* const refusal = std::get_if<ipc::Refusal>(&raw)) return std::move(*refusal);
    if (auto* const error = std::get_if<base::Error>(&raw)) return std::move(*error);
    auto& got = std::get<Raw>(raw);
    auto message = ipc::decode<T>(got.content);
    if (!message) return protocol_error();
    return Answer<T>{std::move(*message), std::move(got.descriptors)};
  }

  // After Subscribe: the next message that comes, waited for. An error: the connection is gone.
  base::Result<ipc::Denied> next_denied();

  // Whether one of them came already, before an answer: then there may be nothing to poll for.
  bool has_early() const { return !early_.empty(); }

  // EPROTO: what answers isn't policyd.
  static base::Error protocol_error();

  // To be polled for the next; -1 while there is no connection.
  int socket() const { return socket_.get(); }

 private:
  struct Raw {
    std::string content;
    std::vector<base::Fd> descriptors;
  };
  using RawAnswer = std::variant<Raw, ipc::Refusal, base::Error>;

  RawAnswer exchange(std::uint16_t type, const std::string& content, std::uint16_t expected,
                     const std::vector<int>& descriptors);
  RawAnswer exchange_once(std::uint16_t type, const std::string& content, std::uint16_t expected,
                          const std::vector<int>& descriptors);
  RawAnswer wait_for(std::uint32_t id, std::uint16_t expected);

  std::string path_;
  std::chrono::milliseconds patience_;
  base::Fd socket_;
  std::uint32_t last_ = 0;
  std::vector<ipc::Denied> early_;  // what came before an answer
};

}  // namespace eventfilter::client
