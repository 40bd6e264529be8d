// SPDX-License-Identifier: BSD-2-Clause
#include "cli/hold.h"

#include <cerrno>
#include <cstring>

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/exit_codes.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

volatile sig_atomic_t child = 0;

// What a terminal sends goes to the command as well: its process group is ours.
constexpr int kFromTerminal[] = {SIGINT, SIGQUIT};
constexpr int kHandedOn[] = {SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
constexpr int kSignalled = 128;

void hand_on(int signal) { kill(child, signal); }

void end_by(int signal) {
  // One core dump is enough
  const struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  struct sigaction usual = {};
  usual.sa_handler = SIG_DFL;
  sigaction(signal, &usual, nullptr);
  raise(signal);
}

}  // namespace

int run_beside(const std::function<int()>& command) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  const pid_t made = fork();
  if (made == 0) {
    sigprocmask(SIG_SETMASK, &before, nullptr);
    return command();
  }
  if (made < 0) {
    say("error", std::string("no process for the command: ") + std::strerror(errno));
    return kNotConfined;
  }
  child = made;
  struct sigaction action = {};
  action.sa_handler = SIG_IGN;
  for (const int signal : kFromTerminal) sigaction(signal, &action, nullptr);
  action.sa_handler = &hand_on;
  action.sa_flags = SA_RESTART;
  for (const int signal : kHandedOn) sigaction(signal, &action, nullptr);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  int status = 0;
  while (waitpid(made, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
  end_by(WTERMSIG(status));
  return kSignalled + WTERMSIG(status);
}

}  // namespace eventfilter::cli
