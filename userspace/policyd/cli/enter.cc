// SPDX-License-Identifier: BSD-2-Clause
//
// Whatever fails before CMD is executed ends with kNotConfined: nothing ever runs unconfined.
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string>

#include <eventfilter.h>
#include <linux/close_range.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/daemon.h"
#include "cli/execute.h"
#include "cli/exit_codes.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

constexpr unsigned kFirstHanded = 3;  // sd_listen_fds(3)

// What systemd hands over stays open for the service; the rest of ours is no business of its.
bool keep_handed() {
  const char* const pid = getenv("LISTEN_PID");
  const char* const count = getenv("LISTEN_FDS");
  unsigned handed = 0;
  if (pid != nullptr && count != nullptr && std::to_string(getpid()) == pid) {
    const char* const end = count + std::strlen(count);
    if (std::from_chars(count, end, handed).ptr != end) return false;
  }
  return close_range(kFirstHanded + handed, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
}

// As the unit has it: without no_new_privs where its user may, so that NoNewPrivileges= decides.
int confine_service(int ruleset) {
  const int result = eventfilter_enforce(ruleset, EVENTFILTER_ON_EXEC);
  if (result != -EPERM) return result;
  const int set = eventfilter_no_new_privs();
  return set != 0 ? set : eventfilter_enforce(ruleset, EVENTFILTER_ON_EXEC);
}

}  // namespace

int enter_command(const std::vector<std::string>& words) {
  const Invocation invocation =
      begin("enter", words, {{kRunOption, 0, true},
             {"verbose", 'v', false},
             {"service", 0, false},
             {"argv0", 0, true},
             {"json", 0, false}},
            kNotConfined);
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
  const bool service = invocation.arguments.has("service");
  if (service && !keep_handed()) {
    say("error", "the descriptors that were handed over can't be told from others");
    return kNotConfined;
  }
  for (const base::Fd& ruleset : entered->descriptors) {
    const int result = service ? confine_service(ruleset.get()) : eventfilter_confine_exec(ruleset.get(), 0);
    if (result < 0) {
      say("error", base::system_error(-result, "enforcing the ruleset").message);
      return kNotConfined;
    }
  }
  return execute({rest.begin() + 1, rest.end()}, invocation.arguments.value("argv0"));
}

}  // namespace eventfilter::cli
