// SPDX-License-Identifier: BSD-2-Clause
#include "cli/denial_source.h"

#include <cerrno>
#include <csignal>

#include <poll.h>
#include <sys/signalfd.h>

#include "cli/daemon.h"
#include "cli/terminal.h"
#include "trace/system_denials.h"

namespace eventfilter::cli {
namespace {

class DaemonSource : public DenialSource {
 public:
  explicit DaemonSource(const Arguments& arguments) : client_(daemon_of(arguments)) {}

  bool subscribe() { return ask<ipc::Done>(client_, ipc::Subscribe{}).has_value(); }

  base::Result<std::vector<ipc::Denied>> wait(int milliseconds) override {
    pollfd waiting = {client_.socket(), POLLIN, 0};
    if (!client_.has_early() && poll(&waiting, 1, milliseconds) <= 0) return std::vector<ipc::Denied>{};
    auto denied = client_.next_denied();
    if (!denied) return denied.error();
    return std::vector<ipc::Denied>{std::move(denied).value()};
  }

  void explain(const base::Error& error) const override { say_unreachable(error); }

 private:
  client::Client client_;
};

// Signals that end it are read between two records, so that the kernel's buffers are given back.
class SystemSource : public DenialSource {
 public:
  SystemSource(trace::SystemDenials denials, base::Fd signals)
      : denials_(std::move(denials)), signals_(std::move(signals)) {
    // Who reads standard output may go away: that is an error of writing, and the end as well
    std::signal(SIGPIPE, SIG_IGN);
  }

  base::Result<std::vector<ipc::Denied>> wait(int) override {
    auto lines = denials_.wait(signals_.get());
    if (!lines) return lines.error();
    std::vector<ipc::Denied> made;
    for (trace::Line& one : lines.value()) made.push_back({"", std::move(one.record), one.lost});
    return made;
  }

  bool is_interrupted() override {
    pollfd waiting = {signals_.get(), POLLIN, 0};
    return poll(&waiting, 1, 0) > 0;
  }

  void explain(const base::Error& error) const override { say("error", error.message); }

 private:
  trace::SystemDenials denials_;
  base::Fd signals_;
};

// From here on they are read, and end nothing by themselves.
base::Fd take_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int one : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, one);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return base::Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

std::unique_ptr<DenialSource> system_source() {
  // Before there is an instance that a signal would leave behind
  base::Fd signals = take_signals();
  auto denials = trace::SystemDenials::open();
  if (denials) return std::make_unique<SystemSource>(std::move(denials).value(), std::move(signals));
  const base::Error& error = denials.error();
  if (error.code == EOPNOTSUPP) say("error", kNoEventFilters);
  else if (error.code == EACCES || error.code == EPERM)
    say("error", "what the whole system is refused is for root to hear (" + error.message + ')');
  else say("error", error.message);
  return nullptr;
}

}  // namespace

std::unique_ptr<DenialSource> denial_source(const Arguments& arguments) {
  if (arguments.has("system")) return system_source();
  auto source = std::make_unique<DaemonSource>(arguments);
  if (!source->subscribe()) return nullptr;
  return source;
}

}  // namespace eventfilter::cli
