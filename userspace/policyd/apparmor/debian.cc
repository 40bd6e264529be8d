// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/debian.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/file.h"

namespace eventfilter::apparmor {
namespace {

constexpr const char* kPackages[] = {"apparmor-profiles", "apparmor-profiles-extra"};

// What has no profile, or is a part of one that isn't there: for a hat of a web server's that isn't in these packages.
bool is_profile(const std::string& path) {
  const bool is_there = path.starts_with("/etc/apparmor.d/") || path.starts_with("/usr/share/apparmor/extra-profiles/");
  return is_there && !path.ends_with("/README") && path.find("/abstractions/") == std::string::npos &&
         path.find("/apache2.d/") == std::string::npos;
}

}  // namespace

Sources real_sources() {
  Sources made;
  made.read = base::read_text_file;
  made.list = [](const std::string& folder) -> base::Result<std::vector<std::string>> {
    std::error_code error;
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) names.push_back(entry.path().filename());
    if (error) return base::system_error(error.value(), folder);
    return names;
  };
  return made;
}

std::vector<std::string> debians_profiles(bool all) {
  constexpr std::array kFew = {"bin.ping", "sbin.klogd", "usr.sbin.identd", "usr.sbin.traceroute"};
  std::vector<std::string> found;
  for (const char* const package : kPackages) {
    const auto list = base::read_text_file(std::string("/var/lib/dpkg/info/") + package + ".list");
    if (!list) continue;
    const std::string& text = list.value();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string path = text.substr(at, end - at);
      at = end + 1;
      const std::filesystem::path file(path);
      const bool is_wanted = all || std::find(kFew.begin(), kFew.end(), file.filename()) != kFew.end();
      std::error_code error;
      if (is_wanted && is_profile(path) && std::filesystem::is_regular_file(file, error)) found.push_back(path);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace eventfilter::apparmor
