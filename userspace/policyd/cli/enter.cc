// SPDX-License-Identifier: BSD-2-Clause
//
// Whatever fails before CMD is executed ends with kNotConfined: nothing ever runs unconfined.
#include <cerrno>
#include <cstring>

#include <eventfilter.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/daemon.h"
#include "cli/execute.h"
#include "cli/exit_codes.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
int enter_command(const std::vector<std::string>& words) {
  const Invocation invocation =
      begin("enter", words, {{kRunOption, 0, true}, {"verbose", 'v', false}}, kNotConfined);
  if (!invocation.proceed) return invocation.status;
  std::vector<std::string> rest = invocation.arguments.rest;
  if (rest.size() > 1 && rest[1] == "--") rest.erase(rest.begin() + 1);
  if (rest.size() < 2) {
    say("error", "a domain and a command, please. See policyctl enter --help");
    return kNotConfined;
  }
  client::Client client = daemon_of(invocation.arguments);
  const auto entered = ask<ipc::Entered>(client, ipc::Enter{rest[0]});
  if (!entered) return kNotConfined;
  if (invocation.arguments.has("verbose")) {
    for (const std::string& name : entered->message.fixed)
      say("note", "a change of " + name + " holds for later entries into " + rest[0]);
  }
  if (entered->descriptors.empty()) {
    say("error", "policyd sent no ruleset");
    return kNotConfined;
  }
  for (const base::Fd& ruleset : entered->descriptors) {
    const int result = eventfilter_confine_exec(ruleset.get(), 0);
    if (result < 0) {
      say("error", base::system_error(-result, "enforcing the ruleset").message);
      return kNotConfined;
    }
  }
  return execute({rest.begin() + 1, rest.end()});
}

}  // namespace eventfilter::cli
