// SPDX-License-Identifier: BSD-2-Clause
//
// The front end's connection to labeld, which comes and goes.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/fd.h"
#include "ipc/frame.h"
#include "ipc/labeld_protocol.h"
#include "ipc/message.h"
#include "service/loop.h"

namespace eventfilter::daemon {

class LabeldLink {
 public:
  // What labeld says, with descriptors; or a refusal: its own, or that it went away.
  using Answered = std::function<void(std::variant<ipc::Frame, ipc::Refusal>, std::vector<base::Fd>)>;
  using Told = std::function<void(const ipc::Frame&, std::vector<base::Fd>)>;

  // `told` hears what comes unasked, and the answer to Follow; `lost` that the connection is gone.
  LabeldLink(service::Loop& loop, std::string path, Told told, std::function<void()> lost)
      : loop_(loop), path_(std::move(path)), told_(std::move(told)), lost_(std::move(lost)) {}
  ~LabeldLink();

  // Connects, now or as soon as that is possible, and follows the policy. Once.
  void start();

  template <typename T>
  void ask(const T& message, Answered answered) {
    if (!socket_) return answered(gone(), {});
    const std::uint32_t id = ++last_ == 0 ? ++last_ : last_;
    waiting_[id] = std::move(answered);
    send(ipc::pack(id, message));
  }

  bool connected() const { return static_cast<bool>(socket_); }

 private:
  static ipc::Refusal gone();
  void send(std::string bytes);
  void flush();
  void on_event(std::uint32_t events);
  void receive();
  void dispatch(const ipc::Frame& frame, std::vector<base::Fd> descriptors);
  void disconnect();

  service::Loop& loop_;
  std::string path_;
  Told told_;
  std::function<void()> lost_;
  base::Fd socket_;
  std::uint32_t last_ = 0;
  std::map<std::uint32_t, Answered> waiting_;
  std::deque<std::string> queue_;
};

}  // namespace eventfilter::daemon
