// SPDX-License-Identifier: BSD-2-Clause
#include "apply/homes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include <pwd.h>

#include "base/file.h"

namespace eventfilter::apply {
namespace {

constexpr std::size_t kEntryBytes = 16384;

std::string_view next_word(std::string_view& line) {
  constexpr std::string_view kBlank = " \t";
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  const std::size_t end = std::min(line.find_first_of(kBlank), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

void read_id(std::string_view word, uid_t& ret) {
  uid_t id = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id);
  if (error == std::errc() && end == word.data() + word.size()) ret = id;
}

}  // namespace

UserIds parse_login_defs(std::string_view text) {
  UserIds ids;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view name = next_word(line);
    if (name == "UID_MIN") read_id(next_word(line), ids.first);
    if (name == "UID_MAX") read_id(next_word(line), ids.last);
  }
  return ids;
}

std::string usable_home(std::string_view directory) {
  while (directory.size() > 1 && directory.ends_with('/')) directory.remove_suffix(1);
  return directory.starts_with('/') && directory != "/" ? std::string(directory) : "";
}

std::string home_of(uid_t user) {
  std::array<char, kEntryBytes> buffer;
  struct passwd entry = {};
  struct passwd* found = nullptr;
  if (getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return "";
  return usable_home(found->pw_dir);
}

std::vector<std::string> homes_of_people() {
  const auto defs = base::read_text_file("/etc/login.defs");
  const UserIds ids = defs ? parse_login_defs(defs.value()) : UserIds();
  std::set<std::string> homes;
  std::array<char, kEntryBytes> buffer;
  struct passwd entry = {};
  struct passwd* found = nullptr;
  setpwent();
  while (getpwent_r(&entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
    const bool is_person = found->pw_uid >= ids.first && found->pw_uid <= ids.last;
    if (is_person || found->pw_uid == 0) homes.insert(usable_home(found->pw_dir));
  }
  endpwent();
  homes.erase("");
  return {homes.begin(), homes.end()};
}

}  // namespace eventfilter::apply
