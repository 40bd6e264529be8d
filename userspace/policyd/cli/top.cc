// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <tuple>

#include <unistd.h>

#include "cli/commands.h"
#include "cli/daemon.h"
#include "cli/denial_source.h"
#include "cli/exit_codes.h"
#include "cli/json.h"
#include "records/record.h"

namespace eventfilter::cli {
namespace {

constexpr std::size_t kShown = 20;
constexpr int kSecond = 1000;

// What is counted by: the domain (of the whole system, of which no domain is known, the program),
// event and label.
using Counted = std::tuple<std::string, std::string, std::string>;

class Counts {
 public:
  Counts(bool system, bool json) : system_(system), json_(json) {}

  void count(const ipc::Denied& denied) {
    lost_ += denied.lost;
    const auto record = records::parse_record(denied.record);
    if (!record || record.value().event.empty()) return;
    const records::Value* const label = record.value().find("label");
    ++counts_[{system_ ? record.value().comm : denied.domain, record.value().event,
               label == nullptr ? "" : label->text}];
  }

  void show(bool again) const {
    std::vector<std::pair<std::uint64_t, Counted>> sorted;
    for (const auto& [key, number] : counts_) sorted.emplace_back(number, key);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    if (again) std::cout << "\033[H\033[J";
    if (!json_) std::cout << "   COUNT  " << (system_ ? "PROGRAM" : "DOMAIN") << "  EVENT  LABEL\n";
    for (std::size_t i = 0; i < sorted.size() && (json_ || i < kShown); ++i)
      show_one(sorted[i].first, sorted[i].second);
    if (json_) std::cout << "{\"lost\": " << lost_ << "}\n";
    else if (lost_ != 0) std::cout << "lost: " << lost_ << '\n';
    std::cout.flush();
  }

 private:
  void show_one(std::uint64_t number, const Counted& key) const {
    const auto& [who, event, label] = key;
    if (json_) {
      std::cout << "{\"count\": " << number << ", \"" << (system_ ? "comm" : "domain")
                << "\": " << json_string(who) << ", \"event\": " << json_string(event)
                << ", \"label\": " << json_string(label) << "}\n";
      return;
    }
    const std::string text = std::to_string(number);
    std::cout << std::string(text.size() < 8 ? 8 - text.size() : 0, ' ') << text << "  " << printable(who)
              << "  " << event << "  " << label << '\n';
  }

  // Whoever names a program must not write to the terminal.
  static std::string printable(std::string text) {
    std::replace_if(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
  }

  bool system_;
  bool json_;
  std::map<Counted, std::uint64_t> counts_;
  std::uint64_t lost_ = 0;
};

}  // namespace

int top_command(const std::vector<std::string>& words) {
  const Invocation invocation = begin(
      "top", words, {{kRunOption, 0, true}, {"system", 0, false}, {"count", 'n', true}, {"json", 0, false}},
      kTrouble);
  if (!invocation.proceed) return invocation.status;
  const Arguments& arguments = invocation.arguments;
  const auto limit = count_option(arguments);
  if (!limit) return kTrouble;
  const auto source = denial_source(arguments);
  if (!source) return kTrouble;
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  Counts counts(arguments.has("system"), arguments.has("json"));
  auto shown = std::chrono::steady_clock::now();
  for (std::uint64_t seen = 0; *limit == 0 || seen < *limit;) {
    const auto came = source->wait(kSecond);
    if (!came) {
      source->explain(came.error());
      return kTrouble;
    }
    for (const ipc::Denied& one : came.value()) {
      if (!one.record.empty() && *limit != 0 && seen++ == *limit) break;
      counts.count(one);
    }
    if (source->is_interrupted()) break;
    const auto now = std::chrono::steady_clock::now();
    if (*limit != 0 || now - shown < std::chrono::seconds(1)) continue;
    shown = now;
    counts.show(terminal);
    if (!std::cout) return kTrouble;
  }
  counts.show(false);
  return std::cout ? kOk : kTrouble;
}

}  // namespace eventfilter::cli
