// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/front_service.h"

#include <algorithm>
#include <random>

#include "daemon/circumstances.h"

namespace eventfilter::daemon {

using ipc::Code;
using service::Request;

namespace {

std::uint64_t by_lot() {
  std::random_device random;
  return static_cast<std::uint64_t>(random()) << 32 | random();
}

}  // namespace

FrontService::FrontService(service::Loop& loop, const std::string& labeld_path, service::Limits limits)
    : server_(loop, limits),
      denials_(loop, [this](auto uid, const ipc::Denied& denied) { on_denied(uid, denied); }),
      link_(
          loop, labeld_path,
          [this](const ipc::Frame& frame, std::vector<base::Fd> fds) { on_told(frame, std::move(fds)); },
          // It tells of all records again
          [this] {
            told_ = false;
            denials_.clear();
          }),
      edition_(by_lot()) {
  server_.on_gone([this](service::ClientId client) { subscribers_.erase(client); });
  if (const int page = eventfilter_avc_page_create(&page_); page >= 0)
    page_fd_ = std::make_shared<const base::Fd>(base::Fd(page));
}

FrontService::~FrontService() {
  if (page_ != nullptr) eventfilter_avc_page_destroy(page_);
}

base::Result<void> FrontService::listen(base::Fd client) {
  return server_.listen(
      std::move(client), 0, [](const ipc::Peer&) { return true; },
      [this](const Request& request) { on_request(request); });
}

void FrontService::refuse(const Request& request, Code code, std::string_view detail) {
  reply(request, ipc::refuse(code, detail));
}

template <typename T, typename Act>
void FrontService::with(const Request& request, Act act) {
  const auto asked = ipc::unpack<T>(request.frame);
  if (const auto* const refusal = std::get_if<ipc::Refusal>(&asked)) return reply(request, *refusal);
  act(std::get<T>(asked));
}

void FrontService::on_request(const Request& request) {
  const auto answer = [&](const auto& result) {
    std::visit([&](const auto& one) { reply(request, one); }, result);
  };
  const std::uint16_t type = request.frame.type;
  if (type == ipc::Status::kType)
    return with<ipc::Status>(request, [&](const auto&) { reply(request, state()); });
  if (type == ipc::Subscribe::kType)
    return with<ipc::Subscribe>(request, [&](const auto&) { on_subscribe(request); });
  if (type == ipc::GetPage::kType)
    return with<ipc::GetPage>(request, [&](const auto&) {
      if (!page_fd_) return refuse(request, Code::Unavailable, "there was no memory for the page");
      server_.answer(request.client, ipc::pack(request.frame.id, ipc::Done{}), {page_fd_});
    });
  const bool known = type == ipc::Enter::kType || type == ipc::Session::kType ||
                     type == ipc::Check::kType || type == ipc::Explain::kType ||
                     type == ipc::Classes::kType || type == ipc::GetNumbers::kType ||
                     type == ipc::CheckNumbers::kType || type == ipc::Handle::kType;
  if (!known) return refuse(request, Code::UnknownType, std::to_string(type));
  // Before labeld has said what there is, nobody can say that there is nothing
  if (!policy_ && !told_) return refuse(request, Code::Unavailable, "labeld isn't running");
  if (!policy_) return refuse(request, Code::NoPolicy, problem_);
  switch (type) {
    case ipc::Enter::kType:
      return with<ipc::Enter>(request, [&](const ipc::Enter& asked) { on_enter(request, asked); });
    case ipc::Session::kType:
      return with<ipc::Session>(request, [&](const ipc::Session& asked) { on_session(request, asked); });
    case ipc::Handle::kType:
      return with<ipc::Handle>(request, [&](const ipc::Handle& asked) { on_handle(request, asked); });
    case ipc::Check::kType:
      return with<ipc::CheckView>(request, [&](const ipc::CheckView& asked) {
        auto result = vectors_.check(asked);
        if (auto* const vectors = std::get_if<ipc::Vectors>(&result)) vectors->policy = number_;
        answer(result);
      });
    case ipc::GetNumbers::kType:
      return with<ipc::GetNumbersView>(request,
                                       [&](const ipc::GetNumbersView& asked) { on_numbers(request, asked); });
    case ipc::CheckNumbers::kType:
      return with<ipc::CheckNumbersView>(request,
                                         [&](const ipc::CheckNumbersView& asked) { on_check(request, asked); });
    case ipc::Explain::kType:
      return with<ipc::Explain>(request, [&](const ipc::Explain& asked) { answer(explain(*policy_, asked)); });
    default:
      return with<ipc::Classes>(request, [&](const ipc::Classes& asked) {
        const ipc::ViewList* const found = policy_->find_class(asked.user_class);
        if (found == nullptr) return refuse(request, Code::NoSuchClass, asked.user_class);
        reply(request, ipc::ClassBits{found->items});
      });
  }
}

template <typename T>
void FrontService::hand_out(const Request& request, const std::string& what, uid_t uid,
                            const T& question, ipc::Entered entered) {
  if (const auto known = cache_.find({what, uid}); known != cache_.end()) {
    entered.policy = number_;
    return server_.answer(request.client, ipc::pack(request.frame.id, entered), known->second);
  }
  link_.ask(question, [this, what, uid, entered, client = request.client, id = request.frame.id](
                          std::variant<ipc::Frame, ipc::Refusal> result, std::vector<base::Fd> fds) mutable {
    if (const auto* const refusal = std::get_if<ipc::Refusal>(&result))
      return server_.answer(client, ipc::pack(id, *refusal));
    const auto answer = ipc::decode<ipc::Rulesets>(std::get<ipc::Frame>(result).content);
    if (!answer || fds.empty())
      return server_.answer(client, ipc::pack(id, ipc::refuse(Code::Unavailable, "labeld sent no rulesets")));
    Rulesets rulesets;
    for (base::Fd& fd : fds) rulesets.push_back(std::make_shared<const base::Fd>(std::move(fd)));
    entered.policy = answer->policy;
    // Those of another policy than the one that is known here are good, but not to be kept
    if (answer->policy == number_) remember(what, uid, rulesets);
    server_.answer(client, ipc::pack(id, entered), rulesets);
  });
}

void FrontService::remember(const std::string& what, uid_t uid, const Rulesets& rulesets) {
  if (cached_ + rulesets.size() > kMaxCached) {
    cache_.clear();
    cached_ = 0;
  }
  if (cache_.try_emplace({what, uid}, rulesets).second) cached_ += rulesets.size();
}

// Those whose constraints hold.
std::vector<std::string> FrontService::roles_now(const Who& who, const ipc::Peer& peer) const {
  std::vector<std::string> roles = roles_of(*policy_, who);
  if (policy_->constraints.empty()) return roles;
  const analysis::Circumstances circumstances = circumstances_of(who, peer);
  std::erase_if(roles, [&](const std::string& role) { return !meets(*policy_, role, circumstances); });
  return roles;
}

void FrontService::on_enter(const Request& request, const ipc::Enter& asked) {
  if (policy_->find_domain(asked.domain) == nullptr)
    return refuse(request, Code::NoSuchDomain, asked.domain);
  const uid_t uid = request.peer->uid;
  if (!policy_->users.empty() && uid != 0) {
    const auto who = who_is(uid);
    const std::string domain = " the domain \"" + asked.domain + '"';
    if (!who || !may_enter(*policy_, *who, roles_of(*policy_, *who), asked.domain))
      return refuse(request, Code::NotPermitted, "no role that the policy gives you has" + domain);
    if (!may_enter(*policy_, *who, roles_now(*who, *request.peer), asked.domain))
      return refuse(request, Code::NotPermitted, "no role that you can take on here and now has" + domain);
  }
  hand_out(request, "domain " + asked.domain, uid, ipc::GetRulesets{asked.domain, uid},
           {0, "", fixed_in(*policy_, asked.domain)});
}

void FrontService::on_session(const Request& request, const ipc::Session& asked) {
  const uid_t peer = request.peer->uid;
  const auto who = asked.user.empty() ? who_is(peer) : who_is(asked.user);
  if (!who) {
    return refuse(request, Code::NoSuchUser,
                  asked.user.empty() ? std::to_string(peer) : '"' + asked.user + '"');
  }
  if (who->uid != peer && peer != 0)
    return refuse(request, Code::NotPermitted, "sessions of others are for root to begin");
  const std::vector<std::string> roles = roles_of(*policy_, *who);
  if (!asked.role.empty() && policy_->find_role(asked.role) == nullptr)
    return refuse(request, Code::NoSuchRole, asked.role);
  if (roles.empty())
    return refuse(request, Code::NotPermitted, "the policy gives " + who->name + " no role");
  const std::vector<std::string> now = roles_now(*who, *request.peer);
  if (now.empty())
    return refuse(request, Code::NotPermitted, "the policy gives " + who->name + " no role here and now");
  const std::string role = asked.role.empty() ? now.front() : asked.role;
  if (std::find(roles.begin(), roles.end(), role) == roles.end()) {
    return refuse(request, Code::NotPermitted,
                  "the policy doesn't give " + who->name + " the role \"" + role + '"');
  }
  if (std::find(now.begin(), now.end(), role) == now.end())
    return refuse(request, Code::NotPermitted, "the role \"" + role + "\" can't be taken on here and now");
  hand_out(request, "role " + role, who->uid, ipc::GetSession{role, who->uid}, {0, role, {}});
}

// Whoever holds a description may attach rules of his own to it, so the policy's are no privilege.
void FrontService::on_handle(const Request& request, const ipc::Handle& asked) {
  const ipc::ViewDomain* const found = policy_->find_handle(asked.name);
  if (found == nullptr) return refuse(request, Code::NoSuchHandle, asked.name);
  const uid_t uid = request.peer->uid;
  hand_out(request, std::string(ipc::kHandlePrefix) + asked.name, uid, ipc::GetHandle{asked.name, uid},
           {0, "", found->fixed});
}

void FrontService::on_numbers(const Request& request, const ipc::GetNumbersView& asked) {
  auto result = vectors_.numbers(asked);
  if (const auto* const refusal = std::get_if<ipc::Refusal>(&result)) return reply(request, *refusal);
  auto& numbers = std::get<ipc::Numbers>(result);
  numbers.edition = edition_;
  reply(request, numbers);
}

void FrontService::on_check(const Request& request, const ipc::CheckNumbersView& asked) {
  if (asked.edition != edition_) return refuse(request, Code::Stale, std::to_string(number_));
  auto result = vectors_.check(asked.questions, number_, request.frame.id);
  if (const auto* const refusal = std::get_if<ipc::Refusal>(&result)) return reply(request, *refusal);
  server_.answer(request.client, std::get<std::string>(std::move(result)));
}

void FrontService::on_subscribe(const Request& request) {
  const uid_t uid = request.peer->uid;
  const auto his = std::count_if(subscribers_.begin(), subscribers_.end(), [&](const auto& one) {
    return one.first != request.client && server_.peer_of(one.first)->uid == uid;
  });
  if (uid != 0 && static_cast<std::size_t>(his) >= kMaxSubscriptions)
    return refuse(request, Code::TooMany, "subscriptions of one user");
  subscribers_.try_emplace(request.client, 0);
  reply(request, ipc::Done{});
}

void FrontService::on_told(const ipc::Frame& frame, std::vector<base::Fd> descriptors) {
  if (frame.type == ipc::Policy::kType) return on_policy(frame, std::move(descriptors));
  if (frame.type != ipc::Records::kType || descriptors.size() != 1) return;
  if (const auto records = ipc::decode<ipc::Records>(frame.content))
    denials_.add(records->domain, std::move(descriptors.front()));
}

void FrontService::on_policy(const ipc::Frame& frame, std::vector<base::Fd> descriptors) {
  const auto policy = ipc::decode<ipc::Policy>(frame.content);
  if (!policy) return;
  told_ = true;
  problem_ = policy->problem;
  // Without one, labeld was restarted and the rule files have mistakes: what is known here is the
  // policy that is in force still
  if (policy->number == 0 || descriptors.size() != 1) return;
  auto view = ipc::unseal(descriptors.front());
  if (!view) {
    problem_ = view.error().message;
    return;
  }
  policy_ = std::move(view).value();
  vectors_ = VectorTable(*policy_);
  number_ = policy->number;
  ++edition_;
  cache_.clear();
  cached_ = 0;
  if (page_ != nullptr) eventfilter_avc_page_publish(page_);
}

void FrontService::on_denied(std::optional<uid_t> uid, const ipc::Denied& denied) {
  // A copy: telling a client that is gone takes it off the list
  const auto subscribers = subscribers_;
  for (const auto& [client, missed] : subscribers) {
    const ipc::Peer* const peer = server_.peer_of(client);
    if (peer == nullptr || (peer->uid != 0 && (!uid || peer->uid != *uid))) continue;
    ipc::Denied one = denied;
    one.lost += missed;
    const std::uint64_t now_missed = server_.tell(client, ipc::pack(0, one)) ? 0 : one.lost + 1;
    if (const auto at = subscribers_.find(client); at != subscribers_.end()) at->second = now_missed;
  }
}

ipc::State FrontService::state() const {
  ipc::State made;
  made.policy = number_;
  made.problem = problem_.substr(0, 20'000);
  made.labeld = link_.connected();
  made.clients = static_cast<std::uint32_t>(server_.size());
  made.refused = server_.refused();
  made.denials = denials_.count();
  made.lost = denials_.lost();
  if (!policy_) return made;
  for (const ipc::ViewDomain& one : policy_->domains) {
    if (made.domains.size() == ipc::kMaxItems / 4) break;
    made.domains.push_back(one.name);
  }
  for (const ipc::ViewDomain& one : policy_->handles) {
    if (made.handles.size() == ipc::kMaxItems / 4) break;
    made.handles.push_back(one.name);
  }
  made.booleans.assign(policy_->booleans.begin(),
                       policy_->booleans.begin() +
                           static_cast<std::ptrdiff_t>(std::min<std::size_t>(policy_->booleans.size(), 256)));
  return made;
}

}  // namespace eventfilter::daemon
