// SPDX-License-Identifier: BSD-2-Clause
#include <charconv>
#include <cstdint>
#include <iostream>
#include <optional>

#include "cli/commands.h"
#include "cli/daemon.h"
#include "cli/denial_output.h"
#include "cli/denial_source.h"
#include "cli/exit_codes.h"
#include "cli/terminal.h"

namespace eventfilter::cli {
namespace {

// Without -f: how long nothing has to come for all to have come that was waiting.
constexpr int kQuietMilliseconds = 300;

void explain(client::Client& asking, const ipc::Denied& denied) {
  if (denied.record.empty()) return;
  auto asked = asking.ask<ipc::Text>(ipc::Explain{denied.domain, denied.record});
  if (const auto* const answer = std::get_if<client::Answer<ipc::Text>>(&asked))
    std::cout << answer->message.text << '\n';
}

bool are_sound(const Arguments& arguments) {
  const bool system = arguments.has("system");
  if (system && arguments.has("explain")) {
    say("error", "--explain is about domains of policyd's; with --system, hand a record to policyctl explain");
    return false;
  }
  if (system && !arguments.has("follow") && !arguments.has("count")) {
    say("error", "--system shows what is refused from now on: until interrupted with --follow, or --count of it");
    return false;
  }
  if (arguments.has("explain") && (arguments.has("journal") || arguments.has("syslog"))) {
    say("error", "--explain writes to standard output, --journal and --syslog don't");
    return false;
  }
  return true;
}

int show(DenialSource& source, DenialOutput& output, const Arguments& arguments, std::uint64_t limit) {
  client::Client asking = daemon_of(arguments);
  const bool follow = arguments.has("follow") || limit != 0;
  for (std::uint64_t seen = 0; limit == 0 || seen < limit;) {
    const auto came = source.wait(follow ? -1 : kQuietMilliseconds);
    if (!came) {
      source.explain(came.error());
      return kTrouble;
    }
    for (const ipc::Denied& one : came.value()) {
      if (!one.record.empty() && limit != 0 && seen++ == limit) break;
      if (const auto written = output.put(one); !written) {
        say("error", written.error().message);
        return kTrouble;
      }
      if (arguments.has("explain")) explain(asking, one);
    }
    if (source.is_interrupted() || (came.value().empty() && !follow)) break;
  }
  return kOk;
}

}  // namespace

std::optional<std::uint64_t> count_option(const Arguments& arguments) {
  if (!arguments.has("count")) return 0;
  const std::string text = arguments.value("count");
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number > 0) return number;
  say("error", "--count takes a number from 1, not \"" + text + '"');
  return std::nullopt;
}

int log_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin("log", words,
                                      {{kRunOption, 0, true},
                                       {"system", 0, false},
                                       {"follow", 'f', false},
                                       {"count", 'n', true},
                                       {"explain", 0, false},
                                       {"json", 0, false},
                                       {"journal", 0, false},
                                       {"syslog", 0, false}},
                                      kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  const auto limit = count_option(arguments);
  if (!limit || !are_sound(arguments)) return kTrouble;
  const auto output = denial_output(arguments);
  if (!output) return kTrouble;
  const auto source = denial_source(arguments);
  if (!source) return kTrouble;
  return show(*source, *output, arguments, *limit);
}

}  // namespace eventfilter::cli
