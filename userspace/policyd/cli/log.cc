// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <charconv>
#include <chrono>
#include <iostream>
#include <map>
#include <tuple>

#include <poll.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/daemon.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "records/record.h"

namespace eventfilter::cli {
namespace {

// Without -f: how long nothing has to come for all to have come that was waiting.
constexpr int kQuietMilliseconds = 300;
constexpr std::size_t kShown = 20;

// Whether something comes within that time; -1: however long it takes.
bool comes(const client::Client& client, int milliseconds) {
  pollfd waiting = {client.socket(), POLLIN, 0};
  return poll(&waiting, 1, milliseconds) > 0;
}

void print(const ipc::Denied& denied, bool json) {
  if (json) {
    std::cout << "{\"domain\": " << json_string(denied.domain) << ", \"record\": "
              << json_string(denied.record) << ", \"lost\": " << denied.lost << "}\n";
    return;
  }
  if (denied.lost != 0) std::cout << "lost=" << denied.lost << '\n';
  if (!denied.record.empty()) std::cout << denied.domain << ": " << denied.record << '\n';
}

void explain(client::Client& asking, const ipc::Denied& denied) {
  if (denied.record.empty()) return;
  auto asked = asking.ask<ipc::Text>(ipc::Explain{denied.domain, denied.record});
  if (const auto* const answer = std::get_if<client::Answer<ipc::Text>>(&asked))
    std::cout << answer->message.text << '\n';
}

int gone(const base::Error& error) {
  std::cout.flush();
  say_unreachable(error);
  return kTrouble;
}

using Counted = std::tuple<std::string, std::string, std::string>;  // domain, event, label

void count(const ipc::Denied& denied, std::map<Counted, std::uint64_t>& counts) {
  const auto record = records::parse_record(denied.record);
  if (!record || record.value().event.empty()) return;
  const records::Value* const label = record.value().find("label");
  ++counts[{denied.domain, record.value().event, label == nullptr ? "" : label->text}];
}

void show_counts(const std::map<Counted, std::uint64_t>& counts, bool json, bool again) {
  std::vector<std::pair<std::uint64_t, Counted>> sorted;
  for (const auto& [key, number] : counts) sorted.emplace_back(number, key);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  if (again) std::cout << "\033[H\033[J";
  if (!json) std::cout << "   COUNT  DOMAIN  EVENT  LABEL\n";
  for (std::size_t i = 0; i < sorted.size() && (json || i < kShown); ++i) {
    const auto& [number, key] = sorted[i];
    const auto& [domain, event, label] = key;
    if (json) {
      std::cout << "{\"count\": " << number << ", \"domain\": " << json_string(domain) << ", \"event\": "
                << json_string(event) << ", \"label\": " << json_string(label) << "}\n";
    } else {
      const std::string text = std::to_string(number);
      std::cout << std::string(text.size() < 8 ? 8 - text.size() : 0, ' ') << text << "  " << domain
                << "  " << event << "  " << label << '\n';
    }
  }
  std::cout.flush();
}

// How many refusals to wait for; 0: until interrupted. None after a message.
std::optional<std::uint64_t> count_option(const Arguments& arguments) {
  if (!arguments.has("count")) return 0;
  const std::string text = arguments.value("count");
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number > 0) return number;
  say("error", "--count takes a number from 1, not \"" + text + '"');
  return std::nullopt;
}

}  // namespace

int log_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin(
      "log", words,
      {{kRunOption, 0, true}, {"follow", 'f', false}, {"explain", 0, false}, {"json", 0, false}}, kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  client::Client client = daemon_of(arguments);
  client::Client asking = daemon_of(arguments);
  if (!ask<ipc::Done>(client, ipc::Subscribe{})) return kTrouble;
  while (arguments.has("follow") || comes(client, kQuietMilliseconds)) {
    const auto denied = client.next_denied();
    if (!denied) return gone(denied.error());
    print(denied.value(), arguments.has("json"));
    if (arguments.has("explain")) explain(asking, denied.value());
    if (!std::cout.flush()) return kTrouble;
  }
  return kOk;
}

int top_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin(
      "top", words, {{kRunOption, 0, true}, {"count", 'n', true}, {"json", 0, false}}, kTrouble);
  if (!invocation.proceed) return invocation.status;
  const auto limit = count_option(invocation.arguments);
  if (!limit) return kTrouble;
  client::Client client = daemon_of(invocation.arguments);
  if (!ask<ipc::Done>(client, ipc::Subscribe{})) return kTrouble;
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  std::map<Counted, std::uint64_t> counts;
  auto shown = std::chrono::steady_clock::now();
  for (std::uint64_t seen = 0; *limit == 0 || seen < *limit;) {
    if (comes(client, *limit == 0 ? 1000 : -1)) {
      const auto denied = client.next_denied();
      if (!denied) return gone(denied.error());
      if (!denied.value().record.empty()) ++seen;
      count(denied.value(), counts);
    }
    const auto now = std::chrono::steady_clock::now();
    if (*limit != 0 || now - shown < std::chrono::seconds(1)) continue;
    shown = now;
    show_counts(counts, invocation.arguments.has("json"), terminal);
  }
  show_counts(counts, invocation.arguments.has("json"), false);
  return std::cout ? kOk : kTrouble;
}

}  // namespace eventfilter::cli
