// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/ready.h"

#include <algorithm>
#include <cerrno>
#include <cctype>
#include <optional>

namespace eventfilter::apparmor {
namespace {

class Preparer {
 public:
  Preparer(const std::vector<Profile>& profiles, const std::vector<std::string>& domains)
      : profiles_(profiles), domains_(domains) {
    for (const Profile& profile : profiles) {
      auto patterns = expand(profile.attachment);
      attachments_.push_back(patterns && !profile.attachment.empty() ? std::move(patterns).value()
                                                                     : std::vector<Pattern>());
    }
  }

  base::Result<Ready> ready(const FileRule& rule, std::size_t domain) {
    Ready made;
    made.rule = &rule;
    made.domain = domain;
    auto patterns = expand(rule.expression);
    if (!patterns) {
      if (rule.is_deny) return refused(rule, patterns.error().message);
      made.unsupported = patterns.error().message;
      return made;
    }
    add_patterns(made, patterns.value());
    if (!made.unsupported.empty()) return made;
    add_letters(made);
    if (!rule.exec.empty()) add_exec(made);
    if (made.rights == Rights() && made.unsupported.empty()) made.unsupported = made.narrowed;
    return made;
  }

 private:
  static base::Error refused(const FileRule& rule, const std::string& why) {
    return base::Error{EINVAL, rule.place.file + ":" + std::to_string(rule.place.line) +
                                   ": a deny rule that can't be read, " + why + ": " + rule.text};
  }

  // The kernel asks the process's label there, if it has one, whatever patterns say (docs/labels.md).
  static const Pattern& of_processes() {
    static const Pattern made = expand("/proc/[0-9]*/**").value().front();
    return made;
  }

  // A deny rule keeps what no pattern of ours can say: it takes from whatever meets it.
  static void add_patterns(Ready& made, const std::vector<Pattern>& patterns) {
    for (const Pattern& pattern : patterns) {
      const Cells cells = cells_of(pattern, kMaxDepth);
      if (!cells.problem.empty() && !made.rule->is_deny) {
        made.narrowed = cells.problem;
        continue;
      }
      if (!made.rule->is_deny && meet(pattern, of_processes())) {
        made.narrowed = "not in /proc's folder of a process with a label, such as its own";
      }
      made.patterns.push_back(pattern);
      for (Scope& scope : scopes_of(pattern)) made.scopes.push_back(std::move(scope));
    }
    if (made.patterns.empty()) made.unsupported = made.narrowed;
  }

  static void add_letters(Ready& made) {
    const FileRule& rule = *made.rule;
    const std::uint8_t whose = rule.is_owner ? kOwn : kAll;
    for (std::size_t i = 0; i < kRights; ++i) {
      if (rule.letters.find(kRightLetters[i]) == std::string::npos) continue;
      const auto right = static_cast<Right>(i);
      made.rights[right] |= whose;
      if (right == Right::Write) made.rights[Right::Append] |= whose;
      // Who may write may do so at the end, too
      if (right == Right::Append && rule.is_deny && made.rights[Right::Write] == 0) {
        made.rights[Right::Write] |= whose;
        made.narrowed = "who may not append may not write either";
      }
    }
    const bool has_names = std::any_of(made.scopes.begin(), made.scopes.end(),
                                       [](const Scope& one) { return !one.name.empty(); });
    if (has_names && rule.is_audit && !rule.is_deny) made.narrowed = "what passes by its name alone isn't recorded";
  }

  void add_exec(Ready& made) const {
    const FileRule& rule = *made.rule;
    const std::uint8_t whose = rule.is_owner ? kOwn : kAll;
    if (rule.is_deny || rule.exec == "ix") {
      made.rights[Right::Exec] |= whose;
      return;
    }
    std::string mode = rule.exec;
    std::transform(mode.begin(), mode.end(), mode.begin(), [](unsigned char byte) { return std::tolower(byte); });
    if (mode == "x") {
      made.narrowed = "x alone says no mode: not executed";
      return;
    }
    const auto target = mode.starts_with('u') ? std::nullopt : target_of(made, mode.starts_with('c'));
    if (target) {
      made.rights[Right::Exec] |= whose;
      made.target = domains_[*target];
      made.narrowed = "it enters " + made.target + ", and may do there what both domains let it";
    } else if (mode.starts_with('u') || mode == "pix" || mode == "cix" || mode == "pux" || mode == "cux") {
      made.rights[Right::Exec] |= whose;
      made.narrowed = mode.starts_with('u') ? "nothing leaves its domain: it stays in this one"
                                            : "no profile of these files is for it: it stays in this domain";
    } else {
      made.narrowed = "no profile of these files is for it: not executed";
    }
  }

  // The profile that executing enters, if it's the same for all that the rule is about.
  std::optional<std::size_t> target_of(const Ready& made, bool child) const {
    const Profile& own = profiles_[made.domain];
    if (!made.rule->target.empty()) {
      const std::string name = child ? own.name + "//" + made.rule->target : made.rule->target;
      for (std::size_t i = 0; i < profiles_.size(); ++i) {
        if (profiles_[i].name == name) return i;
      }
      return std::nullopt;
    }
    std::optional<std::size_t> found;
    for (const Pattern& pattern : made.patterns) {
      const auto one = attached(pattern, child ? own.name : "");
      if (!one || (found && *found != *one)) return std::nullopt;
      found = one;
    }
    return found;
  }

  // The profile that is for all of these programs.
  std::optional<std::size_t> attached(const Pattern& pattern, const std::string& parent) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < profiles_.size(); ++i) {
      if (profiles_[i].parent != parent) continue;
      const bool is_for_it = std::any_of(attachments_[i].begin(), attachments_[i].end(),
                                         [&](const Pattern& one) { return contains(one, pattern); });
      if (is_for_it && !found) found = i;
    }
    return found;
  }

  const std::vector<Profile>& profiles_;
  const std::vector<std::string>& domains_;
  std::vector<std::vector<Pattern>> attachments_;
};

}  // namespace

base::Result<std::vector<Ready>> make_ready(const std::vector<Profile>& profiles,
                                            const std::vector<std::string>& domains) {
  Preparer preparer(profiles, domains);
  std::vector<Ready> all;
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    for (const FileRule& rule : profiles[i].files) {
      auto one = preparer.ready(rule, i);
      if (!one) return one.error();
      all.push_back(std::move(one).value());
    }
  }
  return all;
}

}  // namespace eventfilter::apparmor
