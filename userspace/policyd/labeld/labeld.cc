// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/labeld.h"

#include <array>
#include <csignal>
#include <iostream>
#include <set>

#include <linux/capability.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/file.h"
#include "ipc/labeld_protocol.h"
#include "ipc/message.h"
#include "labeld/engine.h"
#include "labeld/mount_watch.h"
#include "labeld/watch.h"
#include "service/keeper_link.h"
#include "service/loop.h"
#include "service/own_filters.h"
#include "service/privileges.h"
#include "service/server.h"

namespace eventfilter::labeld {
namespace {

using ipc::Code;
using ipc::pack;
using ipc::refuse;
using service::ClientId;
using service::Request;

constexpr const char* kEvents = "/sys/kernel/security/eventfilter/events";
// A burst of changes to rule files is one reload
constexpr std::chrono::milliseconds kSettle{200};

int fail(const std::string& why) {
  std::cerr << "<3>policyd: labeld: " << why << std::endl;
  return 1;
}

// A front end that has just begun is told of all rulesets at once, and nothing is told twice
service::Limits limits() {
  service::Limits made;
  made.events = 65'536;
  made.event_bytes = std::size_t{16} << 20;
  return made;
}

class Labeld {
 public:
  Labeld(service::Loop& loop, Engine& engine)
      : loop_(loop), engine_(engine), server_(loop, limits()) {
    // Copies: to be told may be the end of a follower that was killed, who then is none any more
    engine_.on_ruleset = [this](const RulesetKey& key, const HeldRuleset& held) {
      for (const ClientId follower : std::set(followers_)) tell_records(follower, key, held);
    };
    engine_.on_policy = [this] {
      for (const ClientId follower : std::set(followers_))
        server_.tell(follower, policy_message(), policy_fds());
    };
    server_.on_gone([this](ClientId client) { followers_.erase(client); });
  }

  base::Result<void> listen(base::Fd admin, base::Fd internal, uid_t front) {
    auto done = server_.listen(
        std::move(admin), 1, [](const ipc::Peer& peer) { return peer.uid == 0; },
        [this](Request request) { on_admin(std::move(request)); });
    if (!done) return done;
    return server_.listen(
        std::move(internal), 0, [front](const ipc::Peer& peer) { return peer.uid == front; },
        [this](Request request) { on_front(request); });
  }

  void reload(const char* why) {
    const auto result = engine_.reload();
    if (const auto* const refusal = std::get_if<ipc::Refusal>(&result)) {
      std::cerr << "<3>policyd: " << why << ": " << refusal->sentence << std::endl;
    } else {
      const auto& done = std::get<ipc::Reloaded>(result);
      std::cerr << "<5>policyd: " << why << ": policy " << done.policy << " is in force" << std::endl;
      if (!done.remarks.empty()) std::cerr << "<4>" << done.remarks << std::flush;
    }
  }

  // What was said the last time isn't said again with each mount.
  void label_again() {
    const auto remarks = engine_.label_again();
    std::string text;
    if (!remarks) text = "labels stay as they are: " + remarks.error().message + '\n';
    else for (const std::string& one : remarks.value()) text += one + '\n';
    if (text != said_ && !text.empty())
      std::cerr << "<4>policyd: file systems were mounted or unmounted: " << text << std::flush;
    said_ = text;
  }

 private:
  template <typename T>
  void reply(const Request& request, const Answer<T>& answer) {
    server_.answer(request.client, std::visit([&](const auto& one) { return pack(request.frame.id, one); }, answer));
  }

  // Unpacks the request as a T and answers with what `act` makes of it.
  template <typename T, typename Act>
  void handle(const Request& request, std::size_t descriptors, Act act) {
    auto asked = ipc::unpack<T>(request.frame);
    const std::string type = std::to_string(request.frame.type);
    if (const auto* const refusal = std::get_if<ipc::Refusal>(&asked))
      return server_.answer(request.client, pack(request.frame.id, *refusal));
    if (request.descriptors.size() != descriptors)
      return server_.refuse_and_close(request.client, refuse(Code::Descriptors, type));
    act(std::get<T>(asked));
  }

  void unknown(const Request& request) {
    server_.answer(request.client, pack(request.frame.id,
                                        refuse(Code::UnknownType, std::to_string(request.frame.type))));
  }

  void on_admin(Request request) {
    switch (request.frame.type) {
      case ipc::Reload::kType:
        return handle<ipc::Reload>(request, 0, [&](const auto&) { reply(request, engine_.reload()); });
      case ipc::SetBoolean::kType:
        return handle<ipc::SetBoolean>(request, 0, [&](const ipc::SetBoolean& asked) {
          reply(request, engine_.set_boolean(asked.name, asked.value));
        });
      case ipc::Bind::kType:
        return handle<ipc::Bind>(request, 1, [&](const ipc::Bind& asked) {
          reply(request, engine_.bind(asked.label, asked.alone, request.descriptors.front().get()));
        });
      case ipc::ListProcesses::kType:
        return handle<ipc::ListProcesses>(request, 0, [&](const ipc::ListProcesses& asked) {
          reply<ipc::Processes>(request, engine_.processes(asked.stale));
        });
      default: return unknown(request);
    }
  }

  void on_front(const Request& request) {
    switch (request.frame.type) {
      case ipc::Follow::kType:
        return handle<ipc::Follow>(request, 0, [&](const auto&) { follow(request); });
      case ipc::GetRulesets::kType:
        return handle<ipc::GetRulesets>(request, 0, [&](const ipc::GetRulesets& asked) {
          hand_out(request, engine_.rulesets_of(asked.domain, asked.uid));
        });
      case ipc::GetSession::kType:
        return handle<ipc::GetSession>(request, 0, [&](const ipc::GetSession& asked) {
          hand_out_one(request, engine_.session_of(asked.role, asked.uid));
        });
      case ipc::GetHandle::kType:
        return handle<ipc::GetHandle>(request, 0, [&](const ipc::GetHandle& asked) {
          hand_out_one(request, engine_.handle_of(asked.name, asked.uid));
        });
      case ipc::ReadAgain::kType:
        return handle<ipc::ReadAgain>(request, 0, [&](const auto&) { reply(request, engine_.reload()); });
      default: return unknown(request);
    }
  }

  void hand_out(const Request& request, const Answer<std::vector<SharedFd>>& answer) {
    if (const auto* const refusal = std::get_if<ipc::Refusal>(&answer))
      return server_.answer(request.client, pack(request.frame.id, *refusal));
    server_.answer(request.client, pack(request.frame.id, ipc::Rulesets{engine_.number()}),
                   std::get<std::vector<SharedFd>>(answer));
  }

  void hand_out_one(const Request& request, const Answer<SharedFd>& answer) {
    if (const auto* const refusal = std::get_if<ipc::Refusal>(&answer)) return hand_out(request, *refusal);
    hand_out(request, std::vector<SharedFd>{std::get<SharedFd>(answer)});
  }

  void follow(const Request& request) {
    const ClientId client = request.client;
    followers_.insert(client);
    server_.answer(client, policy_message(request.frame.id), policy_fds());
    for (const auto& [key, held] : engine_.rulesets()) tell_records(client, key, held);
  }

  std::string policy_message(std::uint32_t id = 0) const {
    std::string problem = engine_.problem().substr(0, ipc::kMaxString);
    return pack(id, ipc::Policy{engine_.number(), std::move(problem)});
  }

  std::vector<SharedFd> policy_fds() const {
    if (engine_.view() == nullptr) return {};
    auto memory = ipc::seal(*engine_.view());
    if (!memory) return {};
    return {std::make_shared<const base::Fd>(std::move(memory).value())};
  }

  void tell_records(ClientId follower, const RulesetKey& key, const HeldRuleset& held) {
    server_.tell(follower, pack(0, ipc::Records{key.domain}), {held.records});
  }

  service::Loop& loop_;
  Engine& engine_;
  service::Server server_;
  std::set<ClientId> followers_;
  std::string said_;
};

void raise_descriptor_limit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

base::Fd take(Handed& handed, const std::string& name) {
  const auto at = handed.find(name);
  if (at == handed.end() || at->second.empty()) return {};
  return std::move(at->second.front());
}

// What the running kernel has; none: what is built in.
std::optional<events::Target> kernel_target() {
  const auto listing = base::read_text_file(kEvents);
  if (!listing) return std::nullopt;
  auto target = events::parse_target(kEvents, listing.value());
  if (!target) return std::nullopt;
  return std::move(target).value();
}

base::Fd signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int one : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, one);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return base::Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

// The space, and what is known of it: from before, or new.
base::Result<Space> take_space(Handed& handed, State& state, Rest& rest) {
  if (auto before = rest.take_back(handed)) state = std::move(*before);
  if (base::Fd resting = take(handed, "space"); resting) return Space(std::move(resting));
  auto made = Space::create();
  if (!made) return made;
  state = {};
  rest.keep_space(made.value().get());
  return made;
}

int serve(const Options& options, Handed& handed, uid_t front) {
  State state;
  Rest rest;
  auto space = take_space(handed, state, rest);
  if (!space) return fail(space.error().message);
  base::Fd admin = take(handed, "admin");
  base::Fd internal = take(handed, "labeld");
  if (!admin || !internal) return fail("the sockets \"admin\" and \"labeld\" weren't handed over");
  handed.clear();

  service::Loop loop;
  Config config{options.rule_directories, {}, options.owner};
  for (auto at = options.rule_directories.rbegin(); at != options.rule_directories.rend(); ++at)
    config.include_path.push_back(*at + "/include");
  Engine engine(std::move(config), std::move(space).value(), kernel_target());
  engine.restore(std::move(state), std::move(rest));
  Labeld labeld(loop, engine);
  const base::Fd signal_fd = signals();
  Watch watch(loop, options.rule_directories, [&] {
    loop.after("rule files", kSettle, [&] { labeld.reload("rule files changed"); });
  });
  const MountWatch mounts(loop, [&] { labeld.label_again(); });
  auto watched = loop.add(signal_fd.get(), EPOLLIN, [&](std::uint32_t) {
    signalfd_siginfo signal = {};
    if (read(signal_fd.get(), &signal, sizeof signal) != sizeof signal) return;
    if (signal.ssi_signo == SIGHUP) labeld.reload("SIGHUP");
    else loop.stop();
  });
  if (!watched) return fail(watched.error().message);

  const auto confined = service::confine_self(
      service::labeld_filters(options.rule_directories, service::notify_socket()));
  if (!confined) return fail(confined.error().message);
  labeld.reload("start");
  if (auto done = labeld.listen(std::move(admin), std::move(internal), front); !done)
    return fail(done.error().message);
  service::tell_ready();
  loop.run();
  service::tell_stopping();
  return 0;
}

}  // namespace

int run(const Options& options) {
  Handed handed = service::take_handed();
  const auto user = service::find_user(options.user);
  const auto front = service::find_user(options.front_user);
  if (!user) return fail(user.error().message);
  if (!front) return fail(front.error().message);
  raise_descriptor_limit();
  if (auto dropped = service::drop_privileges(user.value(), {CAP_DAC_READ_SEARCH}); !dropped)
    return fail(dropped.error().message);
  return serve(options, handed, front.value().uid);
}

}  // namespace eventfilter::labeld
