// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/test/guest/daemon.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <eventfilter.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "support/program.h"
#include "support/require.h"

namespace eventfilter::selftest {
namespace {

namespace fs = std::filesystem;

// As sysusers.d has them in an installed system.
void add_user(const std::string& name, int id) {
  if (getpwnam(name.c_str()) != nullptr) return;
  const std::string number = std::to_string(id);
  std::ofstream("/etc/passwd", std::ios::app)
      << name << ":x:" << number << ':' << number << "::/nonexistent:/usr/sbin/nologin\n";
  std::ofstream("/etc/group", std::ios::app) << name << ":x:" << number << ":\n";
}

std::string program() {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "bin/policyd";
}

std::string with_here(std::string text, const std::string& here) {
  for (std::size_t at = 0; (at = text.find("HERE", at)) != std::string::npos;) text.replace(at, 4, here);
  return text;
}

}  // namespace

Daemon::Daemon(const std::string& rules) {
  add_user("policyd", 990);
  add_user("policyd-labels", 991);
  char name[] = "/run/policyd_test.XXXXXX";
  require(mkdtemp(name) != nullptr, "a directory for the daemon");
  root_ = name;
  chmod(root_.c_str(), 0755);
  for (const char* const below : {"/here", "/rules", "/run"}) fs::create_directory(root_ + below);
  put("test.policy", rules);
  keeper_ = fork();
  if (keeper_ == 0) {
    const std::string file = this->rules();
    const std::string run = root_ + "/run";
    execl(program().c_str(), "policyd", "--rules", file.c_str(), "--run", run.c_str(), nullptr);
    _exit(127);
  }
  wait_for_policy(1);
}

Daemon::~Daemon() {
  kill(keeper_, SIGTERM);
  waitpid(keeper_, nullptr, 0);
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

void Daemon::put(const std::string& file, const std::string& rules_text) const {
  const std::string path = rules() + '/' + file;
  std::ofstream(path + ".new") << kBegin << with_here(rules_text, here());
  chmod((path + ".new").c_str(), 0644);
  fs::rename(path + ".new", path);
}

pid_t Daemon::find(std::string_view option) const {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "cmdline");
    std::string line;
    // A process that ends meanwhile is an error of reading, which an iterator would throw
    std::getline(file, line);
    if (line.find(option) != std::string::npos && line.find(root_) != std::string::npos)
      return static_cast<pid_t>(std::stoi(pid));
  }
  return -1;
}

pid_t Daemon::pid_of(std::string_view option) const {
  pid_t pid = -1;
  require(eventually([&] { return (pid = find(option)) > 0; }), "a process of the daemon");
  return pid;
}

void Daemon::kill_one(std::string_view option) const {
  const pid_t old = pid_of(option);
  kill(old, SIGKILL);
  require(eventually([&] {
            const pid_t now = find(option);
            return now > 0 && now != old;
          }),
          "another process of the daemon");
}

ipc::State Daemon::status() const {
  client::Client one = client();
  return must<ipc::State>(one, ipc::Status{}).message;
}

void Daemon::wait_for_policy(std::uint64_t number) const {
  std::string problem;
  require(eventually([&] {
            const auto now = status();
            problem = now.problem;
            return now.policy >= number && now.labeld && now.problem.empty();
          }),
          "policy " + std::to_string(number) + ": " + problem);
}

void enforce(const std::vector<base::Fd>& rulesets) {
  require(!rulesets.empty(), "rulesets");
  require(eventfilter_no_new_privs() == 0, "no_new_privs");
  for (const base::Fd& one : rulesets) require(eventfilter_enforce(one.get(), 0) == 0, "enforce");
}

ipc::Entered enter(const Daemon& daemon, const std::string& domain) {
  client::Client client = daemon.client();
  auto entered = must<ipc::Entered>(client, ipc::Enter{domain});
  enforce(entered.descriptors);
  return entered.message;
}

}  // namespace eventfilter::selftest
