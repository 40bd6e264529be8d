// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/other_rules.h"

#include <algorithm>
#include <optional>

#include "apparmor/glob.h"
#include "apparmor/signals.h"
#include "apparmor/sockets.h"
#include "apparmor/words.h"
#include "policy/constants.h"

namespace eventfilter::apparmor {
namespace {

const Kept kExact{};

Kept narrowed(std::string why) { return {Kept::How::Narrowed, std::move(why)}; }
Kept unsupported(std::string why) { return {Kept::How::Unsupported, std::move(why)}; }

class Translator {
 public:
  Translator(const std::vector<Profile>& profiles, const std::vector<std::string>& domains, std::size_t which)
      : profiles_(profiles), domains_(domains), which_(which) {}

  OtherRules run() {
    OtherRules made;
    for (const OtherRule& rule : profiles_[which_].others) made.kept.push_back(translate(rule));
    made.text = text_ + ptrace_;
    made.text += signal_rules(profiles_, domains_, which_);
    // AppArmor doesn't ask about these
    made.text +=
        "allow process { create setsched };\n"
        "allow process prlimit when resource == read;\n"
        "allow process prlimit on self;\n"
        "allow system { bpf perf userns module key ipc io_uring };\n";
    return made;
  }

 private:
  Kept translate(const OtherRule& rule) {
    const std::string& kind = rule.words[0];
    if (kind == "capability") return capability(rule);
    if (kind == "network" || kind == "unix") return socket(rule);
    if (kind == "signal") return signal_kept(profiles_, rule);
    if (kind == "ptrace") return ptrace(rule);
    if (kind == "mount" || kind == "umount" || kind == "remount") return mount(rule);
    return nothing_of(rule, kind);
  }

  // A deny rule of a class that is closed anyway denies what it should.
  static Kept nothing_of(const OtherRule& rule, const std::string& kind) {
    if (kind == "set") return unsupported("limits are set by who starts a program: LimitNOFILE= and the like");
    if (rule.is_deny) return kExact;
    if (kind == "dbus") return unsupported("messages are the bus's own: no event of the kernel tells them");
    if (kind == "change_profile") return unsupported("nothing leaves its domain");
    if (kind == "pivot_root") return unsupported("a confined task can't change the root of others");
    if (kind == "link") return unsupported("pairs of names aren't told: a rule with l for the new name would be");
    return unsupported("\"" + kind + "\" has no counterpart");
  }

  std::string effect(const OtherRule& rule) const {
    return rule.is_deny ? "deny" : rule.is_audit ? "audit allow" : "allow";
  }

  Kept capability(const OtherRule& rule) {
    const Words words = read_words(rule.words);
    std::string list;
    for (std::string name : words.plain) {
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char byte) { return std::toupper(byte); });
      if (!policy::find_constant("CAP_" + name)) return unsupported("there is no CAP_" + name);
      list += (list.empty() ? "CAP_" : ", CAP_") + name;
    }
    text_ += effect(rule) + " system capable" + (list.empty() ? "" : " when cap in { " + list + " }") + ";\n";
    return kExact;
  }

  Kept socket(const OtherRule& rule) {
    const Sockets made = sockets(rule, domains_[which_], profiles_[which_].name);
    text_ += made.text;
    return made.kept;
  }

  // Mounting anything anywhere, or nothing: its conditions aren't told apart.
  Kept mount(const OtherRule& rule) {
    if (rule.is_deny) {
      text_ += rule.words[0] == "umount" ? "deny file umount;\n" : "deny file mount;\n";
      return rule.words.size() == 1 ? kExact : narrowed("every mount is denied");
    }
    if (rule.words.size() > 1) return unsupported("what is mounted, how and where isn't told");
    if (rule.words[0] == "umount") text_ += "allow file umount;\n";
    if (rule.words[0] == "mount") text_ += "allow file mount;\n";
    return rule.words[0] == "remount" ? unsupported("a remount alone isn't told") : kExact;
  }

  // Which of the modes of ptrace a rule is about.
  struct Tracing {
    bool read = false;
    bool trace = false;
    bool by = false;  // about being read or traced
  };

  static Tracing tracing(const Words& words) {
    Tracing made;
    for (const std::string& word : words.plain) {
      made.read |= word == "read" || word == "r" || word == "rw";
      made.trace |= word == "trace" || word == "w" || word == "rw";
      made.by |= word == "readby" || word == "tracedby";
    }
    if (words.plain.empty()) made = {true, true, true};
    return made;
  }

  Kept ptrace(const OtherRule& rule) {
    const Words words = read_words(rule.words);
    const Tracing what = tracing(words);
    if (!what.read && !what.trace) return kExact;  // told by the one who does it
    const std::string mode = what.read && what.trace ? "" : what.read ? " when mode == read" : " when mode == attach";
    if (!words.has("peer")) {
      ptrace_ += effect(rule) + " process ptrace" + mode + ";\n";
      return kExact;
    }
    const auto peers = expand(words.conditions.at("peer").front());
    if (!peers) return rule.is_deny ? deny_all(mode) : unsupported(peers.error().message);
    bool found = false;
    for (std::size_t i = 0; i < profiles_.size(); ++i) {
      const bool is_peer = std::any_of(peers.value().begin(), peers.value().end(), [&](const Pattern& one) {
        return matches(one, profiles_[i].name);
      });
      if (is_peer) ptrace_ += effect(rule) + " process ptrace on " + domains_[i] + mode + ";\n";
      found = found || is_peer;
    }
    if (found) return kExact;
    return rule.is_deny ? deny_all(mode) : unsupported("what isn't in a domain of this file has no name");
  }

  Kept deny_all(const std::string& mode) {
    ptrace_ += "deny process ptrace" + mode + ";\n";
    return narrowed("everybody's tracing is denied");
  }

  const std::vector<Profile>& profiles_;
  const std::vector<std::string>& domains_;
  std::size_t which_;
  std::string text_;
  std::string ptrace_;
};

}  // namespace

OtherRules other_rules(const std::vector<Profile>& profiles, const std::vector<std::string>& domains,
                       std::size_t which) {
  return Translator(profiles, domains, which).run();
}

}  // namespace eventfilter::apparmor
