// SPDX-License-Identifier: BSD-2-Clause
//
// What a domain may do with what, and by which lines.
#include <iostream>

#include "analysis/assertions.h"
#include "cli/commands.h"
#include "cli/domain.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/load.h"
#include "cli/terminal.h"
#include "diag/messages.h"
#include "policy/permissions.h"

namespace eventfilter::cli {
namespace {

const events::Target& target_of(const Loaded& loaded) {
  return loaded.target ? *loaded.target : events::builtin_target();
}

// The permission with this name; nullptr, and a message, if there is none.
const policy::Permission* find(const std::string& object_class, const std::string& name) {
  std::vector<std::string> known;
  for (const policy::Permission& one : policy::permissions()) {
    if (one.object_class == object_class && one.name == name) return &one;
    if (one.object_class == object_class) known.emplace_back(one.name);
  }
  const bool is_class = policy::find_class(object_class) != nullptr;
  const std::string hint = is_class ? diag::nearest_hint(name, known)
                                    : diag::nearest_hint(object_class, policy::class_names());
  say("error", (is_class ? "the class " + object_class + " has no permission \"" + name
                         : "there is no class \"" + object_class) +
                   '"' + (hint.empty() ? "" : "; " + hint));
  return nullptr;
}

std::string lines_of(const std::vector<diag::Note>& notes, const diag::Diagnostics& diagnostics) {
  std::string out;
  for (const diag::Note& note : notes) {
    out += (out.empty() ? "" : ", ") + to_string(diagnostics.place(note.range));
  }
  return out;
}

// Prints each label on which the permission is granted, with the condition and the lines.
int print_grants(const Loaded& loaded, const emit::CompiledDomain& domain,
                 const policy::Permission& permission, const std::string& label, bool json) {
  const emit::CompiledPolicy& policy = *loaded.policy;
  const events::Event* const event = target_of(loaded).find(permission.event);
  if (event == nullptr) {
    say("error",
        "the kernel that this is compiled for has no event " + std::string(permission.event));
    return kTrouble;
  }
  const analysis::Filter filter =
      analysis::all_of({analysis::passes(policy, domain, *event),
                        analysis::read_filter(policy::condition_of_deny(permission.needs))});
  const bool has_label = event->find("label") != nullptr;
  for (const analysis::Candidate& one : analysis::candidates(policy)) {
    if (label != "*" && label != one.label) continue;
    const auto rest = has_label ? analysis::assume(filter, "label", one.carried) : filter;
    if (rest.kind != analysis::Filter::Kind::Never) {
      const std::string when = analysis::text_of(rest);
      const std::string by = lines_of(
          analysis::rules_about(policy, domain, event->name, one.label, true), loaded.diagnostics);
      const std::string object = !has_label ? "" : one.label.empty() ? "no label" : one.label;
      if (json) {
        std::cout << json_object({{"object", object}, {"when", when}, {"by", by}}) << '\n';
      } else {
        std::cout << (object.empty() ? "" : object + ": ") << when
                  << (by.empty() ? "" : ", by " + by) << '\n';
      }
    }
    if (!has_label) break;
  }
  return std::cout.flush() ? kOk : kTrouble;
}

}  // namespace

int query_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin("query", words,
                                      {{"policy", 0, true},
                                       {"target", 0, true},
                                       {"boolean", 'b', true},
                                       {"include", 'I', true},
                                       {"json", 0, false}},
                                      kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  const std::size_t count = arguments.rest.size();
  if (!arguments.has("policy") || count < 3 || count > 4) {
    say("error",
        "a rule file, a domain, a class and a permission, please. See policyctl query --help");
    return kTrouble;
  }
  int status = kOk;
  const auto loaded = load_or_say(
      arguments.value("policy"),
      {arguments.values("include"), arguments.value("target"), arguments.values("boolean")},
      status);
  if (!loaded) return status;
  const auto domain = choose_domain(*loaded->policy, arguments.rest[0]);
  if (!domain) {
    say("error", domain.error().message);
    return kTrouble;
  }
  const policy::Permission* const permission = find(arguments.rest[1], arguments.rest[2]);
  if (permission == nullptr) return kTrouble;
  return print_grants(loaded.value(), *domain.value(), *permission,
                      count == 4 ? arguments.rest[3] : "*", arguments.has("json"));
}

}  // namespace eventfilter::cli
