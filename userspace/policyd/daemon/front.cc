// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/front.h"

#include <csignal>
#include <ctime>
#include <iostream>

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "daemon/front_service.h"
#include "service/keeper_link.h"
#include "service/own_filters.h"
#include "service/privileges.h"

namespace eventfilter::daemon {
namespace {

int fail(const std::string& why) {
  std::cerr << "<3>policyd: front end: " << why << std::endl;
  return 1;
}

void raise_descriptor_limit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

base::Fd stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int one : {SIGTERM, SIGINT}) sigaddset(&set, one);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return base::Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int serve(const FrontOptions& options, base::Fd client) {
  service::Loop loop;
  const base::Fd stop = stop_signals();
  FrontService front(loop, options.run_directory + "/labeld");
  if (auto added = loop.add(stop.get(), EPOLLIN, [&](std::uint32_t) { loop.stop(); }); !added)
    return fail(added.error().message);
  // The list of users is read by modules that are loaded when they are needed first
  (void)who_is(getuid());
  // And the time zone
  tzset();
  const auto confined = service::confine_self(
      service::front_filters(options.run_directory, service::notify_socket()));
  if (!confined) return fail(confined.error().message);
  front.start();
  if (auto done = front.listen(std::move(client)); !done) return fail(done.error().message);
  service::tell_ready();
  loop.run();
  service::tell_stopping();
  return 0;
}

}  // namespace

int run_front(const FrontOptions& options) {
  auto handed = service::take_handed();
  const auto user = service::find_user(options.user);
  if (!user) return fail(user.error().message);
  raise_descriptor_limit();
  if (auto dropped = service::drop_privileges(user.value(), {}); !dropped)
    return fail(dropped.error().message);
  auto& clients = handed["client"];
  if (clients.empty()) return fail("the socket \"client\" wasn't handed over");
  base::Fd client = std::move(clients.front());
  handed.clear();
  return serve(options, std::move(client));
}

}  // namespace eventfilter::daemon
