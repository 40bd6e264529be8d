// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/names.h"

#include <algorithm>
#include <cctype>

namespace eventfilter::apparmor {
namespace {

constexpr std::size_t kMaxStem = 40;  // of 64 bytes that a name may have

std::string word_of(const std::string& text) {
  std::string made;
  for (const char byte : text) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(byte)) != 0;
    if (is_plain) made += byte;
    else if (!made.empty() && made.back() != '_') made += '_';
  }
  while (made.ends_with('_')) made.pop_back();
  if (made.empty() || std::isdigit(static_cast<unsigned char>(made.front())) != 0) made = "p_" + made;
  return made.substr(0, kMaxStem);
}

std::string last_component(const std::string& text) {
  const std::size_t slash = text.rfind('/');
  return slash == std::string::npos || slash + 1 == text.size() ? text : text.substr(slash + 1);
}

std::string stem_of(const Profile& profile) {
  if (profile.parent.empty()) return word_of(last_component(profile.name));
  const std::string own = profile.name.substr(profile.parent.size() + 2);
  return word_of(last_component(profile.parent) + "_" + last_component(own));
}

}  // namespace

std::vector<std::string> domain_names(const std::vector<Profile>& profiles) {
  std::vector<std::string> names;
  for (const Profile& profile : profiles) {
    const std::string stem = stem_of(profile);
    std::string name = stem + "_t";
    for (unsigned i = 2; std::find(names.begin(), names.end(), name) != names.end(); ++i) {
      name = stem + "_" + std::to_string(i) + "_t";
    }
    names.push_back(name);
  }
  return names;
}

LabelNames::LabelNames(const std::string& first) : stem_(first.substr(0, first.size() - 2)) {}

std::string LabelNames::name(const std::vector<Access>& access) {
  for (const auto& [known, name] : known_) {
    if (known == access) return name;
  }
  std::string letters;
  bool is_own = false;
  for (std::size_t i = 0; i < kRights; ++i) {
    unsigned whose = 0;
    for (const Access& one : access) {
      whose |= static_cast<unsigned>(one.any.files.whose[i] | one.any.directories.whose[i]);
      for (const auto& [name, sides] : one.named) whose |= static_cast<unsigned>(sides.files.whose[i] | sides.directories.whose[i]);
    }
    const bool is_implied = kRightLetters[i] == 'a' && letters.find('w') != std::string::npos;
    if (whose != 0 && !is_implied) letters += kRightLetters[i];
    is_own = is_own || whose == kOwn;
  }
  const std::string stem = stem_ + "_" + (letters.empty() ? "closed" : letters) + (is_own ? "_own" : "");
  std::string name = stem + "_t";
  for (unsigned i = 2; std::any_of(known_.begin(), known_.end(), [&](const auto& one) { return one.second == name; });
       ++i) {
    name = stem + "_" + std::to_string(i) + "_t";
  }
  known_.emplace_back(access, name);
  return name;
}

}  // namespace eventfilter::apparmor
