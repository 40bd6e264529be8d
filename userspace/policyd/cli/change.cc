// SPDX-License-Identifier: BSD-2-Clause
//
// What root tells labeld: read the rule files again, set a boolean, label an object.
#include <cerrno>
#include <iostream>

#include <fcntl.h>

#include "cli/commands.h"
#include "cli/daemon.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

int too_much(const char* command) {
  say("error", std::string("wrong arguments. See policyctl ") + command + " --help");
  return kTrouble;
}

int set_boolean(const Arguments& arguments) {
  const std::string& value = arguments.rest[1];
  if (value != "true" && value != "false") {
    say("error", "a boolean is true or false, not \"" + value + '"');
    return kTrouble;
  }
  client::Client admin = admin_of(arguments);
  const auto done = ask<ipc::Reloaded>(admin, ipc::SetBoolean{arguments.rest[0], value == "true"});
  if (!done) return kTrouble;
  if (arguments.has("json"))
    std::cout << "{\"name\": " << json_string(arguments.rest[0]) << ", \"value\": " << value
              << ", \"policy\": " << done->message.policy << "}\n";
  return std::cout.flush() ? kOk : kTrouble;
}

}  // namespace

int reload_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin(
      "reload", words, {{kRunOption, 0, true}, {"json", 0, false}, {"quiet", 'q', false}}, kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (!arguments.rest.empty()) return too_much("reload");
  client::Client admin = admin_of(arguments);
  auto asked = [&] {
    const Progress progress("waiting for policyd");
    return admin.ask<ipc::Reloaded>(ipc::Reload{});
  }();
  if (const auto* const error = std::get_if<base::Error>(&asked)) {
    say_unreachable(*error);
    return kTrouble;
  }
  if (const auto* const refusal = std::get_if<ipc::Refusal>(&asked)) {
    say_refusal(*refusal);
    return refusal->is(ipc::Code::Mistakes) ? kMistakes : kTrouble;
  }
  const ipc::Reloaded& done = std::get<client::Answer<ipc::Reloaded>>(asked).message;
  if (arguments.has("json")) {
    std::cout << "{\"policy\": " << done.policy << ", \"remarks\": " << json_string(done.remarks) << "}\n";
  } else {
    if (!arguments.has("quiet")) show(done.remarks);
    std::cout << "policy " << done.policy << " is in force\n";
  }
  return std::cout.flush() ? kOk : kTrouble;
}

int boolean_command(const std::vector<std::string>& words) {
  const Invocation invocation =
      begin("boolean", words, {{kRunOption, 0, true}, {"json", 0, false}}, kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (arguments.rest.size() == 2) return set_boolean(arguments);
  if (arguments.rest.size() > 2) return too_much("boolean");
  client::Client client = daemon_of(arguments);
  const auto answer = ask<ipc::State>(client, ipc::Status{});
  if (!answer) return kTrouble;
  bool found = arguments.rest.empty();
  for (const ipc::Setting& one : answer->message.booleans) {
    if (!arguments.rest.empty() && one.name != arguments.rest[0]) continue;
    found = true;
    const char* const value = one.value ? "true" : "false";
    if (arguments.has("json"))
      std::cout << "{\"name\": " << json_string(one.name) << ", \"value\": " << value << "}\n";
    else std::cout << one.name << ": " << value << '\n';
  }
  if (!found) say("error", "the policy has no boolean \"" + arguments.rest[0] + '"');
  return std::cout.flush() && found ? kOk : kTrouble;
}

int hotplug_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin(
      "hotplug", words,
      {{kRunOption, 0, true}, {"alone", 0, false}, {"remove", 0, false}, {"json", 0, false}}, kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  const bool remove = arguments.has("remove");
  if (arguments.rest.size() != (remove ? 1U : 2U)) return too_much("hotplug");
  const std::string& path = arguments.rest.back();
  const base::Fd object(open(path.c_str(), O_PATH | O_CLOEXEC | O_NOFOLLOW));
  if (!object) {
    say("error", base::system_error(errno, '"' + path + '"').message);
    return kTrouble;
  }
  client::Client admin = admin_of(arguments);
  const ipc::Bind bind{remove ? "" : arguments.rest[0], arguments.has("alone")};
  if (!ask<ipc::Done>(admin, bind, {object.get()})) return kTrouble;
  if (arguments.has("json"))
    std::cout << "{\"path\": " << json_string(path) << ", \"label\": " << json_string(bind.label)
              << ", \"alone\": " << (bind.alone ? "true" : "false") << "}\n";
  return std::cout.flush() ? kOk : kTrouble;
}

}  // namespace eventfilter::cli
