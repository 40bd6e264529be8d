// SPDX-License-Identifier: BSD-2-Clause
#include "learn/learn.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <linux/eventfilter.h>
#include <sys/stat.h>

#include "base/text.h"
#include "learn/insert.h"
#include "learn/needs.h"
#include "learn/seen_by.h"
#include "learn/writer.h"
#include "policy/syscalls.h"
#include "stdlib/stdlib.h"

namespace eventfilter::learn {
namespace {

// Whoever needs none of a set does well without it; io_uring is closed by naming any other.
constexpr std::array kSets = {"@clock",    "@debug",  "@keyring", "@module", "@mount",
                              "@obsolete", "@raw-io", "@reboot",  "@swap"};
constexpr const char* kIoUring = "@io-uring";
constexpr const char* kSyscall = "sys_enter_";

using Includes = std::vector<std::string>;

// An include's macro has its name, as far as a macro can have it.
std::string macro_of(std::string include) {
  std::replace(include.begin(), include.end(), '-', '_');
  return include;
}

std::string joined(const std::vector<std::string>& words, const char* before, const char* behind) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? before : std::string(", ") + before) + word + behind;
  return text;
}

const events::Target& target_of(const Options& options) {
  return options.compiler.target == nullptr ? events::builtin_target() : *options.compiler.target;
}

// A rule file that is made here or was given, compiled.
struct Compiled {
  std::optional<emit::CompiledPolicy> policy;
  std::string mistakes;

  const emit::CompiledDomain* domain(const Options& options) const {
    return policy ? policy->find_domain(options.domain) : nullptr;
  }
};

Compiled compile(const emit::Source& source, const Options& options) {
  diag::Diagnostics diagnostics;
  Compiled made;
  made.policy = emit::compile(source, options.compiler, diagnostics);
  if (!made.policy) made.mistakes = diagnostics.render();
  return made;
}

std::string text_of(const Includes& includes, const Written& written, const std::string& syscalls,
                    const Options& options) {
  std::vector<std::string> macros;
  for (const std::string& include : includes) macros.push_back(macro_of(include));
  std::string text = "policy 1;\ninclude " + joined(includes, "<", ">") + ";\n\n";
  if (!written.labels.empty()) text += written.labels + '\n';
  text += "domain " + options.domain + " {\n  use " + joined(macros, "", "") + ";\n";
  if (!written.rules.empty()) text += '\n' + written.rules;
  return text + syscalls + "}\n";
}

bool is_syscall(const Observation& one) { return one.event.starts_with(kSyscall); }

bool was_used(const std::string& set, const std::vector<Observation>& observations) {
  const auto members = policy::find_syscall_set(set);
  return members &&
         std::any_of(observations.begin(), observations.end(), [&](const Observation& one) {
           if (!is_syscall(one)) return false;
           const std::string name = one.event.substr(std::string_view(kSyscall).size());
           return std::find(members->begin(), members->end(), name) != members->end();
         });
}

std::string syscall_rules(const std::vector<Observation>& observations) {
  std::string denied;
  for (const char* const set : kSets) {
    if (!was_used(set, observations)) denied += std::string(" ") + set;
  }
  std::string text = "\n  # None of these was called\n  deny syscall {" + denied + " };\n";
  if (was_used(kIoUring, observations)) text += std::string("  allow syscall ") + kIoUring + ";\n";
  return text;
}

std::size_t refused_with(const Includes& includes, const std::vector<Observation>& observations,
                         const Options& options) {
  const Compiled compiled = compile({"learnt", text_of(includes, {}, "", options)}, options);
  const auto* const domain = compiled.domain(options);
  if (domain == nullptr) return SIZE_MAX;
  return refused_by(*compiled.policy, *domain, target_of(options), observations).size();
}

// <base>, and one after the other those that cover most of what is left.
Includes choose_includes(const std::vector<Observation>& observations, const Options& options) {
  Includes chosen = {"base"};
  std::size_t left = refused_with(chosen, observations, options);
  for (std::string best = "base"; !best.empty();) {
    best.clear();
    for (const std::string& name : stdlib::names()) {
      if (std::find(chosen.begin(), chosen.end(), name) != chosen.end()) continue;
      Includes tried = chosen;
      tried.push_back(name);
      const std::size_t refused = refused_with(tried, observations, options);
      if (refused >= left) continue;
      left = refused;
      best = name;
    }
    if (!best.empty()) chosen.push_back(best);
  }
  return chosen;
}

std::string head_of(const std::vector<Observation>& observations, const Options& options) {
  std::string text = "# Learnt from: " + base::in_comment(options.command) + "\n# " +
                     std::to_string(observations.size()) + " kinds of events were seen";
  text += options.lost == 0
              ? "; none was lost.\n"
              : "; " + std::to_string(options.lost) + " records were lost: this is incomplete.\n";
  return text + "# What the program didn't do then is refused. Read this before you rely on it.\n";
}

// Events of objects that the target has; the syscalls have rules of their own.
std::vector<Observation> of_objects(const std::vector<Observation>& all,
                                    const events::Target& target) {
  std::vector<Observation> kept;
  std::copy_if(all.begin(), all.end(), std::back_inserter(kept), [&](const Observation& one) {
    return !is_syscall(one) && target.find(one.event) != nullptr;
  });
  return kept;
}

// An open says what it would have done to a file that isn't there, or that has contents: the next
// run meets one, although this one didn't.
std::vector<Observation> with_implied(std::vector<Observation> all) {
  const std::size_t count = all.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Observation open = all[i];
    const bool writes = (open.number("access") & (EVF_ACCESS_WRITE | EVF_ACCESS_APPEND)) != 0;
    if (open.event != "file_open" || !writes || !S_ISREG(open.number("mode"))) continue;
    Observation implied = open;
    implied.numbers = {{"mode", open.number("mode")}};
    implied.event = "file_truncate";
    if ((open.number("flags") & O_TRUNC) != 0) all.push_back(implied);
    implied.event = "file_create";
    implied.numbers["type"] = S_IFREG;
    if ((open.number("flags") & O_CREAT) != 0) all.push_back(implied);
  }
  return all;
}

std::set<std::string> taken_names(const emit::CompiledPolicy& policy) {
  std::set<std::string> names(policy.labels.begin(), policy.labels.end());
  for (const emit::CompiledGroup& group : policy.groups) names.insert(group.name);
  for (const emit::CompiledDomain& domain : policy.domains) names.insert(domain.name);
  return names;
}

std::string described(const Observation& one) {
  std::string text = one.event;
  if (!one.path.empty()) text += " of \"" + base::in_comment(one.path) + '"';
  for (const auto& [field, number] : one.numbers)
    text += ' ' + field + '=' + std::to_string(number);
  return text;
}

// Writes with patterns that are general, or else exact ones, until `make` has a text that compiles
// and lets everything pass.
template <typename Make>
base::Result<Learnt> until_right(const std::vector<Observation>& observations, const Needs& needs,
                                 const std::set<std::string>& taken, const Options& options,
                                 Make make) {
  std::string why;
  for (const Reach reach : {Reach::General, Reach::Exact}) {
    const Written written = write(needs, taken, options.home, reach);
    const base::Result<std::string> text = make(written);
    if (!text) return text.error();
    const Compiled compiled = compile({"learnt", text.value()}, options);
    const auto* const domain = compiled.domain(options);
    if (domain == nullptr) {
      why = "what was learnt can't be compiled:\n" + compiled.mistakes;
      continue;
    }
    const auto refused = refused_by(*compiled.policy, *domain, target_of(options), observations);
    if (refused.empty()) return Learnt{text.value(), written.sensitive};
    why = "no rule lets this pass: " + described(refused.front());
  }
  return base::Error{EINVAL, why};
}

}  // namespace

std::vector<std::string> watched_syscalls(const events::Target& target) {
  std::set<std::string> names;
  const auto add = [&](const char* set) {
    for (const std::string_view member :
         policy::find_syscall_set(set).value_or(std::vector<std::string_view>())) {
      const events::Event* const event = target.find_syscall(member);
      if (event != nullptr) names.insert(event->name);
    }
  };
  for (const char* const set : kSets) add(set);
  add(kIoUring);
  return {names.begin(), names.end()};
}

base::Result<Learnt> learn(const std::vector<Observation>& observations, const Options& options) {
  const auto all = with_implied(of_objects(merged(observations), target_of(options)));
  const Includes includes = choose_includes(all, options);
  const Compiled before = compile({"learnt", text_of(includes, {}, "", options)}, options);
  const auto* const domain = before.domain(options);
  if (domain == nullptr)
    return base::Error{EINVAL, "the standard includes have mistakes:\n" + before.mistakes};
  const Needs needs =
      needs_of(refused_by(*before.policy, *domain, target_of(options), all), *before.policy);
  const std::string head = head_of(merged(observations), options);
  const std::string syscalls = syscall_rules(observations);
  return until_right(all, needs, taken_names(*before.policy), options,
                     [&](const Written& written) -> base::Result<std::string> {
                       return head + text_of(includes, written, syscalls, options);
                     });
}

base::Result<Learnt> update(const emit::Source& file, const std::vector<Observation>& observations,
                            const Options& options) {
  const auto all = with_implied(of_objects(merged(observations), target_of(options)));
  const Compiled before = compile(file, options);
  if (!before.policy) return base::Error{EINVAL, "the rule file has mistakes:\n" + before.mistakes};
  const auto* const domain = before.domain(options);
  if (domain == nullptr)
    return base::Error{ENOENT, "the rule file has no domain \"" + options.domain + '"'};
  const auto refused = refused_by(*before.policy, *domain, target_of(options), all);
  if (refused.empty()) return Learnt{file.text, {}};
  const Needs needs = needs_of(refused, *before.policy);
  return until_right(all, needs, taken_names(*before.policy), options, [&](const Written& written) {
    return inserted(file.text, domain->where, {written.labels, written.rules});
  });
}

}  // namespace eventfilter::learn
