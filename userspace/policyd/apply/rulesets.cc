// SPDX-License-Identifier: BSD-2-Clause
#include "apply/rulesets.h"

#include <algorithm>
#include <cerrno>

#include <eventfilter.h>
#include <fcntl.h>

#include "apply/refused_text.h"

namespace eventfilter::apply {
namespace {

base::Result<void> checked(int result, const std::string& what) {
  if (result < 0) return base::system_error(-result, what);
  return {};
}

}  // namespace

RefusedText refused_text(const std::string& text, const eventfilter_text_error& error) {
  std::size_t begin = 0;
  for (unsigned line = 1; line < error.line; ++line) {
    const std::size_t newline = text.find('\n', begin);
    if (newline == std::string::npos) break;
    begin = newline + 1;
  }
  begin = std::min(begin + error.column - 1, text.size());
  return {text, error.sentence, begin, std::min(begin + error.length, text.size())};
}

std::string group_text(const emit::CompiledPolicy& policy, const std::vector<emit::CompiledGroup>& groups) {
  std::string text;
  for (const emit::CompiledGroup& group : groups) {
    text += "group " + group.name + " =";
    for (const std::string& member : policy.members_of(group)) text += ' ' + member;
    text += '\n';
  }
  return text;
}

std::string space_text(const emit::CompiledPolicy& policy) {
  std::string text;
  for (const std::string& label : policy.labels) text += "label " + label + '\n';
  text += group_text(policy, policy.groups);
  for (const emit::CompiledPlace& one : policy.places) text += one.text + ' ' + one.label + '\n';
  return text;
}

base::Result<void> write_space(int space, const std::string& text, const char* what,
                               std::optional<RefusedText>& ret_refused) {
  if (text.empty()) return {};
  eventfilter_text_error error = {};
  const int result = eventfilter_labels_write(space, text.data(), text.size(), &error);
  if (result == -EINVAL && error.line != 0) ret_refused = refused_text(text, error);
  return checked(std::min(result, 0), what);
}

base::Result<base::Fd> Rulesets::make(const emit::CompiledDomain& domain, const std::string& text,
                                      bool labelled) {
  const unsigned flags = domain.permissive ? EVENTFILTER_PERMISSIVE : 0;
  const int made = labelled && domain.is_labelled
                       ? eventfilter_ruleset_create_labelled(space_, flags, domain.name.c_str())
                       : eventfilter_ruleset_create(space_, flags);
  if (made < 0) return base::system_error(-made, "creating a ruleset");
  base::Fd ruleset(made);
  eventfilter_text_error error = {};
  const int result = eventfilter_ruleset_write(ruleset.get(), text.data(), text.size(), &error);
  if (result == -EINVAL && error.line != 0) refused_ = refused_text(text, error);
  if (result < 0) return base::system_error(-result, "writing the ruleset");
  return ruleset;
}

base::Result<base::Fd> Rulesets::layer(const emit::CompiledDomain& domain, bool labelled) {
  // A transition back to a domain whose one layer this is adds nothing: it has to be the same ruleset.
  if (const auto known = targets_.find(domain.name);
      known != targets_.end() && labelled && domain.stacked.empty()) {
    base::Fd copy(fcntl(known->second.get(), F_DUPFD_CLOEXEC, 0));
    if (!copy) return base::system_error(errno, "creating a ruleset");
    return copy;
  }
  return make(domain, domain.ruleset, labelled);
}

base::Result<void> Rulesets::stage_transitions() {
  for (const emit::CompiledTransition& one : policy_.transitions) {
    if (targets_.count(one.to) == 0) {
      const emit::CompiledDomain& domain = *policy_.find_domain(one.to);
      auto made = make(domain, domain.stacked.empty() ? domain.ruleset : domain.stacked, true);
      if (!made) return made.error();
      targets_[one.to] = std::move(made).value();
    }
    const auto staged = checked(eventfilter_transition(space_, one.from.c_str(), one.on.c_str(),
                                                       targets_[one.to].get()),
                                "a transition from " + one.from + " on " + one.on);
    if (!staged) return staged;
  }
  return {};
}

}  // namespace eventfilter::apply
