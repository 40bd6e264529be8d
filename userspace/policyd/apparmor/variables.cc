// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/variables.h"

#include <algorithm>
#include <cerrno>

namespace eventfilter::apparmor {
namespace {

constexpr unsigned kMaxNesting = 16;
constexpr std::size_t kMaxText = 65536;

bool is_number(const std::string& name, const Variables& variables, unsigned nesting) {
  const auto found = variables.find(name);
  if (found == variables.end() || nesting > kMaxNesting) return false;
  return std::all_of(found->second.begin(), found->second.end(), [&](const std::string& value) {
    if (value.starts_with("@{") && value.ends_with('}')) {
      return is_number(value.substr(2, value.size() - 3), variables, nesting + 1);
    }
    return value.find_first_not_of("0123456789[]-{},") == std::string::npos;
  });
}

bool is_process(const std::string& text, std::size_t begin, std::size_t end, const std::string& name) {
  if (name != "pid" && name != "pids" && name != "tid" && name != "tids") return false;
  const bool is_in_proc = text.starts_with("@{PROC}/") || text.starts_with("/proc/");
  const bool is_component = begin > 0 && text[begin - 1] == '/' && (end == text.size() || text[end] == '/');
  const std::string before = text.substr(0, begin);
  const bool is_its_place = before == "@{PROC}/" || before == "/proc/" || before.ends_with("/task/");
  return is_in_proc && is_component && is_its_place;
}

base::Result<std::string> replace(const std::string& text, const Variables& variables, unsigned nesting) {
  if (nesting > kMaxNesting) return base::Error{EINVAL, "a variable is made of itself"};
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    if (text.compare(at, 2, "@{") != 0) {
      made += text[at++];
      continue;
    }
    const std::size_t close = text.find('}', at);
    if (close == std::string::npos) return base::Error{EINVAL, "a variable lacks its \"}\""};
    const std::string name = text.substr(at + 2, close - at - 2);
    const auto found = variables.find(name);
    if (found == variables.end()) return base::Error{EINVAL, "there is no variable @{" + name + "}"};
    if (is_process(text, at, close + 1, name) && is_number(name, variables, 0)) {
      made += "[1-9]*";
    } else {
      std::string values;
      for (const std::string& value : found->second) {
        auto one = replace(value, variables, nesting + 1);
        if (!one) return one;
        values += (values.empty() ? "" : ",") + one.value();
      }
      made += found->second.size() == 1 ? values : "{" + values + "}";
    }
    if (made.size() > kMaxText) return base::Error{EINVAL, "its variables are too long"};
    at = close + 1;
  }
  return made;
}

}  // namespace

base::Result<std::string> replace_variables(const std::string& text, const Variables& variables) {
  return replace(text, variables, 0);
}

}  // namespace eventfilter::apparmor
