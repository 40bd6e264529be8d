// SPDX-License-Identifier: BSD-2-Clause
#include <iostream>

#include "cli/commands.h"
#include "cli/daemon.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

const char* word(bool value) { return value ? "true" : "false"; }

void print_json(const ipc::State& state) {
  std::cout << "{\"policy\": " << state.policy << ", \"problem\": " << json_string(state.problem)
            << ", \"labeld\": " << word(state.labeld) << ", \"clients\": " << state.clients
            << ", \"refused\": " << state.refused << ", \"denials\": " << state.denials
            << ", \"lost\": " << state.lost << ", \"domains\": [";
  const char* comma = "";
  for (const std::string& one : state.domains) {
    std::cout << comma << json_string(one);
    comma = ", ";
  }
  std::cout << "], \"booleans\": {";
  comma = "";
  for (const ipc::Setting& one : state.booleans) {
    std::cout << comma << json_string(one.name) << ": " << word(one.value);
    comma = ", ";
  }
  std::cout << "}, \"handles\": [";
  comma = "";
  for (const std::string& one : state.handles) {
    std::cout << comma << json_string(one);
    comma = ", ";
  }
  std::cout << "]}\n";
}

void print(const ipc::State& state) {
  if (state.policy == 0) std::cout << "no policy is in force\n";
  else std::cout << "policy " << state.policy << " is in force\n";
  if (!state.problem.empty()) std::cout << "the rule files as they are now are not:\n" << state.problem << '\n';
  if (!state.labeld) std::cout << "labeld isn't running: nothing can be changed\n";
  std::cout << "domains:";
  for (const std::string& one : state.domains) std::cout << ' ' << one;
  std::cout << '\n';
  if (!state.handles.empty()) {
    std::cout << "handles:";
    for (const std::string& one : state.handles) std::cout << ' ' << one;
    std::cout << '\n';
  }
  for (const ipc::Setting& one : state.booleans)
    std::cout << "boolean " << one.name << ": " << word(one.value) << '\n';
  std::cout << "clients: " << state.clients << ", refused: " << state.refused
            << "\ndenials: " << state.denials << ", lost: " << state.lost << '\n';
}

int list_processes(const Arguments& arguments) {
  const bool stale = arguments.has("stale");
  client::Client admin = admin_of(arguments);
  const auto answer = ask<ipc::Processes>(admin, ipc::ListProcesses{stale});
  if (!answer) return kTrouble;
  for (const ipc::Confined& one : answer->message.processes) {
    if (arguments.has("json")) {
      std::cout << "{\"pid\": " << one.pid << ", \"labels\": " << json_string(one.labels)
                << ", \"layers\": " << one.layers << ", \"current\": " << one.current << "}\n";
    } else {
      std::cout << one.pid << ": " << one.layers << (one.layers == 1 ? " layer" : " layers") << ", "
                << one.current << " of the policy in force"
                << (one.labels.empty() ? "" : ", label " + one.labels) << '\n';
    }
  }
  if (!answer->message.complete) say("warning", "there are more processes than can be listed");
  if (!std::cout.flush()) return kTrouble;
  return stale && !answer->message.processes.empty() ? kMistakes : kOk;
}

}  // namespace

int status_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin(
      "status", words,
      {{kRunOption, 0, true}, {"processes", 0, false}, {"stale", 0, false}, {"json", 0, false}},
      kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  if (!arguments.rest.empty()) {
    say("error", "\"" + arguments.rest[0] + "\" is too much. See policyctl status --help");
    return kTrouble;
  }
  if (arguments.has("processes") || arguments.has("stale")) return list_processes(arguments);
  client::Client client = daemon_of(arguments);
  const auto answer = ask<ipc::State>(client, ipc::Status{});
  if (!answer) return kTrouble;
  if (arguments.has("json")) print_json(answer->message);
  else print(answer->message);
  if (!std::cout.flush()) return kTrouble;
  return answer->message.problem.empty() && answer->message.policy != 0 ? kOk : kMistakes;
}

}  // namespace eventfilter::cli
