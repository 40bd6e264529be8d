// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/state.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <limits>
#include <sstream>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipc/wire.h"
#include "service/keeper_link.h"

namespace eventfilter::labeld {
namespace {

struct PlanItem {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::string pattern;
  std::uint8_t kind = 0;
  std::string names;
  static void fields(auto& self, auto& visit) {
    visit(self.device);
    visit(self.inode);
    visit(self.pattern);
    visit(self.kind);
    visit(self.names);
  }
};

struct RulesetItem {
  std::string domain;
  std::string label;
  bool permissive = false;
  std::string text;
  std::uint64_t serial = 0;
  static void fields(auto& self, auto& visit) {
    visit(self.domain);
    visit(self.label);
    visit(self.permissive);
    visit(self.text);
    visit(self.serial);
  }
};

struct Description {
  std::uint64_t policy = 0;
  std::vector<ipc::Setting> booleans;
  std::vector<std::uint32_t> users;
  std::vector<PlanItem> by_hand;
  std::vector<RulesetItem> rulesets;
  static void fields(auto& self, auto& visit) {
    visit(self.policy);
    visit(self.booleans);
    visit(self.users);
    visit(self.by_hand);
    visit(self.rulesets);
  }
};

std::string hex(std::uint64_t number) {
  std::ostringstream text;
  text << std::hex << number;
  return text.str();
}

std::string object_name(const Key& key) { return "object-" + hex(key.device) + '-' + hex(key.inode); }

std::vector<PlanItem> items_of(const Plan& plan) {
  std::vector<PlanItem> items;
  for (const auto& [key, one] : plan) {
    items.push_back({key.device, key.inode, key.pattern, static_cast<std::uint8_t>(one.kind), one.names});
  }
  return items;
}

// One of the handed descriptors, shared by all that refer to it.
class Finder {
 public:
  explicit Finder(Handed& handed) : handed_(handed) {}

  SharedFd find(const std::string& name) {
    if (const auto known = found_.find(name); known != found_.end()) return known->second;
    const auto at = handed_.find(name);
    if (at == handed_.end() || at->second.empty()) return nullptr;
    return found_[name] = std::make_shared<const base::Fd>(std::move(at->second.front()));
  }

  Plan plan_of(const std::vector<PlanItem>& items) {
    Plan plan;
    for (const PlanItem& item : items) {
      const Key key{item.device, item.inode, item.pattern};
      SharedFd object = find(object_name(key));
      if (object && item.kind <= static_cast<std::uint8_t>(Kind::Name))
        plan[key] = {std::move(object), static_cast<Kind>(item.kind), item.names};
    }
    return plan;
  }

 private:
  Handed& handed_;
  std::map<std::string, SharedFd> found_;
};

base::Fd sealed(const std::string& bytes) {
  base::Fd memory(memfd_create("state", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  std::size_t done = 0;
  while (memory && done < bytes.size()) {
    const ssize_t written = write(memory.get(), bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return {};
    done += static_cast<std::size_t>(written);
  }
  if (memory && fcntl(memory.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) != 0)
    return {};
  return memory;
}

std::string contents_of(const base::Fd& memory) {
  struct stat status = {};
  if (fstat(memory.get(), &status) != 0) return "";
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  const ssize_t got = pread(memory.get(), bytes.data(), bytes.size(), 0);
  return got == static_cast<ssize_t>(bytes.size()) ? bytes : "";
}

}  // namespace

std::string describe(const State& state) {
  Description made;
  made.policy = state.policy;
  for (const auto& [name, value] : state.booleans) made.booleans.push_back({name, value});
  made.users.assign(state.users.begin(), state.users.end());
  made.by_hand = items_of(state.by_hand);
  for (const auto& [key, held] : state.rulesets)
    made.rulesets.push_back({key.domain, key.label, key.permissive, key.text, held.serial});
  return ipc::encode(made);
}

std::optional<State> recall(const std::string& bytes, Handed& handed) {
  constexpr auto kAny = std::numeric_limits<std::uint32_t>::max();
  Description read;
  ipc::Reader reader(bytes, kAny, kAny);
  reader(read);
  if (!reader.done()) return std::nullopt;
  Finder finder(handed);
  State state;
  state.policy = read.policy;
  for (const ipc::Setting& one : read.booleans) state.booleans[one.name] = one.value;
  state.users.insert(read.users.begin(), read.users.end());
  state.by_hand = finder.plan_of(read.by_hand);
  for (const RulesetItem& one : read.rulesets) {
    SharedFd ruleset = finder.find("ruleset-" + std::to_string(one.serial));
    SharedFd records = finder.find("records-" + std::to_string(one.serial));
    if (ruleset && records) {
      state.rulesets[{one.domain, one.label, one.permissive, one.text}] = {
          std::move(ruleset), std::move(records), one.serial};
    }
  }
  return state;
}

std::optional<State> Rest::take_back(Handed& handed) {
  std::map<std::uint64_t, std::string> descriptions;
  for (const auto& [name, descriptors] : handed) {
    resting_.insert(name);
    if (!name.starts_with("state-") || descriptors.empty()) continue;
    const std::uint64_t serial = std::strtoull(name.c_str() + 6, nullptr, 10);
    serial_ = std::max(serial_, serial);
    descriptions[serial] = contents_of(descriptors.front());
  }
  for (auto at = descriptions.rbegin(); at != descriptions.rend(); ++at) {
    if (auto state = recall(at->second, handed)) return state;
  }
  return std::nullopt;
}

void Rest::keep_space(int space) {
  service::keep("space", space);
  resting_.insert("space");
}

void Rest::keep_one(const std::string& name, int descriptor, std::set<std::string>& wanted) {
  wanted.insert(name);
  if (resting_.insert(name).second) service::keep(name, descriptor);
}

void Rest::put(const State& state) {
  std::set<std::string> wanted = {"space"};
  for (const auto& [key, one] : state.by_hand) keep_one(object_name(key), one.object->get(), wanted);
  for (const auto& [key, held] : state.rulesets) {
    keep_one("ruleset-" + std::to_string(held.serial), held.ruleset->get(), wanted);
    keep_one("records-" + std::to_string(held.serial), held.records->get(), wanted);
  }
  const base::Fd memory = sealed(describe(state));
  if (!memory) return;  // the one before is still there, and none of its descriptors is let go
  keep_one("state-" + std::to_string(++serial_), memory.get(), wanted);
  for (auto at = resting_.begin(); at != resting_.end();) {
    if (wanted.contains(*at)) {
      ++at;
      continue;
    }
    service::forget(*at);
    at = resting_.erase(at);
  }
}

}  // namespace eventfilter::labeld
