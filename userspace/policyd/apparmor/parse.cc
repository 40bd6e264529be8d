// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/parse.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>

#include "apparmor/variables.h"

namespace eventfilter::apparmor {
namespace {

constexpr std::array<std::string_view, 14> kClasses = {
    "capability", "network", "mount", "remount", "umount", "pivot_root", "ptrace",
    "signal", "dbus", "unix", "set", "change_profile", "userns", "link"};

bool is_class(const std::string& word) {
  return std::find(kClasses.begin(), kClasses.end(), word) != kClasses.end();
}

// What a file rule says may be done: the letters and the mode of executing.
struct Access {
  std::string letters;
  std::string exec;
};

std::optional<Access> access_of(const std::string& word) {
  Access made;
  for (std::size_t at = 0; at < word.size(); ++at) {
    if (std::string_view("rwalkm").find(word[at]) != std::string_view::npos) {
      if (made.letters.find(word[at]) == std::string::npos) made.letters += word[at];
      continue;
    }
    const std::size_t end = word.find('x', at);
    if (end == std::string::npos || end - at > 3) return std::nullopt;
    const std::string mode = word.substr(at, end - at + 1);
    if (mode.find_first_not_of("pPcCuUix") != std::string::npos || !made.exec.empty()) return std::nullopt;
    made.exec = mode;
    at = end;
  }
  if (made.letters.empty() && made.exec.empty()) return std::nullopt;
  return made;
}

struct Qualifiers {
  bool is_deny = false;
  bool is_audit = false;
  bool is_owner = false;

  // Takes a word; false if it is none.
  bool take(const std::string& word) {
    if (word == "audit") is_audit = true;
    else if (word == "deny") is_deny = true;
    else if (word == "owner") is_owner = true;
    else if (word != "allow" && word != "other") return false;
    return true;
  }
};

class Parser {
 public:
  explicit Parser(Scanned& scanned) : scanned_(scanned) {}

  base::Result<Profiles> run() {
    made_.remarks = scanned_.remarks;
    while (at_ < scanned_.statements.size()) {
      const Statement& statement = scanned_.statements[at_++];
      const auto done = outside(statement);
      if (!done) return done.error();
    }
    return std::move(made_);
  }

 private:
  static base::Error fail(const Statement& statement, const std::string& why) {
    return base::Error{EINVAL, statement.place.file + ":" + std::to_string(statement.place.line) + ": " + why};
  }

  void remark(const Statement& statement, const std::string& why) {
    made_.remarks.push_back({statement.place, why});
  }

  base::Result<void> outside(const Statement& statement) {
    const std::string first = statement.words.empty() ? "" : statement.words[0];
    if (statement.end == Statement::End::Open) return profile(statement, nullptr);
    if (statement.end == Statement::End::Close) return fail(statement, "a \"}\" closes nothing");
    if (first == "abi") return {};
    if (first == "alias") {
      remark(statement, "alias: paths have no second name here, left out");
      return {};
    }
    return fail(statement, "\"" + statement.text + "\" stands in no profile");
  }

  base::Result<std::string> replaced(const Statement& statement, const std::string& text,
                                     const Profile* profile) const {
    Variables variables = scanned_.variables;
    if (profile != nullptr) variables["profile_name"] = {profile->name};
    auto made = replace_variables(text, variables);
    if (!made) return fail(statement, made.error().message);
    return made;
  }

  // The words before "{".
  base::Result<void> head(const Statement& statement, Profile& made, const Profile* parent) {
    std::vector<std::string> words = statement.words;
    std::string name;
    if (!words.empty() && (words[0] == "profile" || words[0] == "hat")) {
      made.is_hat = words[0] == "hat";
      words.erase(words.begin());
    }
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i].starts_with("flags=") || words[i].starts_with("(")) {
        read_flags(words[i], made);
      } else if (words[i] == "flags" && i + 2 < words.size() && words[i + 1] == "=") {
        read_flags(words[i += 2], made);
      } else if (words[i].starts_with("xattrs=")) {
        remark(statement, "xattrs: which program a profile is for isn't decided by these");
      } else if (name.empty()) {
        name = words[i];
      } else {
        made.attachment = words[i];
      }
    }
    if (name.empty()) return fail(statement, "a profile lacks its name");
    if (name.starts_with('^')) {
      made.is_hat = true;
      name.erase(0, 1);
    }
    auto attachment = replaced(statement, made.attachment.empty() ? name : made.attachment, nullptr);
    auto full = replaced(statement, name, nullptr);
    if (!attachment) return attachment.error();
    if (!full) return full.error();
    made.attachment = attachment.value().starts_with('/') || attachment.value().starts_with('{') ? attachment.value() : "";
    if (made.is_hat) made.attachment.clear();
    made.parent = parent == nullptr ? "" : parent->name;
    made.name = parent == nullptr ? full.value() : parent->name + "//" + full.value();
    return {};
  }

  static void read_flags(const std::string& word, Profile& made) {
    std::string flag;
    for (const char byte : word.substr(word.find('(') == std::string::npos ? 6 : word.find('(') + 1) + ")") {
      if (byte == ',' || byte == ' ' || byte == ')') {
        if (!flag.empty()) made.flags.push_back(flag);
        flag.clear();
      } else {
        flag += byte;
      }
    }
  }

  base::Result<void> profile(const Statement& statement, const Profile* parent) {
    Profile made;
    made.place = statement.place;
    const auto named = head(statement, made, parent);
    if (!named) return named;
    const std::size_t place = made_.all.size();
    made_.all.push_back({});  // before its children
    const auto done = body(made, {});
    made_.all[place] = std::move(made);
    return done;
  }

  // The statements up to "}".
  base::Result<void> body(Profile& profile, const Qualifiers& outer) {
    while (at_ < scanned_.statements.size()) {
      const Statement& statement = scanned_.statements[at_++];
      if (statement.end == Statement::End::Close) return {};
      const auto done = statement.end == Statement::End::Open ? block(statement, profile, outer)
                                                              : rule(statement, profile, outer);
      if (!done) return done;
    }
    return base::Error{EINVAL, profile.place.file + ":" + std::to_string(profile.place.line) +
                                   ": the profile lacks its \"}\""};
  }

  base::Result<void> block(const Statement& statement, Profile& outer_profile, const Qualifiers& outer) {
    Qualifiers qualifiers = outer;
    const bool is_qualified = !statement.words.empty() &&
                              std::all_of(statement.words.begin(), statement.words.end(),
                                          [&](const std::string& word) { return qualifiers.take(word); });
    if (is_qualified) return body(outer_profile, qualifiers);
    const std::string first = statement.words.empty() ? "" : statement.words[0];
    if (first == "if" || first == "else") return fail(statement, "conditions aren't read: write the rules that hold");
    return profile(statement, &outer_profile);
  }

  base::Result<void> rule(const Statement& statement, Profile& profile, Qualifiers qualifiers) {
    std::vector<std::string> words = statement.words;
    std::size_t begin = 0;
    while (begin < words.size() && qualifiers.take(words[begin])) ++begin;
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(begin));
    if (words.empty()) return fail(statement, "a rule says nothing");
    if (words[0] == "abi") return {};
    if (is_class(words[0]) && !is_link_by_letter(words)) {
      OtherRule made{statement.place, statement.text, {}, qualifiers.is_deny, qualifiers.is_audit};
      for (const std::string& word : words) {
        auto one = replaced(statement, word, &profile);
        if (!one) return one.error();
        made.words.push_back(std::move(one).value());
      }
      profile.others.push_back(std::move(made));
      return {};
    }
    return file_rule(statement, profile, qualifiers, words);
  }

  static bool is_link_by_letter(const std::vector<std::string>& words) { return words[0] == "l"; }

  base::Result<void> file_rule(const Statement& statement, Profile& profile, const Qualifiers& qualifiers,
                               std::vector<std::string> words) {
    FileRule made;
    made.place = statement.place;
    made.text = statement.text;
    made.is_owner = qualifiers.is_owner;
    made.is_deny = qualifiers.is_deny;
    made.is_audit = qualifiers.is_audit;
    if (words[0] == "file") words.erase(words.begin());
    if (words.size() >= 3 && words[words.size() - 2] == "->") {
      made.target = words.back();
      words.resize(words.size() - 2);
    }
    if (words.size() > 1 && (words[0] == "safe" || words[0] == "unsafe")) words.erase(words.begin());
    if (words.empty()) words = {"/{**,}", qualifiers.is_deny ? "rwlkmx" : "rwlkmix"};
    if (words.size() != 2) return fail(statement, "\"" + statement.text + "\" is no rule");
    const bool leads = !is_path(words[0]);
    const auto access = access_of(words[leads ? 0 : 1]);
    if (!access || !is_path(words[leads ? 1 : 0])) return fail(statement, "\"" + statement.text + "\" is no rule");
    auto expression = replaced(statement, words[leads ? 1 : 0], &profile);
    if (!expression) return expression.error();
    made.expression = std::move(expression).value();
    made.letters = access->letters;
    made.exec = access->exec;
    profile.files.push_back(std::move(made));
    return {};
  }

  static bool is_path(const std::string& word) {
    return word.starts_with('/') || word.starts_with("@{") || word.starts_with("{");
  }

  Scanned& scanned_;
  Profiles made_;
  std::size_t at_ = 0;
};

}  // namespace

base::Result<Profiles> parse(const std::string& name, const std::string& text, const Sources& sources) {
  auto scanned = scan(name, text, sources);
  if (!scanned) return scanned.error();
  return Parser(scanned.value()).run();
}

}  // namespace eventfilter::apparmor
