// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/child.h"

#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace eventfilter::daemon {
namespace {

constexpr int kFirst = 3;  // where handed descriptors begin, in systemd's way

// In the child: all of them at 3, 4, and so on, and told of in the environment.
bool hand_over(const std::vector<std::pair<std::string, int>>& descriptors) {
  std::string names;
  std::vector<int> copies;
  const int free = kFirst + static_cast<int>(descriptors.size());
  for (const auto& [name, fd] : descriptors) {
    names += (names.empty() ? "" : ":") + name;
    // First out of the way of those that come to stand there
    copies.push_back(fcntl(fd, F_DUPFD_CLOEXEC, free));
    if (copies.back() < 0) return false;
  }
  for (std::size_t i = 0; i < copies.size(); ++i) {
    if (dup2(copies[i], kFirst + static_cast<int>(i)) < 0) return false;
  }
  setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
  setenv("LISTEN_FDS", std::to_string(descriptors.size()).c_str(), 1);
  setenv("LISTEN_FDNAMES", names.c_str(), 1);
  return true;
}

[[noreturn]] void become(const std::string& name, const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  std::string program = "policyd";
  std::string option = name;
  std::vector<std::string> rest = arguments;
  argv.push_back(program.data());
  argv.push_back(option.data());
  for (std::string& one : rest) argv.push_back(one.data());
  argv.push_back(nullptr);
  execv("/proc/self/exe", argv.data());
  _exit(127);
}

}  // namespace

void Child::start(const std::vector<std::string>& arguments, const std::string& notify,
                  const std::vector<std::pair<std::string, int>>& resting) {
  std::vector<std::pair<std::string, int>> descriptors = resting;
  for (const auto& [socket, fd] : sockets) descriptors.emplace_back(socket, fd.get());
  pid = fork();
  if (pid != 0) return;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (!hand_over(descriptors)) _exit(127);
  setenv("NOTIFY_SOCKET", notify.c_str(), 1);
  become(name, arguments);
}

}  // namespace eventfilter::daemon
