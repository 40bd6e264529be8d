// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <set>

#include "events/target.h"

namespace eventfilter::events {
namespace {

constexpr std::string_view kSyscallPrefix = "sys_enter_";
constexpr unsigned kMaxSyscall = 65535;
constexpr std::size_t kMaxFields = 16;

bool is_word(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(by, at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::optional<Group> find_group(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(Group::System); ++i) {
    if (group_name(static_cast<Group>(i)) == name) return static_cast<Group>(i);
  }
  return std::nullopt;
}

bool set_integer(std::string_view type, Field& field) {
  for (const unsigned size : {1U, 2U, 4U, 8U}) {
    const std::string bits = std::to_string(size * 8);
    if (type != "u" + bits && type != "s" + bits) continue;
    field.kind = Kind::Integer;
    field.size = size;
    field.is_signed = type.front() == 's';
    return true;
  }
  return false;
}

bool set_type(std::string_view type, Field& field) {
  if (type == "label") field.kind = Kind::Label;
  else if (type == "string") field.kind = Kind::String;
  else if (type == "uid") field.kind = Kind::Uid, field.size = 4;
  else if (type == "gid") field.kind = Kind::Gid, field.size = 4;
  else if (type == "pointer") field.kind = Kind::Pointer;
  else if (type.starts_with("pointer(") && type.ends_with(")")) {
    field.kind = Kind::Pointer;
    field.instead = type.substr(8, type.size() - 9);
    return is_word(field.instead);
  } else return set_integer(type, field);
  return true;
}

// "name:type"
bool parse_field(std::string_view word, Event& event) {
  const std::size_t colon = word.find(':');
  if (colon == std::string_view::npos) return false;
  Field field;
  field.name = word.substr(0, colon);
  if (!is_word(field.name) || !set_type(word.substr(colon + 1), field)) return false;
  event.fields.push_back(std::move(field));
  return true;
}

// "nr=4"
bool parse_number(std::string_view word, Event& event) {
  if (!word.starts_with("nr=")) return false;
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data() + 3, end, event.number);
  return error == std::errc() && stop == end && event.number <= kMaxSyscall;
}

bool parse_names(std::string_view word, Event& event) {
  const std::vector<std::string_view> names = split(word, ',');
  if (names.empty() || names.size() > 2) return false;
  event.name = names.front();
  if (names.size() == 2) event.usual_name = names.back();
  return std::all_of(names.begin(), names.end(), is_word);
}

// The word that is wrong, or nothing.
std::optional<std::string_view> parse_event(std::string_view line, Event& event) {
  const std::vector<std::string_view> words = split(line, ' ');
  if (!parse_names(words[0], event)) return words[0];
  const std::optional<Group> group = words.size() > 1 ? find_group(words[1]) : std::nullopt;
  if (!group) return words.back();
  event.group = *group;
  std::size_t next = 2;
  if (*group == Group::Syscalls) {
    if (!event.name.starts_with(kSyscallPrefix)) return words[0];
    if (words.size() < 3 || !parse_number(words[2], event)) return words.back();
    ++next;
  }
  for (; next < words.size(); ++next) {
    const bool is_full = event.fields.size() == kMaxFields;
    if (is_full || !parse_field(words[next], event)) return words[next];
  }
  const std::size_t count = event.fields.size();
  // Every event ends with the subject's ids, but for a syscall whose arguments are unknown.
  const bool ends_well = count >= 2 && event.fields[count - 2].name == "uid" &&
                         event.fields[count - 1].name == "gid";
  if (count != 0 && !ends_well) return words.back();
  return std::nullopt;
}

}  // namespace

base::Result<Target> parse_target(const std::string& name, std::string_view listing) {
  std::vector<Event> events;
  std::set<std::string> seen;
  std::size_t number = 0;
  while (!listing.empty()) {
    const std::size_t end = std::min(listing.find('\n'), listing.size());
    const std::string_view line = listing.substr(0, end);
    listing.remove_prefix(std::min(end + 1, listing.size()));
    ++number;
    if (line.find_first_not_of(' ') == std::string_view::npos || line.front() == '#') continue;
    Event event;
    const auto wrong = parse_event(line, event);
    const std::string where = name + ":" + std::to_string(number) + ": ";
    if (wrong) {
      return base::Error{EINVAL, where + "can't read \"" + std::string(*wrong) + "\""};
    }
    if (!seen.insert(event.name).second) {
      return base::Error{EINVAL, where + "a second event " + event.name};
    }
    events.push_back(std::move(event));
  }
  return Target(std::move(events));
}

}  // namespace eventfilter::events
