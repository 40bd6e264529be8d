// SPDX-License-Identifier: BSD-2-Clause
#include "import/oci.h"

#include <algorithm>
#include <cerrno>
#include <map>

#include <string.h>

#include "base/text.h"
#include "import/argument.h"
#include "import/oci_profile.h"
#include "policy/syscalls.h"
#include "syntax/format.h"

namespace eventfilter::import {
namespace {

// What a profile says of one system call.
struct Call {
  const events::Event* event = nullptr;
  std::vector<const OciRule*> rules;
};

std::string errno_text(int error) {
  // The kernel gives no more than 4095; one without a name can't be written.
  const char* const name = strerrorname_np(error);
  return name == nullptr ? "EPERM" : name;
}

// As a rule writes what happens to what is refused.
std::string refusal(const OciAction& action) {
  switch (action.kind) {
    case OciAction::Kind::Kill: return " kill";
    case OciAction::Kind::Trap: return " trap";
    case OciAction::Kind::Errno: return " errno " + errno_text(action.error);
    default: return "";
  }
}

// With parentheses where it's an operand of "||" and has operands itself.
std::string grouped(const std::string& text) {
  const bool is_compound = text.find(" && ") != std::string::npos || text.find(" || ") != std::string::npos;
  return is_compound ? "(" + text + ")" : text;
}

class Importer {
 public:
  Importer(const OciProfile& profile, const OciOptions& options)
      : profile_(profile), options_(options),
        target_(options.target ? *options.target : events::builtin_target()) {}

  Imported run(const std::string& name) {
    collect();
    std::string body;
    for (const events::Event& event : target_.events()) {
      if (event.group == events::Group::Syscalls) body += rules_for(event);
    }
    std::string grouped;
    for (const auto& [rest, names] : together_) {
      grouped += rest.first + " syscall {" + names + " }" + rest.second + ";\n";
    }
    Imported made;
    std::string text = "policy 1;\n# From " + base::in_comment(name) + ", by policyctl import oci\ndomain " +
                       options_.domain + " {\ndefault * allow;\n" + grouped + body + "}\n";
    diag::Diagnostics diagnostics;
    made.policy = syntax::format(diagnostics.add_source(name, text), diagnostics).value_or(text);
    made.listed = std::move(listed_);
    return made;
  }

 private:
  void list(unsigned line, std::string text) {
    Listed one{line, std::move(text)};
    if (std::find(listed_.begin(), listed_.end(), one) == listed_.end()) listed_.push_back(std::move(one));
  }

  void collect() {
    listed_ = profile_.listed;
    for (const OciRule& rule : profile_.rules) {
      for (const std::string& name : rule.names) {
        const events::Event* const event = target_.find_syscall(name);
        if (event == nullptr) {
          list(rule.line, "there is no system call \"" + name + "\" on x86_64: left out");
        } else {
          calls_[event].push_back(&rule);
          highest_ = std::max(highest_, event->number);
        }
      }
    }
  }

  // A line for many calls alike.
  void together(const std::string& start, const std::string& end, const events::Event& event) {
    together_[{start, end}] += " " + std::string(event.syscall());
  }

  // Calls that are newer than the profile fail as on a kernel that hasn't got them: that's what makes
  // C libraries try an older one.
  OciAction missing(const events::Event& event) const {
    const bool is_newer = event.number > highest_ && profile_.default_action.kind == OciAction::Kind::Errno;
    return is_newer ? OciAction{OciAction::Kind::Errno, ENOSYS} : profile_.default_action;
  }

  std::string rules_for(const events::Event& event) {
    const auto found = calls_.find(&event);
    const bool is_open = profile_.default_action.passes();
    if (found == calls_.end()) {
      if (!is_open) together("deny", refusal(missing(event)), event);
      if (profile_.default_action.kind == OciAction::Kind::Log) together("deny", " log", event);
      return "";
    }
    const OciAction& action = found->second.front()->action;
    for (const OciRule* const rule : found->second) {
      if (rule->action == action) continue;
      list(rule->line, "several actions for " + std::string(event.syscall()) + ": it is refused");
      together("deny", is_open ? "" : refusal(profile_.default_action), event);
      return "";
    }
    return action.passes() ? allowed(event, found->second, action) : refused(event, found->second, action);
  }

  // When one of the rules is about a call. What can't be asked is taken as `unknown`.
  Lowered condition(const events::Event& event, const std::vector<const OciRule*>& rules, bool unknown) {
    std::vector<std::string> all;
    for (const OciRule* const rule : rules) {
      const Lowered one = condition(event, *rule, unknown);
      if (one.kind == Lowered::Kind::Always) return one;
      if (one.kind == Lowered::Kind::When) all.push_back(one.when);
    }
    if (all.empty()) return {Lowered::Kind::Never, {}};
    std::string any = all.size() == 1 ? all.front() : grouped(all.front());
    for (std::size_t i = 1; i < all.size(); ++i) any += " || " + grouped(all[i]);
    return {Lowered::Kind::When, any};
  }

  // A register that is compared twice is one of both, as runc has it; others are all to hold.
  Lowered condition(const events::Event& event, const OciRule& rule, bool unknown) {
    const bool is_any = rule.repeats_argument();
    std::string text;
    for (const OciArgument& argument : rule.arguments) {
      const Lowered one = condition(event, rule, argument, unknown);
      const auto absorbing = is_any ? Lowered::Kind::Always : Lowered::Kind::Never;
      if (one.kind == absorbing) return one;
      if (one.kind != Lowered::Kind::When) continue;
      text += (text.empty() ? "" : is_any ? " || " : " && ") + (is_any ? grouped(one.when) : one.when);
    }
    if (!text.empty()) return {Lowered::Kind::When, text};
    return {is_any ? Lowered::Kind::Never : Lowered::Kind::Always, {}};
  }

  Lowered condition(const events::Event& event, const OciRule& rule, const OciArgument& argument,
                    bool unknown) {
    const Lowered open{unknown ? Lowered::Kind::Always : Lowered::Kind::Never, {}};
    const std::size_t own = event.fields.size() < 2 ? 0 : event.fields.size() - 2;
    if (argument.index >= own) {
      list(argument.line, std::string(event.syscall()) + " has no known argument " + std::to_string(argument.index) +
                              ": " + (unknown ? "refused whatever it is" : "not allowed by it"));
      return open;
    }
    const events::Field& field = event.fields[argument.index];
    const bool is_number = field.kind == events::Kind::Integer || field.kind == events::Kind::Uid ||
                           field.kind == events::Kind::Gid;
    if (!is_number || event.find(field.name) != &field) {
      list(rule.line, field.name + " of " + std::string(event.syscall()) + " can't be compared: " +
                          (unknown ? "refused whatever it is" : "not allowed by it"));
      return open;
    }
    const bool is_id = field.kind != events::Kind::Integer;
    if (is_id && argument.comparison.op == Operator::MaskedEqual) {
      list(rule.line, field.name + " of " + std::string(event.syscall()) + " is an id and has no bits: " +
                          (unknown ? "refused whatever it is" : "not allowed by it"));
      return open;
    }
    return lower(argument.comparison, field);
  }

  std::string allowed(const events::Event& event, const std::vector<const OciRule*>& rules,
                      const OciAction& action) {
    const bool is_log = action.kind == OciAction::Kind::Log;
    const bool is_open = profile_.default_action.passes();
    Lowered when = condition(event, rules, false);
    if (is_open) {
      // It passes anyway; recorded or not.
      if (is_log && when.kind != Lowered::Kind::Never) {
        return "deny syscall " + std::string(event.syscall()) + (when.when.empty() ? "" : " when " + when.when) +
               " log;\n";
      }
      return "";
    }
    if (when.kind == Lowered::Kind::Never) {
      together("deny", refusal(profile_.default_action), event);
      return "";
    }
    if (when.kind == Lowered::Kind::Always) {
      // io_uring's calls have to be named; the others are open.
      if (is_log) together("deny", " log", event);
      if (!is_log && policy::is_io_uring(event.syscall())) together("allow", "", event);
      return "";
    }
    return std::string(is_log ? "audit " : "") + "allow syscall " + std::string(event.syscall()) + " when " +
           when.when + refusal(profile_.default_action) + ";\n";
  }

  std::string refused(const events::Event& event, const std::vector<const OciRule*>& rules,
                      const OciAction& action) {
    const Lowered when = condition(event, rules, true);
    const bool is_open = profile_.default_action.passes();
    if (when.kind == Lowered::Kind::Never || (when.kind == Lowered::Kind::When && !is_open)) {
      if (is_open) return "";
      if (!(action == profile_.default_action) && when.kind == Lowered::Kind::When) {
        list(rules.front()->line, std::string(event.syscall()) + " is refused in the profile's usual way, whatever its arguments are");
      }
      together("deny", refusal(profile_.default_action), event);
      return "";
    }
    if (when.kind == Lowered::Kind::Always) {
      together("deny", refusal(action), event);
      return "";
    }
    return "deny syscall " + std::string(event.syscall()) + " when " + when.when + refusal(action) + ";\n";
  }

  const OciProfile& profile_;
  const OciOptions& options_;
  const events::Target& target_;
  std::map<const events::Event*, std::vector<const OciRule*>> calls_;
  std::map<std::pair<std::string, std::string>, std::string> together_;
  std::vector<Listed> listed_;
  unsigned highest_ = 0;  // number of a call that the profile names
};

}  // namespace

base::Result<Imported> import_oci(const std::string& name, const std::string& text,
                                  const OciOptions& options) {
  const auto profile = read_oci_profile(name, text, options);
  if (!profile) return profile.error();
  return Importer(profile.value(), options).run(name);
}

}  // namespace eventfilter::import
