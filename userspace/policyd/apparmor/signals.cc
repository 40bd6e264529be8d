// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/signals.h"

#include <algorithm>
#include <bitset>
#include <cctype>
#include <optional>

#include "apparmor/glob.h"
#include "apparmor/words.h"
#include "policy/constants.h"

namespace eventfilter::apparmor {
namespace {

// 0 asks whether a process exists; 34 is the first real-time one that programs get.
constexpr std::size_t kSignals = 65;
constexpr std::size_t kFirstRealTime = 34;
using Set = std::bitset<kSignals>;

std::optional<std::size_t> number_of(std::string name) {
  if (name.size() > 1 && name.front() == '"') name = name.substr(1, name.size() - 2);
  if (name == "exists") return 0;
  if (name == "stp") name = "tstp";
  if (name.starts_with("rtmin+")) {
    const std::size_t offset = std::stoul("0" + name.substr(6));
    // AppArmor counts the kernel's, from 32
    return offset <= 32 ? std::optional<std::size_t>(offset + 32) : std::nullopt;
  }
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char byte) { return std::toupper(byte); });
  const auto found = policy::find_constant("SIG" + name);
  if (!found || static_cast<std::uint64_t>(*found) >= kFirstRealTime) return std::nullopt;
  return static_cast<std::size_t>(*found);
}

struct Rule {
  bool sends = false;
  bool receives = false;
  Set set;
  bool has_peer = false;
  std::vector<Pattern> peers;
  std::string unknown;  // a signal or a peer that can't be read
};

Rule read(const OtherRule& rule) {
  const Words words = read_words(rule.words);
  Rule made;
  made.sends = made.receives = words.plain.empty();
  for (const std::string& word : words.plain) {
    const bool both = word == "rw";
    made.sends |= both || word == "send" || word == "w" || word == "write";
    made.receives |= both || word == "receive" || word == "r" || word == "read";
  }
  if (!words.has("set")) made.set.set();
  else for (const std::string& name : words.conditions.at("set")) {
    const auto number = number_of(name);
    if (number) made.set.set(*number);
    else made.unknown = "there is no signal \"" + name + "\"";
  }
  made.has_peer = words.has("peer");
  if (!made.has_peer) return made;
  auto peers = expand(words.conditions.at("peer").front());
  if (peers) made.peers = std::move(peers).value();
  else made.unknown = peers.error().message;
  return made;
}

bool is_about(const Rule& rule, const std::string& peer) {
  return !rule.has_peer || std::any_of(rule.peers.begin(), rule.peers.end(),
                                       [&](const Pattern& one) { return matches(one, peer); });
}

// The signals that a profile's rules let pass in one direction. What a deny rule says that can't be read is all.
Set let_through(const Profile& profile, const std::string& peer, bool sending, bool anybody) {
  Set allowed;
  Set denied;
  for (const OtherRule& one : profile.others) {
    if (one.words[0] != "signal") continue;
    const Rule rule = read(one);
    if (!(sending ? rule.sends : rule.receives)) continue;
    if (one.is_deny) {
      if (anybody || !rule.unknown.empty() || is_about(rule, peer)) denied |= rule.unknown.empty() ? rule.set : ~Set();
    } else if (rule.unknown.empty() && (anybody ? !rule.has_peer : is_about(rule, peer))) {
      allowed |= rule.set;
    }
  }
  return allowed & ~denied;
}

std::string when(const Set& set) {
  if (set.all()) return "";
  std::string list;
  for (std::size_t i = 0; i < kSignals; ++i) {
    if (!set[i]) continue;
    std::size_t last = i;
    while (last + 1 < kSignals && set[last + 1]) ++last;
    if (!list.empty()) list += ", ";
    list += std::to_string(i) + (last > i ? ".." + std::to_string(last) : "");
    i = last;
  }
  return " when sig in { " + list + " }";
}

}  // namespace

std::string signal_rules(const std::vector<Profile>& profiles, const std::vector<std::string>& domains,
                         std::size_t which) {
  const Profile& own = profiles[which];
  const Set anybody = let_through(own, "", true, true);
  std::string text;
  if (anybody.any()) text += "allow signal send" + when(anybody) + ";\n";
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    const Set sent = let_through(own, profiles[i].name, true, false);
    const Set passes = sent & let_through(profiles[i], own.name, false, false);
    const Set refused = anybody & ~passes;
    if ((passes & ~anybody).any()) text += "allow signal send on " + domains[i] + when(passes & ~anybody) + ";\n";
    if (refused.any()) text += "deny signal send on " + domains[i] + when(refused) + ";\n";
  }
  return text;
}

Kept signal_kept(const std::vector<Profile>& profiles, const OtherRule& rule) {
  const Rule made = read(rule);
  if (!made.unknown.empty()) return {Kept::How::Unsupported, made.unknown};
  if (!made.sends || !made.has_peer) return {};
  const bool has_peer = std::any_of(profiles.begin(), profiles.end(),
                                    [&](const Profile& one) { return is_about(made, one.name); });
  if (has_peer) return {};
  if (rule.is_deny) return {Kept::How::Narrowed, "denied whoever receives it"};
  return {Kept::How::Unsupported, "what isn't in a domain of this file has no name"};
}

}  // namespace eventfilter::apparmor
