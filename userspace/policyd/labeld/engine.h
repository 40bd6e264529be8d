// SPDX-License-Identifier: BSD-2-Clause
//
// The policy in force: what labeld is about, without its sockets.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/fd.h"
#include "emit/compiled_policy.h"
#include "events/target.h"
#include "ipc/client_protocol.h"
#include "ipc/refusal.h"
#include "labeld/compiler.h"
#include "labeld/contents.h"
#include "labeld/rulesets.h"
#include "labeld/space.h"
#include "labeld/state.h"

namespace eventfilter::labeld {

// Users who have instances of per-user labels at one time.
inline constexpr std::size_t kMaxUsers = 512;

struct Config {
  std::vector<std::string> rule_directories;
  std::vector<std::string> include_path;
  uid_t owner = 0;  // of rule files, besides root
};

// A T, or why not.
template <typename T>
using Answer = std::variant<T, ipc::Refusal>;

class Engine {
 public:
  Engine(Config config, Space space, std::optional<events::Target> target)
      : config_(std::move(config)), space_(std::move(space)), target_(std::move(target)) {}

  // With what rested elsewhere. Before anything else, and once.
  void restore(State state, Rest rest);

  // Reads the rule files again, and puts what they say in force: all of it, or none.
  Answer<ipc::Reloaded> reload();

  // As reload(), with the rule files as they were when they were last read.
  Answer<ipc::Reloaded> set_boolean(const std::string& name, bool value);

  // The layers of a domain for a user, the outermost first.
  Answer<std::vector<SharedFd>> rulesets_of(const std::string& domain, uid_t uid);
  Answer<SharedFd> handle_of(const std::string& handle, uid_t uid);
  Answer<SharedFd> session_of(const std::string& role, uid_t uid);

  // File systems were mounted or unmounted: labels them as the policy in force says. Remarks come back; an
  // error: everything is as before.
  base::Result<std::vector<std::string>> label_again();

  // Labels an object by hand; "" takes that back.
  Answer<ipc::Done> bind(const std::string& label, bool alone, int object);

  ipc::Processes processes(bool stale) const;

  std::uint64_t number() const { return policy_ ? number_ : 0; }
  const std::string& problem() const { return problem_; }
  const ipc::PolicyView* view() const { return policy_ ? &policy_->view : nullptr; }
  const std::map<RulesetKey, HeldRuleset>& rulesets() const { return rulesets_.all(); }

  // Told of each ruleset that is made, and after each change of the policy.
  std::function<void(const RulesetKey&, const HeldRuleset&)> on_ruleset;
  std::function<void()> on_policy;

 private:
  Answer<ipc::Reloaded> put_in_force(Sources sources, std::map<std::string, bool> booleans);
  base::Result<std::vector<std::string>> become(const emit::CompiledPolicy& policy, const Split& split,
                                                const std::set<uid_t>& users);
  base::Result<Transitions> transitions_of(const emit::CompiledPolicy& policy);
  Answer<std::vector<SharedFd>> hold(const std::vector<RulesetKey>& keys);
  std::optional<ipc::Refusal> admit_user(uid_t uid);
  ipc::Refusal refused(ipc::Code code, const std::string& text);
  Answer<ipc::Done> unbind(const Key& key);
  void make_rest();

  Config config_;
  Space space_;
  std::optional<events::Target> target_;
  Rulesets rulesets_;
  Rest rest_;
  std::optional<Sources> sources_;
  std::optional<Compiled> policy_;
  Split split_;
  std::uint64_t number_ = 0;
  std::string problem_ = "the rule files weren't read yet";
  std::map<std::string, bool> booleans_;
  std::set<uid_t> users_;
  Plan by_hand_;
};

}  // namespace eventfilter::labeld
