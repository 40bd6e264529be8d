// SPDX-License-Identifier: BSD-2-Clause
//
// Whatever fails before CMD is executed ends with kNotConfined: nothing ever runs unconfined.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <variant>

#include <sys/stat.h>
#include <unistd.h>

#include "apply/confine.h"
#include "cli/commands.h"
#include "cli/domain.h"
#include "cli/execute.h"
#include "cli/exit_codes.h"
#include "cli/handles.h"
#include "cli/hold.h"
#include "cli/load.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

int not_confined(const std::string& why) {
  say("error", why);
  return kNotConfined;
}

// What the running kernel has, if it says so; else what is built in, and then the kernel decides.
std::string kernel_target() {
  struct stat status = {};
  return stat(kKernelEvents, &status) == 0 ? kKernelEvents : "";
}

void show_remarks(const std::vector<apply::Remark>& remarks, const Arguments& arguments) {
  for (const apply::Remark& remark : remarks) {
    const bool warning = remark.level == apply::Remark::Level::Warning;
    if (warning ? arguments.has("quiet") : !arguments.has("verbose")) continue;
    const std::string place = remark.where.file.empty() ? "" : to_string(remark.where) + ": ";
    say(warning ? "warning" : "note", place + remark.text);
  }
}

// Of the booleans around some rules, a change acts on whoever enters the domain from then on.
void say_fixed(const emit::CompiledPolicy& policy, const emit::CompiledDomain& domain) {
  for (const emit::CompiledDomain* const layer : policy.layers_of(domain)) {
    for (const std::string& name : layer->fixed_booleans) {
      say("note", "a change of " + name + " holds for later entries into " + layer->name);
    }
  }
}

// `domain`: or the handle that it's about
int show_failure(const apply::Failure& failure, const Loaded& loaded,
                 const emit::CompiledDomain& domain) {
  diag::Diagnostics findings;
  for (const apply::Problem& problem : failure.problems)
    add_at(findings, loaded.diagnostics, problem.where, diag::Severity::Error, problem.text,
           problem.hint);
  if (failure.refused) {
    const apply::RefusedText& refused = *failure.refused;
    const diag::SourceId id = findings.add_source("generated for " + domain.name, refused.text);
    findings.add({diag::Severity::Error, "refused_by_kernel",
                  {id, static_cast<std::uint32_t>(refused.begin),
                   static_cast<std::uint32_t>(refused.end)},
                  "the kernel refuses this: " + refused.sentence, {}, {}});
  }
  show(findings);
  if (failure.error.code == EOPNOTSUPP && failure.problems.empty())
    return not_confined(kNoEventFilters);
  return not_confined(failure.error.message);
}

int run(const Arguments& arguments, const std::vector<Handle>& handles) {
  const auto loaded =
      load(arguments.value("policy"), {arguments.values("include"), kernel_target(),
                                       arguments.values("boolean")});
  if (!loaded) return not_confined(loaded.error().message);
  const Loaded& rules = loaded.value();
  if (!rules.policy || !arguments.has("quiet")) show(rules.diagnostics);
  if (!rules.policy) return kNotConfined;
  const auto domain = choose_domain(*rules.policy, arguments.value("domain"));
  if (!domain) return not_confined(domain.error().message);

  std::vector<const emit::CompiledDomain*> chosen;
  for (const Handle& one : handles) {
    const auto handle = choose_handle(*rules.policy, one.name);
    if (!handle) return not_confined(handle.error().message);
    chosen.push_back(handle.value());
  }

  const auto prepared = apply::prepare(*rules.policy, *domain.value());
  if (const auto* failure = std::get_if<apply::Failure>(&prepared))
    return show_failure(*failure, rules, *domain.value());
  const auto& confinement = std::get<apply::Confinement>(prepared);
  show_remarks(confinement.remarks, arguments);
  if (arguments.has("verbose")) say_fixed(*rules.policy, *domain.value());
  std::vector<base::Fd> attached;
  for (const emit::CompiledDomain* const handle : chosen) {
    auto made = apply::prepare_handle(*rules.policy, *handle, confinement);
    if (const auto* failure = std::get_if<apply::Failure>(&made)) return show_failure(*failure, rules, *handle);
    attached.push_back(std::get<base::Fd>(std::move(made)));
  }
  const auto start = [&] {
    if (const auto confined = apply::confine_next_exec(confinement); !confined)
      return not_confined(confined.error().message);
    for (std::size_t i = 0; i < handles.size(); ++i) {
      if (const auto done = attach(handles[i], attached[i]); !done) return not_confined(done.error().message);
    }
    return execute(arguments.rest);
  };
  return confinement.needs_holder ? run_beside(start) : start();
}

}  // namespace

int run_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin("run", words,
                                      {{"policy", 0, true},
                                       {"domain", 0, true},
                                       {"include", 'I', true},
                                       {"boolean", 'b', true},
                                       {kHandleOption, 0, true},
                                       {"json", 0, false},
                                       {"quiet", 'q', false},
                                       {"verbose", 'v', false}},
                                      kNotConfined);
  if (!invocation.proceed) return invocation.status;
  if (!invocation.arguments.has("policy"))
    return not_confined("which rule file? See policyctl run --help");
  if (invocation.arguments.rest.empty())
    return not_confined("which command? See policyctl run --help");
  const auto handles = handles_of(invocation.arguments);
  if (!handles) return not_confined(handles.error().message);
  return run(invocation.arguments, handles.value());
}

}  // namespace eventfilter::cli
