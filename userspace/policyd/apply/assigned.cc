// SPDX-License-Identifier: BSD-2-Clause
#include "apply/assigned.h"

#include <array>
#include <climits>

#include <linux/eventfilter.h>
#include <unistd.h>

#include "sema/glob.h"

namespace eventfilter::apply {

Assigned::Verdict Assigned::own(const base::Fd& object, const struct stat& status, bool tree,
                                const Decision& decision) {
  const auto [at, added] = own_.try_emplace({status.st_dev, status.st_ino}, Own{decision, tree});
  if (!added && at->second.decision.label != decision.label) {
    conflicting_ = at->second.decision;
    return Verdict::Conflict;
  }
  // A tree includes the object alone, not the other way round
  if (!added && (at->second.tree || !tree)) return Verdict::Known;
  at->second.tree = tree;
  own_by_path_[path_of(object.get())] = {decision.label, tree};
  return Verdict::New;
}

Assigned::Verdict Assigned::name(const base::Fd& directory, const struct stat& status,
                                 const std::string& pattern, const Decision& decision) {
  const auto [at, added] =
      names_.try_emplace({status.st_dev, status.st_ino, pattern}, decision);
  if (added) {
    names_by_directory_[path_of(directory.get())].push_back({pattern, decision.label});
    return Verdict::New;
  }
  if (at->second.label == decision.label) return Verdict::Known;
  conflicting_ = at->second;
  return Verdict::Conflict;
}

bool Assigned::close_name(const base::Fd& directory, const struct stat& status,
                          const std::string& pattern, const diag::Place& where) {
  const auto at = names_.find({status.st_dev, status.st_ino, pattern});
  if (at != names_.end() && at->second.label.empty()) return false;
  drop_name(directory, status, pattern);
  return name(directory, status, pattern, {"", where}) == Verdict::New;
}

void Assigned::drop_own(const base::Fd& object, const struct stat& status) {
  own_.erase({status.st_dev, status.st_ino});
  own_by_path_.erase(path_of(object.get()));
}

void Assigned::drop_name(const base::Fd& directory, const struct stat& status,
                         const std::string& pattern) {
  names_.erase({status.st_dev, status.st_ino, pattern});
  std::erase_if(names_by_directory_[path_of(directory.get())],
                [&](const Name& name) { return name.pattern == pattern; });
}

bool Assigned::has_own(const struct stat& status) const {
  return own_.contains({status.st_dev, status.st_ino});
}

// Of the patterns in one directory that match, the one that counts in the kernel.
const std::string* Assigned::decide_by_name(std::string_view directory, std::string_view rest) const {
  const auto names = names_by_directory_.find(directory);
  if (names == names_by_directory_.end()) return nullptr;
  const Name* best = nullptr;
  for (const Name& candidate : names->second) {
    if (!sema::matches(candidate.pattern, rest)) continue;
    if (best == nullptr || sema::counts_more(candidate.pattern, best->pattern)) best = &candidate;
  }
  return best == nullptr ? nullptr : &best->label;
}

// What the patterns of the directories above say about a node, the nearest first.
const std::string* Assigned::decide_by_names(std::string_view node) const {
  std::string_view directory = node;
  for (unsigned components = 1; components <= EVF_MAX_COMPONENTS && directory != "/"; ++components) {
    const std::size_t slash = directory.rfind('/');
    if (slash == std::string_view::npos) return nullptr;
    directory = slash == 0 ? "/" : directory.substr(0, slash);
    if (const std::string* const label = decide_by_name(directory, node.substr(slash + 1))) return label;
  }
  return nullptr;
}

std::optional<std::string> Assigned::decide(const std::string& path) const {
  for (std::string_view at = path;;) {
    if (const auto own = own_by_path_.find(at);
        own != own_by_path_.end() && (own->second.second || at == path))
      return own->second.first;
    if (at == "/") return std::nullopt;
    if (const std::string* const label = decide_by_names(at)) return *label;
    const std::size_t slash = at.rfind('/');
    if (slash == std::string_view::npos) return std::nullopt;
    at = slash == 0 ? "/" : at.substr(0, slash);
  }
}

std::string path_of(int object) {
  std::array<char, PATH_MAX> path;
  const std::string link = "/proc/self/fd/" + std::to_string(object);
  const ssize_t length = readlink(link.c_str(), path.data(), path.size());
  return length < 0 ? "" : std::string(path.data(), static_cast<std::size_t>(length));
}

}  // namespace eventfilter::apply
