// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/words.h"

namespace eventfilter::apparmor {
namespace {

// "(a, b c)" or "a"
std::vector<std::string> members(const std::string& text) {
  std::vector<std::string> all;
  std::string one;
  const bool is_list = text.starts_with('(') && text.ends_with(')');
  for (const char byte : is_list ? text.substr(1, text.size() - 2) + "," : text + ",") {
    const bool separates = is_list ? byte == ',' || byte == ' ' || byte == '\n' || byte == '\t' : byte == ',';
    if (!separates) {
      one += byte;
    } else if (!one.empty()) {
      all.push_back(std::move(one));
      one.clear();
    }
  }
  return all;
}

}  // namespace

Words read_words(const std::vector<std::string>& words) {
  Words made;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    const std::size_t equals = word.find('=');
    const std::size_t list = word.find('(');
    if (equals != std::string::npos && equals < list) {
      std::string value = word.substr(equals + 1);
      if (value.empty() && i + 1 < words.size()) value = words[++i];
      for (std::string& one : members(value)) made.conditions[word.substr(0, equals)].push_back(std::move(one));
    } else {
      for (std::string& one : members(word)) made.plain.insert(std::move(one));
    }
  }
  return made;
}

}  // namespace eventfilter::apparmor
