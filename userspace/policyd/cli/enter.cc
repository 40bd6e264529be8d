// SPDX-License-Identifier: BSD-2-Clause
//
// Whatever fails before CMD is executed ends with kNotConfined: nothing ever runs unconfined.
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <eventfilter.h>
#include <linux/close_range.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/daemon.h"
#include "cli/execute.h"
#include "cli/exit_codes.h"
#include "cli/handles.h"
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

int not_confined(const std::string& why) {
  say("error", why);
  return kNotConfined;
}

// The rulesets of handles, in their order; none after a message.
std::optional<std::vector<base::Fd>> rulesets_of(const std::vector<Handle>& handles, client::Client& client,
                                                 bool verbose) {
  std::vector<base::Fd> rulesets;
  for (const Handle& one : handles) {
    auto answer = ask<ipc::Entered>(client, ipc::Handle{one.name});
    if (!answer) return std::nullopt;
    if (answer->descriptors.size() != 1) {
      say("error", "policyd sent no ruleset");
      return std::nullopt;
    }
    for (const std::string& name : answer->message.fixed) {
      if (verbose) say("note", "a change of " + name + " holds for later attachments of " + one.name);
    }
    rulesets.push_back(std::move(answer->descriptors.front()));
  }
  return rulesets;
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
             {kHandleOption, 0, true},
             {"verbose", 'v', false},
             {"service", 0, false},
             {"argv0", 0, true},
             {"json", 0, false}},
            kNotConfined);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  std::vector<std::string> rest = arguments.rest;
  if (rest.size() > 1 && rest[1] == "--") rest.erase(rest.begin() + 1);
  if (rest.size() < 2) return not_confined("a domain and a command, please. See policyctl enter --help");
  const auto handles = handles_of(arguments);
  if (!handles) return not_confined(handles.error().message);
  client::Client client = daemon_of(arguments);
  const auto rules = rulesets_of(handles.value(), client, arguments.has("verbose"));
  if (!rules) return kNotConfined;
  const auto entered = ask<ipc::Entered>(client, ipc::Enter{rest[0]});
  if (!entered) return kNotConfined;
  if (arguments.has("verbose")) {
    for (const std::string& name : entered->message.fixed)
      say("note", "a change of " + name + " holds for later entries into " + rest[0]);
  }
  if (entered->descriptors.empty()) return not_confined("policyd sent no ruleset");
  const bool service = arguments.has("service");
  if (service && !keep_handed())
    return not_confined("the descriptors that were handed over can't be told from others");
  for (const base::Fd& ruleset : entered->descriptors) {
    const int result = service ? confine_service(ruleset.get()) : eventfilter_confine_exec(ruleset.get(), 0);
    if (result < 0) return not_confined(base::system_error(-result, "enforcing the ruleset").message);
  }
  for (std::size_t i = 0; i < handles.value().size(); ++i) {
    if (auto done = attach(handles.value()[i], (*rules)[i]); !done) return not_confined(done.error().message);
  }
  return execute({rest.begin() + 1, rest.end()}, arguments.value("argv0"));
}

}  // namespace eventfilter::cli
