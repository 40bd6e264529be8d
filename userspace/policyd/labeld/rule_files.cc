// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/rule_files.h"

#include <array>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"

namespace eventfilter::labeld {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEnding = ".policy";

bool others_write(const struct stat& status) { return (status.st_mode & (S_IWGRP | S_IWOTH)) != 0; }

base::Error unsafe(const std::string& path, const std::string& why) {
  return {EPERM, '"' + path + "\" " + why + "; rule files are root's alone"};
}

base::Result<void> check_owner(const std::string& path, const struct stat& status, uid_t owner) {
  if (status.st_uid != 0 && status.st_uid != owner)
    return unsafe(path, "belongs to uid " + std::to_string(status.st_uid));
  return {};
}

bool masks(const fs::path& path) {
  std::error_code error;
  if (fs::is_symlink(path, error)) return fs::read_symlink(path, error) == "/dev/null";
  return fs::is_regular_file(path, error) && fs::file_size(path, error) == 0 && !error;
}

// Name -> path, the last directory's counting.
base::Result<void> collect(const std::string& directory, const TrustedFiles& trusted,
                           std::map<std::string, std::string>& ret) {
  std::error_code error;
  fs::directory_iterator entries(directory, error);
  if (error == std::errc::no_such_file_or_directory) return {};
  if (error) return base::system_error(error.value(), '"' + directory + '"');
  if (auto safe = trusted.check_directory(directory); !safe) return safe;
  for (const fs::directory_entry& entry : entries) {
    const std::string name = entry.path().filename();
    if (name.ends_with(kEnding) && !entry.is_directory(error)) ret[name] = entry.path();
  }
  return {};
}

}  // namespace

base::Result<void> TrustedFiles::check_directory(const std::string& path) const {
  struct stat status = {};
  for (fs::path at = path;; at = at.parent_path()) {
    if (stat(at.c_str(), &status) != 0) return base::system_error(errno, '"' + at.string() + '"');
    if (auto owned = check_owner(at, status, owner_); !owned) return owned;
    const bool above = at.string() != path;
    if (others_write(status) && !(above && (status.st_mode & S_ISVTX) != 0))
      return unsafe(at, "can be written to by others");
    if (at == at.root_path() || at.empty()) return {};
  }
}

base::Result<std::string> TrustedFiles::read_now(const std::string& path) const {
  const base::Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (!file && errno == ELOOP) return unsafe(path, "is a symbolic link");
  struct stat status = {};
  if (!file || fstat(file.get(), &status) != 0) return base::system_error(errno, '"' + path + '"');
  if (!S_ISREG(status.st_mode)) return unsafe(path, "is no regular file");
  if (auto owned = check_owner(path, status, owner_); !owned) return owned.error();
  if (others_write(status)) return unsafe(path, "can be written to by others");
  if (auto safe = check_directory(fs::path(path).parent_path()); !safe) return safe.error();
  std::string text;
  std::array<char, 65536> chunk;
  for (;;) {
    const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::system_error(errno, '"' + path + '"');
    if (got == 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
    if (text.size() > base::kMaxTextFile) return base::system_error(EFBIG, '"' + path + '"');
  }
}

base::Result<std::string> TrustedFiles::read(const std::string& path) {
  if (const auto known = texts_.find(path); known != texts_.end()) return known->second;
  auto text = read_now(path);
  if (text) texts_[path] = text.value();
  return text;
}

base::Result<std::vector<std::string>> list_rule_files(const std::vector<std::string>& directories,
                                                       const TrustedFiles& trusted) {
  std::map<std::string, std::string> files;
  for (const std::string& directory : directories) {
    if (auto done = collect(directory, trusted, files); !done) return done.error();
  }
  std::vector<std::string> paths;
  for (const auto& [name, path] : files) {
    if (masks(path)) continue;
    paths.push_back(path);
    std::map<std::string, std::string> additions;
    for (const std::string& directory : directories) {
      if (auto done = collect(directory + '/' + name + ".d", trusted, additions); !done)
        return done.error();
    }
    for (const auto& [addition, its_path] : additions) {
      if (!masks(its_path)) paths.push_back(its_path);
    }
  }
  return paths;
}

emit::Source source_of(const std::vector<std::string>& files) {
  emit::Source source{"the rule files", "policy 1;\n"};
  for (const std::string& file : files) source.text += "include \"" + file + "\";\n";
  return source;
}

}  // namespace eventfilter::labeld
