// SPDX-License-Identifier: BSD-2-Clause
//
// A policyd of the test's own, with its rule files and sockets in a directory that goes with it.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>
#include <unistd.h>

#include "client/client.h"

namespace eventfilter::selftest {

// What the tests' domains need to exist at all: nothing is said about what they don't name.
inline constexpr const char* kBegin = "policy 1;\n";

// In a domain whose tasks go on speaking to the test: sockets are closed to others by default.
#define kChannel "default socket allow; default unix allow; "

class Daemon {
 public:
  // Starts with one rule file, "test.policy", and waits until it's in force. HERE in it is here().
  explicit Daemon(const std::string& rules);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Writes a rule file, whole, as a package manager would: by renaming.
  void put(const std::string& name, const std::string& rules) const;

  // Of the test: labelled objects go there. Belongs to root, mode 0755.
  std::string here() const { return root_ + "/here"; }
  std::string rules() const { return root_ + "/rules"; }
  std::string socket() const { return root_ + "/run/socket"; }

  client::Client client() const { return client::Client(socket()); }
  client::Client admin() const { return client::Client(root_ + "/run/admin"); }

  // The process as it is now; waits until there is one.
  pid_t labeld() const { return pid_of("--labeld"); }
  pid_t front() const { return pid_of("--front"); }
  // Who started both, and keeps what has to outlive them.
  pid_t keeper() const { return keeper_; }
  // Kills it, and waits until there is another.
  void kill_labeld() const { kill_one("--labeld"); }
  void kill_front() const { kill_one("--front"); }

  // Waits until status says that a policy with at least this number is in force.
  void wait_for_policy(std::uint64_t number) const;
  ipc::State status() const;

 private:
  pid_t find(std::string_view option) const;
  pid_t pid_of(std::string_view option) const;
  void kill_one(std::string_view option) const;

  std::string root_;
  pid_t keeper_ = -1;
};

// The answer, or the test fails.
template <typename T, typename Q>
client::Answer<T> must(client::Client& client, const Q& question, const std::vector<int>& fds = {}) {
  auto asked = client.ask<T>(question, fds);
  if (auto* const answer = std::get_if<client::Answer<T>>(&asked)) return std::move(*answer);
  const auto* const refusal = std::get_if<ipc::Refusal>(&asked);
  throw std::runtime_error(refusal != nullptr ? refusal->sentence : std::get<base::Error>(asked).message);
}

// The sentence of a refusal; or what else came.
template <typename T, typename Q>
std::string refusal(client::Client& client, const Q& question, const std::vector<int>& fds = {}) {
  auto asked = client.ask<T>(question, fds);
  if (const auto* const refused = std::get_if<ipc::Refusal>(&asked)) return refused->sentence;
  if (const auto* const error = std::get_if<base::Error>(&asked)) return "error: " + error->message;
  return "no refusal";
}

// Enters a domain, or a session, with this thread.
ipc::Entered enter(const Daemon& daemon, const std::string& domain);
void enforce(const std::vector<base::Fd>& rulesets);

// Waits until a condition holds; the limit only ends what would hang.
template <typename Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 3000; ++i) {
    if (condition()) return true;
    usleep(10'000);
  }
  return false;
}

}  // namespace eventfilter::selftest
