// SPDX-License-Identifier: BSD-2-Clause
#include "learn/writer.h"
#include "policy/policy.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"

namespace eventfilter::learn {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kShownPaths = 3;
constexpr std::size_t kFewNames = 4;

// In the order of permissions.md, not of the alphabet.
constexpr std::array kOrder = {"open",     "read", "write",   "create", "unlink", "rename", "link",
                               "truncate", "exec", "setattr", "chroot", "mount",  "umount"};

std::size_t rank(const std::string& permission) {
  return static_cast<std::size_t>(std::find(kOrder.begin(), kOrder.end(), permission) -
                                  kOrder.begin());
}

// "read", "{ open create }": what is read and written is opened.
std::string permissions_text(std::set<std::string> permissions) {
  if (permissions.contains("read") && permissions.contains("write")) {
    permissions.erase("read");
    permissions.erase("write");
    permissions.insert("open");
  }
  std::vector<std::string> sorted(permissions.begin(), permissions.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return rank(a) < rank(b); });
  if (sorted.size() == 1) return sorted.front();
  std::string text = "{ ";
  for (const std::string& one : sorted) text += one + ' ';
  return text + '}';
}

std::string list(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + base::in_comment(name);
  return text;
}

std::string seen_text(const std::vector<std::string>& paths,
                      const std::set<std::string>& programs) {
  std::string text = list(programs) + ": ";
  const std::set<std::string> sorted(paths.begin(), paths.end());
  std::size_t shown = 0;
  for (const std::string& path : sorted) {
    if (shown++ == kShownPaths)
      return text + " and " + std::to_string(sorted.size() - kShownPaths) + " more";
    text += (shown == 1 ? "" : ", ") + base::in_comment(path);
  }
  return text;
}

// Permissions of class file and of class unix, apart.
struct Split {
  std::set<std::string> file;
  std::set<std::string> unix_sockets;
};
Split split(const std::set<std::string>& permissions) {
  const std::string unix_class = "unix ";
  Split made;
  for (const std::string& one : permissions) {
    if (one.starts_with(unix_class)) {
      made.unix_sockets.insert(one.substr(unix_class.size()));
    } else {
      made.file.insert(one);
    }
  }
  return made;
}

// True for these names; those that a rule file can't have are globs.
std::string name_test(const std::set<std::string>& names) {
  std::vector<std::string> quoted;
  std::string globs;
  for (const std::string& name : names) {
    const bool is_plain = name.find_first_of("\"\\\177") == std::string::npos &&
                          std::all_of(name.begin(), name.end(), [](char byte) {
                            return static_cast<unsigned char>(byte) >= ' ';
                          });
    if (is_plain)
      quoted.push_back('"' + name + '"');
    else
      globs += (globs.empty() ? "" : " || ") + ("name ~ \"" + literal(name)) + '"';
  }
  if (quoted.empty()) return globs;
  const std::string plain = quoted.size() == 1 ? "name == " + quoted.front()
                                               : wrapped("name in {", quoted, ",", 6) + " }";
  return globs.empty() ? plain : plain + " || " + globs;
}

class Writer {
 public:
  Writer(const std::set<std::string>& taken, std::string home, Reach reach)
      : taken_(taken), home_(std::move(home)), reach_(reach) {}

  Written write(const Needs& needs) {
    for (const Kind& kind : kinds_of(needs.places, home_, reach_)) add_kind(kind);
    add_special(needs);
    for (const auto& [key, rule] : needs.on_labels)
      add_on_label(std::get<0>(key), std::get<1>(key), rule);
    for (const auto& [permissions, labels] : by_permissions_) {
      const std::string head = "  allow " + permissions + " on ";
      made_.rules += labels.size() == 1
                         ? head + labels.front() + ";\n"
                         : wrapped(head + "{", labels, "", head.size() + 2) + " };\n";
    }
    made_.rules += labelled_;
    for (const std::string& rule : needs.rules) made_.rules += "  " + rule + '\n';
    return std::move(made_);
  }

 private:
  std::string name_for(const Kind& kind) {
    const std::string base = kind.name + (kind.is_sensitive ? "_secret" : "");
    std::string name = base + "_t";
    for (int i = 2; taken_.contains(name) || !used_.insert(name).second; ++i)
      name = base + std::to_string(i) + "_t";
    return name;
  }

  void allow(const std::set<std::string>& permissions, const std::string& label) {
    const Split parts = split(permissions);
    if (!parts.file.empty())
      by_permissions_["file " + permissions_text(parts.file)].push_back(label);
    if (!parts.unix_sockets.empty())
      by_permissions_["unix " + permissions_text(parts.unix_sockets)].push_back(label);
  }

  void add_kind(const Kind& kind) {
    const std::string name = name_for(kind);
    if (kind.is_sensitive) {
      made_.labels += "# Secrets are kept here as a rule. Is it right that this is allowed?\n";
      made_.sensitive.insert(made_.sensitive.end(), kind.seen.begin(), kind.seen.end());
    }
    made_.labels += "# " + seen_text(kind.seen, kind.programs) + '\n';
    std::vector<std::string> patterns;
    for (const std::string& pattern : kind.patterns) patterns.push_back('"' + pattern + '"');
    const std::string head = "label " + name + " =";
    made_.labels += wrapped(head, patterns, ",", head.size() + 1) + ";\n";
    allow(kind.permissions, name);
  }

  void add_special(const Needs& needs) {
    if (!needs.own_task.empty()) allow(needs.own_task, "self");
    if (!needs.anonymous.empty()) allow(needs.anonymous, std::string(policy::kAnonymous));
    if (needs.in_proc.empty()) return;
    const std::string name = name_for({"proc", {}, {}, {}, {}, false});
    made_.labels +=
        "# What /proc tells of the system; of other processes it tells nothing by this\n";
    made_.labels += "label " + name + " = fs proc;\n";
    allow(needs.in_proc, name);
  }

  void add_on_label(const std::string& label, const std::string& permission, const OnLabel& rule) {
    const bool is_unix = permission.starts_with("unix ");
    labelled_ += "  # " + seen_text({rule.paths.begin(), rule.paths.end()}, rule.programs) + '\n';
    labelled_ += "  allow " + (is_unix ? permission : "file " + permission) + " on " + label;
    // To read all of a label's objects may be meant; to change them all because of some never is
    const bool is_told = permission != "read" || rule.names.size() <= kFewNames;
    const bool has_name = !is_unix && permission != "mount" && permission != "umount";
    if (is_told && has_name) labelled_ += " when " + name_test(rule.names);
    labelled_ += ";\n";
  }

  const std::set<std::string>& taken_;
  const std::string home_;
  const Reach reach_;
  std::set<std::string> used_;
  std::map<std::string, std::vector<std::string>> by_permissions_;
  std::string labelled_;
  Written made_;
};

}  // namespace

std::string wrapped(const std::string& head, const std::vector<std::string>& words,
                    const std::string& separator, std::size_t indent) {
  std::string text = head;
  std::size_t column = head.size();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string word = words[i] + (i + 1 < words.size() ? separator : "");
    if (i != 0 && column + 1 + word.size() > kWidth) {
      text += '\n' + std::string(indent, ' ') + word;
      column = indent + word.size();
    } else {
      text += ' ' + word;
      column += 1 + word.size();
    }
  }
  return text;
}

Written write(const Needs& needs, const std::set<std::string>& taken, const std::string& home,
              Reach reach) {
  return Writer(taken, home, reach).write(needs);
}

}  // namespace eventfilter::learn
