// SPDX-License-Identifier: BSD-2-Clause
#include "cli/arguments.h"

#include <cerrno>

#include "diag/messages.h"

namespace eventfilter::cli {
namespace {

base::Error unknown(const std::string& word, const std::vector<Option>& known) {
  std::vector<std::string> names;
  for (const Option& option : known) names.push_back("--" + option.name);
  const std::string hint = diag::nearest_hint(word, names);
  return {EINVAL, "there is no option \"" + word + '"' + (hint.empty() ? "" : "; " + hint)};
}

const Option* find(const std::vector<Option>& known, const std::string& word) {
  for (const Option& option : known) {
    if (word == "--" + option.name || (option.letter != 0 && word == std::string{'-', option.letter}))
      return &option;
  }
  return nullptr;
}

}  // namespace

std::string Arguments::value(const std::string& option) const {
  const auto at = options.find(option);
  return at == options.end() ? "" : at->second.back();
}

std::vector<std::string> Arguments::values(const std::string& option) const {
  const auto at = options.find(option);
  return at == options.end() ? std::vector<std::string>() : at->second;
}

base::Result<Arguments> parse_arguments(const std::vector<std::string>& words,
                                        const std::vector<Option>& known) {
  Arguments arguments;
  std::size_t at = 0;
  for (; at < words.size() && words[at].size() > 1 && words[at][0] == '-'; ++at) {
    if (words[at] == "--") {
      ++at;
      break;
    }
    const std::size_t equals = words[at].starts_with("--") ? words[at].find('=') : std::string::npos;
    const std::string word = words[at].substr(0, equals);
    const Option* option = find(known, word);
    if (option == nullptr) return unknown(word, known);
    std::string value;
    if (equals != std::string::npos) {
      if (!option->has_value) return base::Error{EINVAL, '"' + word + "\" takes no value"};
      value = words[at].substr(equals + 1);
    } else if (option->has_value) {
      if (at + 1 == words.size()) return base::Error{EINVAL, '"' + word + "\" needs a value"};
      value = words[++at];
    }
    arguments.options[option->name].push_back(value);
  }
  arguments.rest.assign(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  return arguments;
}

}  // namespace eventfilter::cli
