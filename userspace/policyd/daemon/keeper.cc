// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/keeper.h"

#include <csignal>
#include <iostream>
#include <map>

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/child.h"
#include "daemon/fd_store.h"
#include "ipc/socket.h"
#include "service/loop.h"
#include "service/privileges.h"

namespace eventfilter::daemon {
namespace {

// Between the end of a process and its next start.
constexpr std::chrono::milliseconds kRestart{100};

int fail(const std::string& why) {
  std::cerr << "<3>policyd: " << why << std::endl;
  return 1;
}

base::Fd watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int one : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&set, one);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return base::Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

class Keeper {
 public:
  Keeper(service::Loop& loop, const KeeperOptions& options) : loop_(loop), options_(options) {}

  base::Result<void> open() {
    const auto front = service::find_user(options_.front_user);
    const auto labels = service::find_user(options_.labeld_user);
    if (!front) return front.error();
    if (!labels) return labels.error();
    const std::string& run = options_.run_directory;
    if (mkdir(run.c_str(), 0755) != 0 && errno != EEXIST) return base::system_error(errno, run);
    if (auto done = add("client", run + "/socket", 0666, front.value().uid, front_.sockets); !done) return done;
    if (auto done = add("admin", run + "/admin", 0600, 0, labeld_.sockets); !done) return done;
    if (auto done = add("labeld", run + "/labeld", 0600, front.value().uid, labeld_.sockets); !done)
      return done;
    front_.name = "--front";
    labeld_.name = "--labeld";
    if (auto done = front_store_.open(loop_, run + "/notify-front", front.value().uid, 0); !done)
      return done;
    return labeld_store_.open(loop_, run + "/notify-labeld", labels.value().uid, kMaxResting);
  }

  base::Result<void> run() {
    const base::Fd signals = watched_signals();
    auto added = loop_.add(signals.get(), EPOLLIN, [&](std::uint32_t) {
      signalfd_siginfo signal = {};
      while (read(signals.get(), &signal, sizeof signal) == sizeof signal)
        on_signal(static_cast<int>(signal.ssi_signo));
    });
    if (!added) return added;
    start(labeld_, labeld_store_);
    start(front_, front_store_);
    loop_.run();
    stop();
    return {};
  }

 private:
  base::Result<void> add(const char* name, const std::string& path, mode_t mode, uid_t owner,
                         std::map<std::string, base::Fd>& sockets) {
    auto socket = ipc::listen_at(path, 0600);
    if (!socket) return socket.error();
    if (chown(path.c_str(), owner, static_cast<gid_t>(-1)) != 0 || chmod(path.c_str(), mode) != 0)
      return base::system_error(errno, path);
    sockets[name] = std::move(socket).value();
    return {};
  }

  void start(Child& child, FdStore& store) {
    // What it sent before it ended is still to be taken
    store.drain();
    child.start(options_.arguments, store.path(), store.all());
    if (child.pid < 0) loop_.after(child.name, kRestart, [this, &child, &store] { start(child, store); });
  }

  void on_signal(int signal) {
    if (signal == SIGHUP && labeld_.pid > 0) kill(labeld_.pid, SIGHUP);
    if (signal == SIGTERM || signal == SIGINT) loop_.stop();
    if (signal != SIGCHLD) return;
    int status = 0;
    for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
      if (pid == labeld_.pid) ended(labeld_, labeld_store_, status);
      if (pid == front_.pid) ended(front_, front_store_, status);
    }
  }

  void ended(Child& child, FdStore& store, int status) {
    const bool killed = WIFSIGNALED(status);
    std::cerr << "<4>policyd: " << child.name.substr(2) << " ended, "
              << (killed ? "signal " : "status ") << (killed ? WTERMSIG(status) : WEXITSTATUS(status))
              << "; it's started again" << std::endl;
    child.pid = -1;
    loop_.after(child.name, kRestart, [this, &child, &store] { start(child, store); });
  }

  void stop() const {
    for (const Child* const child : {&front_, &labeld_}) {
      if (child->pid <= 0) continue;
      kill(child->pid, SIGTERM);
      waitpid(child->pid, nullptr, 0);
    }
  }

  service::Loop& loop_;
  const KeeperOptions& options_;
  Child front_;
  Child labeld_;
  FdStore front_store_;
  FdStore labeld_store_;
};

}  // namespace

int run_keeper(const KeeperOptions& options) {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  service::Loop loop;
  Keeper keeper(loop, options);
  if (auto opened = keeper.open(); !opened) return fail(opened.error().message);
  if (auto ran = keeper.run(); !ran) return fail(ran.error().message);
  return 0;
}

}  // namespace eventfilter::daemon
