// SPDX-License-Identifier: BSD-2-Clause
#include "cli/unit_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <functional>

namespace eventfilter::cli {
namespace {

constexpr std::array<std::string_view, 7> kKeys = {"ExecCondition", "ExecStartPre", "ExecStart",
                                                   "ExecStartPost", "ExecReload",   "ExecStop",
                                                   "ExecStopPost"};
constexpr std::string_view kStart = "ExecStart";
constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kPrefixes = "-@:+!|";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// A word as it's written, with its quotes, at the start of a text without leading blanks. npos: its
// quote isn't closed.
std::size_t end_of_word(std::string_view text) {
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char one = text[at];
    if (one == '\\') {
      ++at;
    } else if (quote != 0) {
      if (one == quote) quote = 0;
    } else if (one == '"' || one == '\'') {
      quote = one;
    } else if (kBlank.find(one) != std::string_view::npos) {
      return at;
    }
  }
  return quote == 0 ? text.size() : std::string_view::npos;
}

std::string_view take_word(std::string_view& text) {
  const std::size_t end = end_of_word(text);
  const std::string_view word = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : trimmed(text.substr(end));
  return word;
}

// Logical lines with the number of their first: a backslash at the end goes on, comments in between
// don't count.
base::Result<void> for_each_line(
    std::string_view text, const std::function<base::Result<void>(std::string_view, int)>& act) {
  std::string line;
  int number = 0;
  int first = 0;
  bool goes_on = false;
  for (std::size_t at = 0; at <= text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view raw = text.substr(at, end - at);
    at = end + 1;
    const std::string_view content = trimmed(raw);
    if (!content.empty() && (content[0] == '#' || content[0] == ';')) continue;
    if (!goes_on) line.clear(), first = number + 1;
    goes_on = raw.ends_with('\\');
    line += goes_on ? std::string(raw.substr(0, raw.size() - 1)) + ' ' : std::string(raw);
    if (goes_on) continue;
    if (auto done = act(trimmed(line), first); !done) return done;
  }
  return goes_on ? act(trimmed(line), first) : base::Result<void>();
}

base::Error bad(const std::string& where, const std::string& what) {
  return {EINVAL, where + ": " + what};
}

// All assignments of [Service] to one of kKeys.
base::Result<void> for_each_command_line(
    std::string_view text,
    const std::function<base::Result<void>(const std::string&, std::string_view, int)>& act) {
  bool in_service = false;
  return for_each_line(text, [&](std::string_view line, int number) -> base::Result<void> {
    if (line.starts_with('[')) in_service = line == "[Service]";
    const std::size_t equals = line.find('=');
    if (!in_service || equals == std::string_view::npos) return {};
    const std::string_view key = trimmed(line.substr(0, equals));
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) return {};
    return act(std::string(key), trimmed(line.substr(equals + 1)), number);
  });
}

}  // namespace

base::Result<void> UnitFile::add(const std::string& name, std::string_view text) {
  return for_each_command_line(text,
                               [&](const std::string& key, std::string_view value, int number) {
                                 return assign(key, value, name + ':' + std::to_string(number));
                               });
}

bool UnitFile::has_commands(std::string_view text) {
  bool found = false;
  const auto looked = for_each_command_line(text, [&](const std::string&, std::string_view, int) {
    found = true;
    return base::Result<void>();
  });
  return found || !looked;
}

base::Result<void> UnitFile::assign(const std::string& key, std::string_view value,
                                    const std::string& where) {
  // Nothing takes back what was said of this key before
  if (value.empty()) {
    std::erase_if(commands_, [&](const UnitCommand& one) { return one.key == key; });
    return {};
  }
  // A word that is a semicolon begins another command
  std::string_view rest = value;
  std::size_t begin = 0;
  while (!rest.empty()) {
    const auto at = static_cast<std::size_t>(rest.data() - value.data());
    if (take_word(rest) != ";") continue;
    if (auto done = add_command(key, trimmed(value.substr(begin, at - begin)), where); !done)
      return done;
    begin = at + 1;
  }
  const std::string_view last = trimmed(value.substr(begin));
  return last.empty() && begin != 0 ? base::Result<void>() : add_command(key, last, where);
}

base::Result<void> UnitFile::add_command(const std::string& key, std::string_view words,
                                         const std::string& where) {
  UnitCommand command;
  command.key = key;
  const std::size_t path = words.find_first_not_of(kPrefixes);
  if (words.empty() || path == std::string_view::npos) return bad(where, key + "= has no command");
  command.prefixes = words.substr(0, path);
  if (command.prefixes.find('|') != std::string::npos)
    return bad(where, "commands for a shell (\"|\") can't be confined");
  std::string_view rest = words.substr(path);
  for (std::string_view all = rest; !all.empty();) {
    if (end_of_word(all) == std::string_view::npos) return bad(where, "a quote isn't closed");
    take_word(all);
  }
  command.path = take_word(rest);
  command.arguments = rest;
  if (command.prefixes.find('@') != std::string::npos && rest.empty())
    return bad(where, "\"@\" without the name that the program is told");
  commands_.push_back(std::move(command));
  return {};
}

std::string confined_commands(const std::vector<UnitCommand>& commands,
                              const std::string& policyctl, const std::string& domain,
                              bool only_start) {
  std::string text;
  for (const std::string_view key : kKeys) {
    if (only_start && key != kStart) continue;
    bool reset = false;
    for (const UnitCommand& one : commands) {
      if (one.key != key) continue;
      if (!reset) text += std::string(key) + "=\n";
      reset = true;
      std::string prefixes = one.prefixes;
      std::string_view arguments = one.arguments;
      std::string line = policyctl + " enter --service ";
      if (const std::size_t at = prefixes.find('@'); at != std::string::npos) {
        prefixes.erase(at, 1);
        line += "--argv0 " + std::string(take_word(arguments)) + ' ';
      }
      line += domain + " -- " + one.path;
      if (!arguments.empty()) line += ' ' + std::string(arguments);
      text += std::string(key) + '=' + prefixes + line + '\n';
    }
  }
  return text;
}

}  // namespace eventfilter::cli
