// SPDX-License-Identifier: BSD-2-Clause
//
// In labeld's place, where there is no kernel with event filters: hands out a policy and, as rulesets,
// some other descriptor.
#pragma once

#include <string>
#include <utility>

#include <fcntl.h>

#include "ipc/labeld_protocol.h"
#include "ipc/message.h"
#include "ipc/policy_view.h"
#include "service/server.h"

namespace eventfilter::daemon {

class FakeLabeld {
 public:
  FakeLabeld(service::Loop& loop, ipc::PolicyView view)
      : server_(loop, {}),
        view_(std::move(view)),
        null_(std::make_shared<const base::Fd>(open("/dev/null", O_RDONLY | O_CLOEXEC))) {}

  bool listen(const std::string& path) {
    auto listener = ipc::listen_at(path, 0600);
    return listener && server_.listen(
                           std::move(listener).value(), 0, [](const ipc::Peer&) { return true; },
                           [this](service::Request request) { handle(request); });
  }

 private:
  void handle(const service::Request& request) {
    const std::uint32_t id = request.frame.id;
    if (request.frame.type == ipc::Follow::kType) {
      auto memory = ipc::seal(view_);
      if (!memory) return;
      server_.answer(request.client, ipc::pack(id, ipc::Policy{1, ""}),
                     {std::make_shared<const base::Fd>(std::move(memory).value())});
    } else {
      server_.answer(request.client, ipc::pack(id, ipc::Rulesets{1}), {null_});
    }
  }

  service::Server server_;
  ipc::PolicyView view_;
  service::SharedFd null_;
};

}  // namespace eventfilter::daemon
