// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/engine.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

#include "apply/mounts.h"
#include "labeld/processes.h"
#include "policy/policy.h"

namespace eventfilter::labeld {
namespace {

using ipc::Code;
using ipc::refuse;

// More of remarks than a message can hold helps nobody.
constexpr std::size_t kMaxRemarks = 40'000;

std::string join(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

}  // namespace

void Engine::restore(State state, Rest rest) {
  rest_ = std::move(rest);
  number_ = state.policy;
  booleans_ = std::move(state.booleans);
  users_ = std::move(state.users);
  by_hand_ = std::move(state.by_hand);
  for (auto& [key, held] : state.rulesets) rulesets_.put(key, std::move(held));
  rulesets_.made = [this](const RulesetKey& key, const HeldRuleset& held) {
    if (on_ruleset) on_ruleset(key, held);
  };
}

ipc::Refusal Engine::refused(Code code, const std::string& text) {
  problem_ = text;
  if (on_policy) on_policy();
  return refuse(code, text);
}

Answer<ipc::Reloaded> Engine::reload() {
  auto sources = read_sources(config_.rule_directories, config_.owner);
  if (!sources) return refused(Code::Mistakes, sources.error().message);
  return put_in_force(std::move(sources).value(), booleans_);
}

Answer<ipc::Reloaded> Engine::set_boolean(const std::string& name, bool value) {
  if (!policy_) return refuse(Code::NoPolicy, problem_);
  const auto& known = policy_->policy.booleans;
  if (std::none_of(known.begin(), known.end(), [&](const auto& one) { return one.name == name; }))
    return refuse(Code::NoSuchBoolean, name);
  std::map<std::string, bool> booleans = booleans_;
  booleans[name] = value;
  return put_in_force(*sources_, std::move(booleans));
}

Answer<ipc::Reloaded> Engine::put_in_force(Sources sources, std::map<std::string, bool> booleans) {
  const events::Target* const target = target_ ? &*target_ : nullptr;
  auto result = compile(sources, {}, config_.include_path, target);
  if (auto* const first = std::get_if<Compiled>(&result)) {
    // Booleans that the policy has no more are forgotten, rather than a mistake
    const auto& declared = first->policy.booleans;
    std::erase_if(booleans, [&](const auto& one) {
      return std::none_of(declared.begin(), declared.end(),
                          [&](const auto& other) { return other.name == one.first; });
    });
    if (!booleans.empty()) result = compile(sources, booleans, config_.include_path, target);
  }
  if (auto* const mistakes = std::get_if<std::string>(&result)) return refused(Code::Mistakes, *mistakes);
  Compiled next = std::get<Compiled>(std::move(result));
  const Split parts = split(next.policy);
  auto remarks = become(next.policy, parts, users_);
  if (!remarks) return refused(Code::Mistakes, remarks.error().message);
  policy_ = std::move(next);
  split_ = parts;
  sources_ = std::move(sources);
  booleans_ = std::move(booleans);
  problem_.clear();
  ++number_;
  rulesets_.keep_only(all_keys(policy_->policy, split_, users_));
  make_rest();
  if (on_policy) on_policy();
  std::string text = policy_->remarks + join(remarks.value());
  if (text.size() > kMaxRemarks) text = text.substr(0, kMaxRemarks) + "\n...";
  return ipc::Reloaded{number_, std::move(text)};
}

// The label space from what it is to what the policy wants. Remarks come back.
base::Result<std::vector<std::string>> Engine::become(const emit::CompiledPolicy& policy,
                                                      const Split& split,
                                                      const std::set<uid_t>& users) {
  const auto mounts = apply::read_mounts();
  if (!mounts) return mounts.error();
  auto trial = Space::create();
  if (!trial) return trial.error();
  const Words words = words_of(policy, split, users);
  if (auto tried = try_out(trial.value(), words, all_keys(policy, split, users)); !tried) return tried.error();
  // Rulesets of transitions are written with these names
  if (auto named = space_.name(words.labels); !named) return named.error();
  auto transitions = transitions_of(policy);
  if (!transitions) return transitions.error();
  std::vector<std::string> remarks;
  const auto stage_all = [&]() -> base::Result<void> {
    if (auto begun = space_.begin(words.lines); !begun) return begun;
    auto staged = stage_objects(space_, trial.value(), split, users, mounts.value());
    if (!staged) return staged.error();
    remarks = std::move(staged).value();
    for (const auto& [key, one] : by_hand_) {
      if (auto done = stage(space_.get(), key, one); !done) return done;
    }
    return space_.stage(transitions.value());
  };
  if (auto done = space_.end(stage_all()); !done) return done.error();
  return remarks;
}

base::Result<Transitions> Engine::transitions_of(const emit::CompiledPolicy& policy) {
  Transitions made;
  for (const emit::CompiledTransition& one : policy.transitions) {
    const emit::CompiledDomain* const target = policy.find_domain(one.to);
    if (target == nullptr) return base::Error{EINVAL, "a transition to no domain: " + one.to};
    // Labels of @{HOME} are those of no user: whoever executes is known to the kernel alone
    auto held = rulesets_.get(space_.get(), key_of_target(*target));
    if (!held) return held.error();
    made[{one.from, one.on}] = held.value().ruleset;
  }
  return made;
}

void Engine::make_rest() { rest_.put({number_, booleans_, users_, by_hand_, rulesets_.all()}); }

base::Result<std::vector<std::string>> Engine::label_again() {
  if (!policy_) return std::vector<std::string>();
  return become(policy_->policy, split_, users_);
}

Answer<std::vector<SharedFd>> Engine::hold(const std::vector<RulesetKey>& keys) {
  std::vector<SharedFd> held;
  const std::size_t before = rulesets_.all().size();
  for (const RulesetKey& key : keys) {
    auto one = rulesets_.get(space_.get(), key);
    if (!one) return refuse(Code::KernelRefused, one.error().message);
    held.push_back(one.value().ruleset);
  }
  if (rulesets_.all().size() != before) make_rest();
  return held;
}

// Labels of the user's own come with the first thing that he enters.
std::optional<ipc::Refusal> Engine::admit_user(uid_t uid) {
  if (split_.labels.empty() || users_.contains(uid)) return std::nullopt;
  if (users_.size() >= kMaxUsers) return refuse(Code::TooMany, "users with labels of their own");
  std::set<uid_t> users = users_;
  users.insert(uid);
  if (auto done = become(policy_->policy, split_, users); !done)
    return refuse(Code::KernelRefused, done.error().message);
  users_ = std::move(users);
  make_rest();
  return std::nullopt;
}

Answer<std::vector<SharedFd>> Engine::rulesets_of(const std::string& name, uid_t uid) {
  if (!policy_) return refuse(Code::NoPolicy, problem_);
  const emit::CompiledDomain* const domain = policy_->policy.find_domain(name);
  if (domain == nullptr) return refuse(Code::NoSuchDomain, name);
  if (auto refusal = admit_user(uid)) return *refusal;
  std::vector<RulesetKey> keys;
  for (const emit::CompiledDomain* const layer : policy_->policy.layers_of(*domain))
    keys.push_back(key_of_domain(*layer, split_, uid, layer == domain));
  return hold(keys);
}

Answer<SharedFd> Engine::handle_of(const std::string& name, uid_t uid) {
  if (!policy_) return refuse(Code::NoPolicy, problem_);
  const auto& handles = policy_->policy.handles;
  const auto handle =
      std::find_if(handles.begin(), handles.end(), [&](const auto& one) { return one.name == name; });
  if (handle == handles.end()) return refuse(Code::NoSuchHandle, name);
  if (auto refusal = admit_user(uid)) return *refusal;
  auto held = hold({key_of_handle(*handle, split_, uid)});
  if (auto* const refusal = std::get_if<ipc::Refusal>(&held)) return *refusal;
  return std::get<std::vector<SharedFd>>(held).front();
}

Answer<SharedFd> Engine::session_of(const std::string& name, uid_t uid) {
  if (!policy_) return refuse(Code::NoPolicy, problem_);
  const auto& roles = policy_->policy.roles;
  const auto role =
      std::find_if(roles.begin(), roles.end(), [&](const auto& one) { return one.name == name; });
  if (role == roles.end()) return refuse(Code::NoSuchRole, name);
  if (auto refusal = admit_user(uid)) return *refusal;
  auto held = hold({key_of_session(*role, split_, uid)});
  if (auto* const refusal = std::get_if<ipc::Refusal>(&held)) return *refusal;
  return std::get<std::vector<SharedFd>>(held).front();
}

Answer<ipc::Done> Engine::bind(const std::string& label, bool alone, int object) {
  if (!policy_) return refuse(Code::NoPolicy, problem_);
  struct stat status = {};
  const auto key = key_of(object, "");
  if (!key || fstat(object, &status) != 0) return refuse(Code::KernelRefused, "a descriptor is of no use");
  if (label.empty()) return unbind(key.value());
  // "anonymous" is there in every policy, and means what nobody can name
  const auto& labels = policy_->policy.labels;
  const bool is_declared =
      label != policy::kAnonymous && std::find(labels.begin(), labels.end(), label) != labels.end();
  if (!is_declared) return refuse(Code::NoSuchLabel, label);
  if (S_ISREG(status.st_mode) && status.st_nlink > 1)
    return refuse(Code::NotPermitted,
                  "the file has several links, and each would carry the label: label a directory of it");
  base::Fd copy(fcntl(object, F_DUPFD_CLOEXEC, 0));
  if (!copy) return refuse(Code::Unavailable, "no descriptor is left");
  const Assignment made{std::make_shared<const base::Fd>(std::move(copy)),
                        alone ? Kind::Self : Kind::Tree, label};
  const Plan before = by_hand_;
  by_hand_[key.value()] = made;
  // Whoever takes over from here would find it, so it can't be in force without being known
  make_rest();
  const auto done = space_.add(key.value(), made);
  if (done) return ipc::Done{};
  by_hand_ = before;
  make_rest();
  return refuse(Code::KernelRefused, done.error().message);
}

// What the policy itself says of the object is in force again.
Answer<ipc::Done> Engine::unbind(const Key& key) {
  const Plan before = by_hand_;
  if (by_hand_.erase(key) == 0) return refuse(Code::NotAssigned);
  if (auto done = become(policy_->policy, split_, users_); !done) {
    by_hand_ = before;
    return refuse(Code::KernelRefused, done.error().message);
  }
  make_rest();
  return ipc::Done{};
}

ipc::Processes Engine::processes(bool stale) const {
  std::vector<int> current;
  for (const auto& [key, held] : rulesets_.all()) current.push_back(held.ruleset->get());
  return list_processes(space_.get(), current, stale);
}

}  // namespace eventfilter::labeld
