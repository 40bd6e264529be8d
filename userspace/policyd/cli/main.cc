// SPDX-License-Identifier: BSD-2-Clause
#include <iostream>
#include <string>
#include <vector>

#include <eventfilter.h>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/help.h"
#include "cli/terminal.h"
#include "diag/messages.h"

namespace eventfilter::cli {
namespace {

struct Command {
  const char* name;
  int (*run)(const std::vector<std::string>& words);
};
constexpr Command kCommands[] = {
    {"run", run_command}, {"check", check_command}, {"compile", compile_command},
    {"query", query_command}, {"label", label_command}, {"learn", learn_command},
    {"fmt", fmt_command}, {"test", test_command}, {"prove", prove_command},
    {"diff", diff_command}, {"explain", explain_command},
    {"graph", graph_command}, {"import", import_command},
    {"enter", enter_command}, {"enable", enable_command}, {"disable", disable_command},
    {"status", status_command}, {"reload", reload_command},
    {"boolean", boolean_command}, {"hotplug", hotplug_command}, {"log", log_command},
    {"top", top_command}};

int unknown(const std::string& word) {
  std::vector<std::string> names;
  for (const Command& command : kCommands) names.emplace_back(command.name);
  const std::string hint = diag::nearest_hint(word, names);
  say("error", "there is no command \"" + word + "\"; " +
                   (hint.empty() ? "see policyctl --help" : hint));
  return kTrouble;
}

int print_version() {
  const int abi = eventfilter_abi_version();
  std::cout << "policyctl " EVENTFILTER_VERSION "\n"
            << (abi > 0 ? "kernel: event filters, interface " + std::to_string(abi)
                        : std::string("kernel: no event filters"))
            << '\n';
  return kOk;
}

// For completions, and for the test that everything knows of each
int list_commands() {
  for (const Command& command : kCommands) std::cout << command.name << '\n';
  return std::cout.flush() ? kOk : kTrouble;
}

int dispatch(const std::vector<std::string>& words) {
  if (words.empty()) {
    std::cerr << help("");
    return kTrouble;
  }
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    std::cout << help(words.size() > 1 ? words[1] : "");
    return kOk;
  }
  if (words[0] == "--version" || words[0] == "-V") return print_version();
  if (words[0] == "--list-commands") return list_commands();
  for (const Command& command : kCommands) {
    if (words[0] == command.name) return command.run({words.begin() + 1, words.end()});
  }
  return unknown(words[0]);
}

}  // namespace

Invocation begin(const std::string& command, const std::vector<std::string>& words,
                 std::vector<Option> known, int trouble) {
  known.push_back({"help", 'h', false});
  auto arguments = parse_arguments(words, known);
  if (!arguments) {
    say("error", arguments.error().message + ". See policyctl " + command + " --help");
    return {false, trouble, {}};
  }
  if (arguments.value().has("help")) {
    std::cout << help(command);
    return {false, kOk, {}};
  }
  if (arguments.value().has("json")) speak_json();
  return {true, kOk, std::move(arguments).value()};
}

}  // namespace eventfilter::cli

int main(int argc, char** argv) {
  return eventfilter::cli::dispatch({argv + 1, argv + argc});
}
