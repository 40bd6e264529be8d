// SPDX-License-Identifier: BSD-2-Clause
#include "learn/places.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>

#include "base/path.h"

namespace eventfilter::learn {
namespace {

// Directories that many programs share: none is opened as a whole because of one of them.
constexpr std::array kShared = {
    "/",
    "/bin",
    "/boot",
    "/dev",
    "/dev/shm",
    "/etc",
    "/etc/default",
    "/home",
    "/lib",
    "/lib64",
    "/media",
    "/mnt",
    "/opt",
    "/proc",
    "/proc/sys",
    "/root",
    "/run",
    "/run/lock",
    "/run/user",
    "/sbin",
    "/srv",
    "/sys",
    "/sys/class",
    "/sys/devices",
    "/sys/fs",
    "/sys/kernel",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/libexec",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/local/sbin",
    "/usr/local/share",
    "/usr/sbin",
    "/usr/share",
    "/usr/src",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/run",
    "/var/spool",
    "/var/tmp",
};
constexpr std::array kSharedAtHome = {"",        "/.cache",       "/.config",
                                      "/.local", "/.local/share", "/.local/state"};

// Where secrets are; "*" at the end: whatever begins so.
constexpr std::array kSecrets = {
    "/dev/kmem",        "/dev/mem",     "/dev/port",      "/etc/gshadow*",
    "/etc/krb5.keytab", "/etc/shadow*", "/etc/ssh*",      "/etc/ssl/private*",
    "/etc/sudoers*",    "/proc/kcore",  "/proc/kallsyms",
};
constexpr std::array kSecretsAtHome = {
    "/.aws*",
    "/.bash_history",
    "/.docker*",
    "/.git-credentials",
    "/.gnupg*",
    "/.kube*",
    "/.mozilla*",
    "/.netrc",
    "/.password-store*",
    "/.pgpass",
    "/.ssh*",
    "/.local/share/keyrings*",
};

// What a path is for, by where it is; the longest fits.
struct Region {
  const char* directory;
  const char* name;
};
constexpr std::array kRegions = {
    Region{"/bin", "program"},     Region{"/dev", "device"},       Region{"/etc", "config"},
    Region{"/home", "home"},       Region{"/proc", "proc"},        Region{"/root", "home"},
    Region{"/run", "run"},         Region{"/sbin", "program"},     Region{"/srv", "site"},
    Region{"/sys", "sys"},         Region{"/tmp", "tmp"},          Region{"/usr", "share"},
    Region{"/usr/bin", "program"}, Region{"/usr/sbin", "program"}, Region{"/var/cache", "cache"},
    Region{"/var/lib", "state"},   Region{"/var/log", "log"},      Region{"/var/run", "run"},
    Region{"/var/spool", "state"}, Region{"/var/tmp", "tmp"},
};

// From so many paths beneath one directory on, the directory is what is meant.
constexpr std::size_t kManyRead = 4;
constexpr std::size_t kManyChanged = 3;

bool is_shared(const std::string& directory, const std::string& home) {
  const auto is = [&](const char* one) { return directory == one; };
  const auto is_at_home = [&](const char* one) { return !home.empty() && directory == home + one; };
  return std::any_of(kShared.begin(), kShared.end(), is) ||
         std::any_of(kSharedAtHome.begin(), kSharedAtHome.end(), is_at_home) ||
         base::directory_of(directory) == "/home";
}

bool fits_secret(const std::string& path, std::string secret) {
  if (!secret.ends_with('*')) return path == secret;
  secret.pop_back();
  return path.starts_with(secret);
}

// Whether opening a whole directory would open a place of secrets with it.
bool holds_secrets(const std::string& directory, const std::string& home) {
  const auto is_in = [&](const std::string& secret) { return base::is_beneath(secret, directory); };
  return std::any_of(kSecrets.begin(), kSecrets.end(), is_in) ||
         (!home.empty() && std::any_of(kSecretsAtHome.begin(), kSecretsAtHome.end(),
                                       [&](const char* one) { return is_in(home + one); }));
}

bool changes(const Access& access) {
  return std::any_of(access.permissions.begin(), access.permissions.end(),
                     [](const std::string& one) {
                       return one != "read" && one != "exec" && !one.starts_with("unix");
                     });
}

// What was made and taken away again, or renamed to what it was meant to be.
bool is_temporary(const Access& access) {
  return access.permissions.contains("create") &&
         (access.permissions.contains("unlink") || access.permissions.contains("rename"));
}

// Where a run of letters and digits begins and ends that looks drawn at random.
std::optional<std::pair<std::size_t, std::size_t>> random_part(const std::string& name) {
  constexpr std::size_t kShortest = 6;
  constexpr std::size_t kShortestNumber = 3;
  constexpr std::size_t kPythonDraws = 8;
  for (std::size_t begin = 0, end = 0; begin < name.size(); begin = end + 1) {
    bool lower = false, upper = false, digit = false;
    for (end = begin; end < name.size() &&
                      (std::isalnum(static_cast<unsigned char>(name[end])) || name[end] == '_');
         ++end) {
      lower = lower || std::islower(static_cast<unsigned char>(name[end]));
      upper = upper || std::isupper(static_cast<unsigned char>(name[end]));
      digit = digit || std::isdigit(static_cast<unsigned char>(name[end]));
    }
    const std::size_t size = end - begin;
    const std::string_view run = std::string_view(name).substr(begin, size);
    const std::size_t word = run.starts_with("tmp_obj_") ? 8
                             : run.starts_with("tmp_")   ? 4
                             : run.starts_with("tmp")    ? 3
                                                         : 0;
    if (word != 0 && size >= word + kShortest) return std::pair{begin + word, end};
    if (size >= kShortest && lower + upper + digit >= 2) return std::pair{begin, end};
    // Python's tempfile draws eight of a to z, 0 to 9 and "_": one time in fifteen they are letters only
    if (size == kPythonDraws && size == name.size() && lower) return std::pair{begin, end};
    if (size >= kShortestNumber && digit && !lower && !upper) return std::pair{begin, end};
  }
  return std::nullopt;
}

std::string region_of(const std::string& path, const std::string& home) {
  if (!home.empty() && (base::is_beneath(path, home))) return "home";
  const Region* best = nullptr;
  for (const Region& region : kRegions) {
    const bool fits = base::is_beneath(path, region.directory);
    if (fits && (best == nullptr || std::string_view(best->directory).size() <
                                        std::string_view(region.directory).size()))
      best = &region;
  }
  return best == nullptr ? "data" : best->name;
}

// One pattern, and what was seen of it.
struct Found {
  std::string region;
  std::vector<std::string> seen;
  Access access;
  bool is_sensitive = false;
};
using Patterns = std::map<std::string, Found>;

class Generaliser {
 public:
  Generaliser(const std::string& home, Reach reach) : home_(home), reach_(reach) {}

  void add(const Accesses& accesses) {
    Accesses changed, read;
    for (const auto& [path, access] : accesses) (changes(access) ? changed : read)[path] = access;
    add_all(changed, kManyChanged);
    for (auto one = read.begin(); one != read.end();) {
      one = is_covered(one->first, one->second) ? read.erase(one) : std::next(one);
    }
    add_all(read, kManyRead);
  }

  const Patterns& patterns() const { return patterns_; }

 private:
  void add_all(const Accesses& accesses, std::size_t many) {
    for (const auto& [path, access] : accesses) {
      const std::string pattern = pattern_for(path, access, accesses, many);
      Found& found = patterns_[pattern];
      found.region = access.permissions.contains("exec") ? "program" : region_of(path, home_);
      found.seen.push_back(path);
      found.is_sensitive = found.is_sensitive || is_sensitive(path, home_);
      found.access.permissions.insert(access.permissions.begin(), access.permissions.end());
      found.access.programs.insert(access.programs.begin(), access.programs.end());
    }
  }

  // Whether a tree that is there already lets do all that.
  bool is_covered(const std::string& path, const Access& access) {
    if (is_sensitive(path, home_) || access.permissions.contains("exec")) return false;
    for (auto& [pattern, found] : patterns_) {
      if (!pattern.ends_with("/**")) continue;
      const bool is_in = base::is_beneath(path, tree_of(pattern));
      const bool is_enough =
          std::includes(found.access.permissions.begin(), found.access.permissions.end(),
                        access.permissions.begin(), access.permissions.end());
      if (is_in && is_enough) {
        found.seen.push_back(path);
        return true;
      }
    }
    return false;
  }

  std::string tree_of(const std::string& pattern) const { return trees_.at(pattern); }

  std::string pattern_for(const std::string& path, const Access& access, const Accesses& all,
                          std::size_t many) {
    const bool stays =
        reach_ == Reach::Exact || is_sensitive(path, home_) || access.permissions.contains("exec");
    if (stays) return written(path);
    if (const std::string tree = tree_for(path, all, many); !tree.empty()) {
      const std::string pattern = written(tree) + "/**";
      trees_[pattern] = tree;
      return pattern;
    }
    return is_temporary(access) ? written_temporary(path) : written(path);
  }

  // A name that is random as a whole is one of that length: in a shared directory "*" would be
  // everything.
  std::string written_temporary(const std::string& path) const {
    const std::string name = path.substr(path.rfind('/') + 1);
    const auto part = random_part(name);
    if (!part) return written(path);
    const auto [begin, end] = *part;
    const bool is_whole = begin == 0 && end == name.size();
    const std::string directory = base::directory_of(path);
    return (directory == "/" ? "/" : written(directory) + '/') + literal(name.substr(0, begin)) +
           (is_whole ? std::string(name.size(), '?') : "*") + literal(name.substr(end));
  }

  // The topmost directory that is this program's own business; "" if there is none.
  std::string tree_for(const std::string& path, const Accesses& all, std::size_t many) const {
    std::vector<std::string> above = {path};
    while (above.back() != "/") above.push_back(base::directory_of(above.back()));
    for (auto directory = above.rbegin(); directory != above.rend(); ++directory) {
      if (is_shared(*directory, home_) || holds_secrets(*directory, home_)) continue;
      const auto own = all.find(*directory);
      if (own != all.end() && own->second.is_directory_made) return *directory;
      if (*directory == path) break;
      const auto count =
          static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& one) {
            return one.first != *directory && base::is_beneath(one.first, *directory) &&
                   !is_sensitive(one.first, home_);
          }));
      if (count >= many) return *directory;
    }
    return "";
  }

  std::string written(const std::string& path) const {
    const bool is_at_home = !home_.empty() && base::is_beneath(path, home_);
    return is_at_home ? "@{HOME}" + literal(path.substr(home_.size())) : literal(path);
  }

  const std::string& home_;
  Reach reach_;
  Patterns patterns_;
  std::map<std::string, std::string> trees_;  // the directories of patterns that are trees
};

}  // namespace

bool is_sensitive(const std::string& path, const std::string& home) {
  const auto fits = [&](const char* secret) { return fits_secret(path, secret); };
  const auto fits_at_home = [&](const char* secret) { return fits_secret(path, home + secret); };
  return std::any_of(kSecrets.begin(), kSecrets.end(), fits) ||
         (!home.empty() && std::any_of(kSecretsAtHome.begin(), kSecretsAtHome.end(), fits_at_home));
}

std::string literal(const std::string& path) {
  std::string pattern;
  for (const char byte : path) {
    if (byte == '*' || byte == '?' || byte == '[') {
      pattern += std::string("[") + byte + ']';
    } else {
      const bool is_plain =
          byte != '"' && byte != '\\' && static_cast<unsigned char>(byte) >= ' ' && byte != '\177';
      pattern += is_plain ? byte : '?';
    }
  }
  return pattern;
}

std::vector<Kind> kinds_of(const Accesses& accesses, const std::string& home, Reach reach) {
  Generaliser generaliser(home, reach);
  generaliser.add(accesses);
  std::vector<Kind> kinds;
  for (const auto& [pattern, found] : generaliser.patterns()) {
    const auto alike = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) {
      return kind.name == found.region && kind.permissions == found.access.permissions &&
             kind.is_sensitive == found.is_sensitive;
    });
    Kind& kind = alike == kinds.end() ? kinds.emplace_back() : *alike;
    kind.name = found.region;
    kind.permissions = found.access.permissions;
    kind.is_sensitive = found.is_sensitive;
    kind.patterns.push_back(pattern);
    kind.seen.insert(kind.seen.end(), found.seen.begin(), found.seen.end());
    kind.programs.insert(found.access.programs.begin(), found.access.programs.end());
  }
  return kinds;
}

}  // namespace eventfilter::learn
