// SPDX-License-Identifier: BSD-2-Clause
#include "learn/symbols.h"

#include <array>
#include <cstdio>
#include <string_view>

#include "policy/constants.h"

namespace eventfilter::learn {
namespace {

// Of names that mean the same, these.
constexpr std::array kPreferred = {"AF_UNIX", "AF_NETLINK"};

// What a field holds: one of the constants with a prefix, or several of them at once.
struct Meaning {
  std::string_view event;  // its beginning
  std::string_view field;
  const char* prefix;
  bool is_bits;
};
constexpr std::array kMeanings = {
    Meaning{"system_capable", "cap", "CAP_", false}, Meaning{"system_bpf", "cmd", "BPF_", false},
    Meaning{"socket_", "type", "SOCK_", false},      Meaning{"", "family", "AF_", false},
    Meaning{"", "sig", "SIG", false},                Meaning{"", "prot", "PROT_", true},
    Meaning{"file_open", "flags", "O_", true},       Meaning{"sys_enter_open", "flags", "O_", true},
    Meaning{"task_create", "flags", "CLONE_", true}, Meaning{"file_map", "flags", "MAP_", true},
};

bool is_one_bit(std::int64_t value) { return value > 0 && (value & (value - 1)) == 0; }

// "O_WRONLY | O_CREAT"; "" where a bit has no name.
std::string bits(const std::string& prefix, std::int64_t value) {
  std::string text;
  for (std::int64_t rest = value; rest != 0; rest &= rest - 1) {
    const std::int64_t lowest = rest & -rest;
    const std::string name = is_one_bit(lowest) ? symbol(prefix, lowest) : "";
    if (!name.starts_with(prefix)) return "";
    text += (text.empty() ? "" : " | ") + name;
  }
  return text;
}

}  // namespace

std::string symbol(const std::string& prefix, std::int64_t value) {
  for (const char* const name : kPreferred) {
    if (!prefix.empty() && std::string_view(name).starts_with(prefix) && policy::find_constant(name) == value)
      return name;
  }
  for (const std::string& name : policy::constant_names()) {
    if (!prefix.empty() && name.starts_with(prefix) && policy::find_constant(name) == value)
      return name;
  }
  return std::to_string(value);
}

std::string symbol_of_field(const std::string& event, const std::string& field, std::int64_t value) {
  for (const Meaning& one : kMeanings) {
    if (one.field != field || !std::string_view(event).starts_with(one.event)) continue;
    const std::string text = one.is_bits ? bits(one.prefix, value) : symbol(one.prefix, value);
    return text.empty() ? std::to_string(value) : text;
  }
  if (field.ends_with("mode") && event.starts_with("file_") && value > 0) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "0%llo", static_cast<unsigned long long>(value));
    return text.data();
  }
  return std::to_string(value);
}

}  // namespace eventfilter::learn
