// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/rulesets.h"

#include <algorithm>
#include <cerrno>

#include <eventfilter.h>
#include <fcntl.h>
#include <sys/eventfd.h>

namespace eventfilter::labeld {
namespace {

base::Error failed(int code, const RulesetKey& key, const std::string& why = {}) {
  const std::string what = "the ruleset of " + key.domain;
  return why.empty() ? base::system_error(code, what) : base::Error{code, what + ": " + why};
}

// Attaching freezes a ruleset, also when it isn't one that can be attached. That it is frozen is
// then asked for, not believed: whoever could add a line to it would add it for everybody.
base::Result<void> freeze(const base::Fd& ruleset, const RulesetKey& key) {
  const base::Fd nobodys(eventfd(0, EFD_CLOEXEC));
  (void)eventfilter_attach(nobodys.get(), ruleset.get());
  constexpr std::string_view kComment = "# frozen\n";
  const int result =
      eventfilter_ruleset_write(ruleset.get(), kComment.data(), kComment.size(), nullptr);
  if (result != -EBUSY) return failed(EINVAL, key, "it can't be frozen; does it have a rule?");
  return {};
}

}  // namespace

base::Result<base::Fd> write_ruleset(int space, const RulesetKey& key) {
  const unsigned flags = key.permissive ? EVENTFILTER_PERMISSIVE : 0;
  const int made = key.label.empty()
                       ? eventfilter_ruleset_create(space, flags)
                       : eventfilter_ruleset_create_labelled(space, flags, key.label.c_str());
  if (made < 0) return failed(-made, key);
  base::Fd ruleset(made);
  eventfilter_text_error error = {};
  const int result =
      eventfilter_ruleset_write(ruleset.get(), key.text.data(), key.text.size(), &error);
  if (result == -EINVAL && error.line != 0) {
    return failed(EINVAL, key, "line " + std::to_string(error.line) + ", column " +
                                   std::to_string(error.column) + ": " + error.sentence);
  }
  if (result < 0) return failed(-result, key);
  return ruleset;
}

base::Result<HeldRuleset> Rulesets::get(int space, const RulesetKey& key) {
  if (const auto known = all_.find(key); known != all_.end()) return known->second;
  auto ruleset = write_ruleset(space, key);
  if (!ruleset) return ruleset.error();
  const int records = eventfilter_records_open(ruleset.value().get());
  if (records < 0) return failed(-records, key);
  base::Fd read_end(records);
  // Who polls it must not be kept waiting by it
  if (fcntl(records, F_SETFL, O_NONBLOCK) != 0) return failed(errno, key);
  if (auto frozen = freeze(ruleset.value(), key); !frozen) return frozen.error();
  HeldRuleset held{std::make_shared<const base::Fd>(std::move(ruleset).value()),
                   std::make_shared<const base::Fd>(std::move(read_end)), ++last_};
  all_[key] = held;
  if (made) made(key, held);
  return held;
}

void Rulesets::put(const RulesetKey& key, HeldRuleset held) {
  last_ = std::max(last_, held.serial);
  all_[key] = std::move(held);
}

std::vector<HeldRuleset> Rulesets::keep_only(const std::set<RulesetKey>& keys) {
  std::vector<HeldRuleset> gone;
  for (auto at = all_.begin(); at != all_.end();) {
    if (keys.contains(at->first)) {
      ++at;
      continue;
    }
    gone.push_back(std::move(at->second));
    at = all_.erase(at);
  }
  return gone;
}

}  // namespace eventfilter::labeld
