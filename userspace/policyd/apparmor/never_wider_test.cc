// SPDX-License-Identifier: BSD-2-Clause
//
// Nothing passes the imported policy that the profile refuses. The profile is judged by a matcher of its own, written
// from apparmor.d(5); the policy by the compiler and the core.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>

#include "analysis/compile.h"
#include "analysis/evaluate.h"
#include "analysis/label_of.h"
#include "apparmor/debian.h"
#include "apparmor/import.h"
#include "apparmor/parse.h"
#include "base/file.h"

namespace eventfilter::apparmor {
namespace {

// Whether `path` is one that `glob` stands for; `before` is what was before both.
bool glob_matches(const std::string& glob, const std::string& path, char before = 0) {
  if (glob.empty()) return path.empty();
  if (glob[0] == '{') {
    int depth = 0;
    std::size_t end = 0;
    std::vector<std::size_t> bounds = {0};
    for (end = 0; end < glob.size(); ++end) {
      if (glob[end] == '{') ++depth;
      if (glob[end] == '}' && --depth == 0) break;
      if (glob[end] == ',' && depth == 1) bounds.push_back(end);
    }
    bounds.push_back(end);
    for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
      const std::string one = glob.substr(bounds[i] + 1, bounds[i + 1] - bounds[i] - 1);
      if (glob_matches(one + glob.substr(end + 1), path, before)) return true;
    }
    return false;
  }
  if (glob[0] == '*') {
    const bool deep = glob.starts_with("**");
    const std::string rest = glob.substr(deep ? 2 : 1);
    // Where it is all of a name, there is something in it
    const bool is_name = before == '/' && (rest.empty() || rest[0] == '/');
    if (is_name && (path.empty() || path[0] == '/')) return false;
    for (std::size_t taken = is_name ? 1 : 0; taken <= path.size(); ++taken) {
      if (taken > 0 && !deep && path[taken - 1] == '/') break;
      if (glob_matches(rest, path.substr(taken), '*')) return true;
    }
    return false;
  }
  if (path.empty()) return false;
  if (glob[0] == '[') {
    const std::size_t end = glob.find(']', 2);
    bool negated = glob[1] == '^';
    bool found = false;
    for (std::size_t i = negated ? 2 : 1; i < end; ++i) {
      if (i + 2 < end && glob[i + 1] == '-') {
        found |= path[0] >= glob[i] && path[0] <= glob[i + 2];
        i += 2;
      } else {
        found |= path[0] == glob[i];
      }
    }
    return found != negated && path[0] != '/' && glob_matches(glob.substr(end + 1), path.substr(1), ']');
  }
  if (glob[0] == '?') return path[0] != '/' && glob_matches(glob.substr(1), path.substr(1), '?');
  const std::size_t skipped = glob[0] == '\\' ? 1 : 0;
  return glob[skipped] == path[0] && glob_matches(glob.substr(skipped + 1), path.substr(1), path[0]);
}

std::string without_double_slashes(std::string text) {
  for (std::size_t at = 0; (at = text.find("//", at)) != std::string::npos;) text.erase(at, 1);
  return text;
}

bool rule_matches(const FileRule& rule, const std::string& path) {
  return path.find("//") == std::string::npos && glob_matches(without_double_slashes(rule.expression), path);
}

// Which letter of a rule an attempt needs; x executes.
bool profile_allows(const Profile& profile, const std::string& path, char letter, bool own) {
  bool allowed = false;
  for (const FileRule& rule : profile.files) {
    if (rule.is_owner && !own) continue;
    const bool has = letter == 'x' ? !rule.exec.empty()
                                   : rule.letters.find(letter) != std::string::npos ||
                                         (letter == 'a' && rule.letters.find('w') != std::string::npos);
    if (!has || !rule_matches(rule, path)) continue;
    if (rule.is_deny) return false;
    allowed = true;
  }
  return allowed;
}

struct Attempt {
  std::string path;  // of a directory with "/" at its end
  char letter;       // "n" renames it to `other`
  bool own;
  std::string other = {};
};

bool profile_allows(const Profile& profile, const Attempt& attempt) {
  const auto allows = [&](const std::string& path, char letter) {
    return profile_allows(profile, path, letter, attempt.own);
  };
  if (attempt.letter == 'n') return allows(attempt.path, 'r') && allows(attempt.path, 'w') && allows(attempt.other, 'w');
  // What is executed is mapped
  return allows(attempt.path, attempt.letter) ||
         (attempt.letter == 'm' && allows(attempt.path, 'x'));
}

class Subject {
 public:
  Subject(const std::string& name, const std::string& text, const Sources& sources) {
    auto parsed = parse(name, text, sources);
    Options options;
    options.loaders = {};
    auto made = import({{name, text}}, sources, options);
    if (!parsed || !made) return;
    profiles_ = std::move(parsed).value().all;
    domains_ = made.value().domains;
    diag::Diagnostics diagnostics;
    policy_ = analysis::compile({"p", made.value().policy}, {}, diagnostics);
    EXPECT_TRUE(policy_.has_value()) << name << "\n" << diagnostics.render().substr(0, 3000);
    if (!policy_) return;
    for (const std::string& domain : domains_) {
      judges_.emplace_back(*policy_, *policy_->find_domain(domain), events::builtin_target());
    }
  }

  bool is_there() const { return policy_.has_value(); }
  const std::vector<Profile>& profiles() const { return profiles_; }

  bool allows(std::size_t which, const Attempt& attempt) const {
    const bool is_directory = attempt.path.ends_with('/');
    std::string node = attempt.path;
    if (is_directory && node.size() > 1) node.pop_back();
    analysis::Happening event;
    event.numbers = {{"uid", 1000}, {"gid", 1000}, {"owner", attempt.own ? 1000 : 0}, {"group", 0},
                     {"mode", is_directory ? 0040755 : 0100755}, {"flags", 0}, {"dev", 1}, {"ino", 1},
                     {"type", is_directory ? 0040000 : 0100000}, {"prot", 5}, {"setid", 0}, {"what", 1}};
    event.texts = {{"name", node.substr(node.rfind('/') + 1)}};
    event.labels = {{"label", labels_of(node)}};
    if (attempt.letter == 'n') {
      const std::string other = attempt.other.ends_with('/') ? attempt.other.substr(0, attempt.other.size() - 1)
                                                             : attempt.other;
      event.texts["new_name"] = other.substr(other.rfind('/') + 1);
      event.labels["new_label"] = labels_of(other);
    }
    const auto passes = [&](const char* name, std::int64_t access) {
      event.event = name;
      event.numbers["access"] = access;
      return judges_[which].lets_pass(event);
    };
    switch (attempt.letter) {
      case 'r': return passes("file_open", 4);
      case 'w': return is_directory ? passes("file_unlink", 0) : passes("file_open", 2) && passes("file_unlink", 0);
      case 'a': return passes("file_open", 10);
      case 'm': return passes("file_map", 0);
      case 'k': return passes("file_lock", 0);
      case 'n': return passes("file_rename", 0);
      default: return passes("file_exec", 0);
    }
  }

 private:
  std::set<std::string> labels_of(const std::string& node) const {
    const std::string label = analysis::label_of(*policy_, node);
    return label.empty() ? std::set<std::string>() : analysis::with_groups(*policy_, label);
  }

  std::vector<Profile> profiles_;
  std::vector<std::string> domains_;
  std::optional<emit::CompiledPolicy> policy_;
  std::vector<analysis::Judge> judges_;
};

// A path near those that the rules speak of.
std::string some_path(const Profile& profile, std::mt19937& random) {
  const auto pick = [&](std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random); };
  std::string glob = profile.files[pick(profile.files.size())].expression;
  const char* const pieces[] = {"a", "b.so", "x/y", "lib.so.1", ".log", "", "1", "d/e/f/g/h/i/j", "locale", "2a"};
  std::string path;
  for (std::size_t i = 0; i < glob.size(); ++i) {
    if (glob[i] == '{' || glob[i] == '}') continue;
    if (glob[i] == ',') {
      // Another alternative begins: perhaps in place of this one
      if (pick(2) == 0) break;
      continue;
    }
    if (glob[i] == '*' || glob[i] == '?') path += pieces[pick(10)];
    else if (glob[i] == '[') {
      path += glob[i + 1];
      i = std::min(glob.find(']', i), glob.size() - 1);
    } else path += glob[i];
  }
  if (pick(6) == 0) path += "/more";
  if (pick(6) == 0) path += "/";
  if (pick(8) == 0 && path.size() > 2) path.erase(pick(path.size() - 1) + 1, 1);
  path = without_double_slashes(path);
  return path.starts_with('/') ? path : "/" + path;
}

struct Tally {
  std::size_t agree = 0;
  std::size_t narrower = 0;
};

void attempts(const std::string& name, const std::string& text, const Sources& sources, unsigned count, Tally& tally) {
  const Subject subject(name, text, sources);
  if (!subject.is_there()) return;
  std::mt19937 random(7);
  for (std::size_t which = 0; which < subject.profiles().size(); ++which) {
    const Profile& profile = subject.profiles()[which];
    for (unsigned i = 0; i < count && !profile.files.empty(); ++i) {
      Attempt attempt{some_path(profile, random), "rwamkxn"[random() % 7], random() % 2 == 0};
      const bool is_directory = attempt.path.ends_with('/');
      if (is_directory && attempt.letter != 'w' && attempt.letter != 'n' && attempt.letter != 'k') attempt.letter = 'r';
      if (attempt.letter == 'n') {
        // A directory stays one
        attempt.other = some_path(profile, random);
        if (attempt.other.ends_with('/') && !is_directory) attempt.other.pop_back();
        if (!attempt.other.ends_with('/') && is_directory) attempt.other += '/';
        if (attempt.path == "/" || attempt.other == "/" || attempt.other.empty()) continue;
      }
      const bool allowed = profile_allows(profile, attempt);
      // Nothing in /proc but processes begins with a digit
      if (attempt.path.starts_with("/proc/") && attempt.path.find_first_of("0123456789") == 6 &&
          attempt.path.find_first_not_of("0123456789/", 6) != attempt.path.find('/', 6) + 1) {
        continue;
      }
      const bool ours = subject.allows(which, attempt);
      EXPECT_TRUE(allowed || !ours) << name << ": " << profile.name << " " << attempt.letter << " " << attempt.path
                                    << " " << attempt.other << (attempt.own ? " (own)" : " (others')");
      ++(allowed == ours ? tally.agree : tally.narrower);
      if (testing::Test::HasFailure()) return;
    }
  }
}

void report(const Tally& tally) {
  std::cout << "[ agreement ] " << tally.agree << " the same, " << tally.narrower << " refused here alone\n";
  EXPECT_GT(tally.agree, 9 * tally.narrower);
}

TEST(NeverWider, DrawnProfiles) {
  std::mt19937 random(11);
  const auto pick = [&](std::size_t count) { return random() % count; };
  const char* const parts[] = {"a", "b", "*", "*.so", "a*", "[a-c]", "?", "{a,b}", "*b*"};
  const char* const deeps[] = {"**", "**.so", "b**"};
  const char* const letters[] = {"r", "rw", "w", "a", "mr", "rk", "ix", "rix", "rwmk", "l"};
  Tally tally;
  const bool is_long = std::getenv("EVF_LONG") != nullptr;
  for (unsigned round = 0; round < (is_long ? 5000 : 60); ++round) {
    std::string text = "profile p {\n";
    for (std::size_t i = 0; i < 2 + pick(4); ++i) {
      const bool deny = pick(4) == 0;
      text += deny ? " deny " : " ";
      if (pick(4) == 0) text += "owner ";
      // "**" once in a rule: more of them are only slow
      const std::size_t components = 1 + pick(3);
      const std::size_t deep = pick(2) == 0 ? pick(components) : components;
      for (std::size_t j = 0; j < components; ++j) {
        text += std::string("/") + (j == deep ? deeps[pick(3)] : parts[pick(9)]);
      }
      if (pick(6) == 0) text += "/";
      text += std::string(" ") + (deny ? letters[pick(6)] : letters[pick(10)]) + ",\n";
    }
    SCOPED_TRACE(text += "}\n");
    attempts("p", text, real_sources(), 30, tally);
    if (HasFailure()) return;
  }
  report(tally);
}

TEST(NeverWider, DebiansProfiles) {
  Tally tally;
  const bool is_long = std::getenv("EVF_LONG") != nullptr;
  const std::vector<std::string> paths = debians_profiles(is_long);
  if (paths.empty()) GTEST_SKIP() << "apparmor-profiles isn't installed";
  for (const std::string& path : paths) {
    attempts(path, base::read_text_file(path).value(), real_sources(), is_long ? 500 : 100, tally);
    if (HasFailure()) return;
  }
  report(tally);
}

}  // namespace
}  // namespace eventfilter::apparmor
