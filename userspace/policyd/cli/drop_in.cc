// SPDX-License-Identifier: BSD-2-Clause
#include "cli/drop_in.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <sstream>

namespace eventfilter::cli {
namespace {

constexpr std::string_view kFirst = "# Written by policyctl enable ";
constexpr std::string_view kOnlyStart = "--only-start ";
constexpr std::string_view kChecksum = "# Checksum of what follows and of the first line: ";
constexpr std::size_t kLongestName = 255;  // as systemd has it

// Against edits by hand, not against attackers: FNV-1a
std::string checksum(std::string_view text) {
  std::uint64_t sum = 0xcbf29ce484222325;
  for (const char one : text) sum = (sum ^ static_cast<unsigned char>(one)) * 0x100000001b3;
  std::array<char, 17> digits;
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(sum));
  return digits.data();
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

std::string drop_in_path(const std::string& unit) {
  return std::string(kUnitDirectory) + '/' + unit + ".d/" + kDropInName;
}

std::string drop_in_text(const DropIn& what, const std::vector<UnitCommand>& commands,
                         const std::string& policyctl) {
  const std::string first = std::string(kFirst) + (what.only_start ? std::string(kOnlyStart) : "") +
                            what.unit + ' ' + what.domain + '\n';
  const std::string rest =
      "# policyctl disable " + what.unit +
      " removes it. The commands are those of the unit's files as they were then:\n"
      "# when those change, enable it again.\n"
      "[Unit]\n"
      "Wants=policyd.service policyd-labeld.service\n"
      "After=policyd.service policyd-labeld.service\n"
      "\n"
      "[Service]\n" +
      confined_commands(commands, policyctl, what.domain, what.only_start);
  return first + std::string(kChecksum) + checksum(first + rest) + '\n' + rest;
}

std::optional<DropIn> read_drop_in(std::string_view text) {
  std::string_view rest = text;
  const std::string_view first = take_line(rest);
  const std::string_view sum = take_line(rest);
  if (!first.starts_with(kFirst) || !sum.starts_with(kChecksum)) return std::nullopt;
  if (sum.substr(kChecksum.size()) != checksum(std::string(first) + '\n' + std::string(rest)))
    return std::nullopt;
  std::string_view words = first.substr(kFirst.size());
  DropIn made;
  made.only_start = words.starts_with(kOnlyStart);
  if (made.only_start) words.remove_prefix(kOnlyStart.size());
  std::istringstream stream{std::string(words)};
  if (!(stream >> made.unit >> made.domain)) return std::nullopt;
  return made;
}

base::Result<std::string> service_name(const std::string& word) {
  constexpr std::string_view kSuffix = ".service";
  constexpr std::string_view kOthers[] = {".socket", ".timer",  ".target", ".mount", ".path",
                                          ".slice",  ".device", ".scope",  ".swap",  ".automount"};
  for (const std::string_view other : kOthers) {
    if (word.ends_with(other))
      return base::Error{EINVAL, '"' + word + "\" is no service: only services start confined"};
  }
  const std::string name = word.ends_with(kSuffix) ? word : word + std::string(kSuffix);
  const bool bad = name.size() == kSuffix.size() || name.size() > kLongestName ||
                   name.find_first_not_of(
                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.\\@-") !=
                       std::string::npos;
  if (bad) return base::Error{EINVAL, '"' + word + "\" is no name of a service"};
  if (name.find("@.") != std::string::npos)
    return base::Error{EINVAL, '"' + word + "\" is a template: name an instance of it"};
  return name;
}

}  // namespace eventfilter::cli
