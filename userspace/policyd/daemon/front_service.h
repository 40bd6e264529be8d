// SPDX-License-Identifier: BSD-2-Clause
//
// What the front end does with requests. Not for others; the entry is front.h.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <eventfilter/avc_page.h>

#include "daemon/answers.h"
#include "daemon/denials.h"
#include "daemon/labeld_link.h"
#include "daemon/vector_table.h"
#include "daemon/who.h"
#include "ipc/policy_view.h"
#include "service/server.h"

namespace eventfilter::daemon {

// Descriptors of rulesets that are held to be handed out again.
inline constexpr std::size_t kMaxCached = 4096;

// Of one user, root excepted: each refusal of his is sent to all of them.
inline constexpr std::size_t kMaxSubscriptions = 16;

class FrontService {
 public:
  FrontService(service::Loop& loop, const std::string& labeld_path, service::Limits limits = {});

  ~FrontService();
  FrontService(const FrontService&) = delete;
  FrontService& operator=(const FrontService&) = delete;

  base::Result<void> listen(base::Fd client);
  void start() { link_.start(); }

 private:
  using Rulesets = std::vector<service::SharedFd>;

  void on_request(const service::Request& request);
  std::vector<std::string> roles_now(const Who& who, const ipc::Peer& peer) const;
  void on_enter(const service::Request& request, const ipc::Enter& asked);
  void on_session(const service::Request& request, const ipc::Session& asked);
  void on_handle(const service::Request& request, const ipc::Handle& asked);
  void on_numbers(const service::Request& request, const ipc::GetNumbersView& asked);
  void on_check(const service::Request& request, const ipc::CheckNumbersView& asked);
  void on_subscribe(const service::Request& request);
  void on_told(const ipc::Frame& frame, std::vector<base::Fd> descriptors);
  void on_policy(const ipc::Frame& frame, std::vector<base::Fd> descriptors);
  void on_denied(std::optional<uid_t> uid, const ipc::Denied& denied);

  template <typename T>
  void reply(const service::Request& request, const T& message) {
    server_.answer(request.client, ipc::pack(request.frame.id, message));
  }
  template <typename T, typename Act>
  void with(const service::Request& request, Act act);
  void refuse(const service::Request& request, ipc::Code code, std::string_view detail = {});

  // Rulesets out of the cache, or by asking labeld with `question`.
  template <typename T>
  void hand_out(const service::Request& request, const std::string& what, uid_t uid, const T& question,
                ipc::Entered entered);
  void remember(const std::string& what, uid_t uid, const Rulesets& rulesets);
  ipc::State state() const;

  service::Server server_;
  eventfilter_avc_page* page_ = nullptr;
  service::SharedFd page_fd_;
  Denials denials_;
  LabeldLink link_;
  std::optional<ipc::PolicyView> policy_;
  VectorTable vectors_;
  std::uint64_t number_ = 0;
  // Of the numbers that are given to domains, classes and labels. No policy has that of another one, were it the
  // other of a labeld or a front end before, whose policies began with 1 as well: the first is drawn by lot.
  std::uint64_t edition_;
  bool told_ = false;  // by the labeld that is running
  std::string problem_ = "labeld isn't running";
  std::map<std::pair<std::string, uid_t>, Rulesets> cache_;
  std::size_t cached_ = 0;
  std::map<service::ClientId, std::uint64_t> subscribers_;  // how many each has missed
};

}  // namespace eventfilter::daemon
