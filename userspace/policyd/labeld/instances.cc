// SPDX-License-Identifier: BSD-2-Clause
#include "labeld/instances.h"

#include <array>
#include <cctype>

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply/path_walk.h"

namespace eventfilter::labeld {
namespace {

bool is_of_home(const std::string& path) {
  return path.starts_with(kHomeMark) &&
         (path.size() == kHomeMark.size() || path[kHomeMark.size()] == '/');
}

void put_home(std::string& path, const std::string& home) {
  if (is_of_home(path)) path.replace(0, kHomeMark.size(), home);
}

bool begins_word(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

// Reads canonical text word by word. What stands after "label &" and in "label in { }", of any
// field of that kind, is a label.
class Rewriter {
 public:
  Rewriter(std::string_view text, const std::set<std::string>& labels, uid_t uid)
      : text_(text), labels_(labels), uid_(uid) {}

  std::string run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') copy_string();
      else if (begins_word(c)) word(take_word());
      else if (std::isdigit(static_cast<unsigned char>(c)) != 0) made_ += take_word();
      else punctuation(c);
    }
    return std::move(made_);
  }

 private:
  std::string take_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && in_word(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  void copy_string() {
    do {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) made_ += text_[at_++];
      made_ += text_[at_++];
    } while (at_ < text_.size() && text_[at_] != '"');
    if (at_ < text_.size()) made_ += text_[at_++];
  }

  void word(const std::string& word) {
    const bool is_label = (tested_ || in_set_) && labels_.contains(word);
    const std::string mine = instance_name(word, uid_);
    if (is_label && in_set_) {
      made_ += word + ", " + mine;
    } else if (is_label) {
      made_.resize(ampersand_);
      made_ += "in { " + word + ", " + mine + " }";
    } else {
      made_ += word;
    }
    in_follows_ = after_label_ && word == "in";
    after_label_ = word == "label" || word.ends_with("_label");
    tested_ = false;
  }

  void punctuation(char c) {
    ++at_;
    if (c == ' ') {
      made_ += c;
      return;
    }
    tested_ = after_label_ && c == '&' && (at_ >= text_.size() || text_[at_] != '&');
    if (tested_) ampersand_ = made_.size();
    in_set_ = (in_set_ && c == ',') || (in_follows_ && c == '{');
    after_label_ = in_follows_ = false;
    made_ += c;
  }

  std::string_view text_;
  const std::set<std::string>& labels_;
  uid_t uid_;
  std::size_t at_ = 0;
  std::size_t ampersand_ = 0;  // where it is in made_
  bool after_label_ = false;   // the last word is a field with labels
  bool tested_ = false;        // and the last sign is its "&"
  bool in_follows_ = false;    // or the last word is its "in"
  bool in_set_ = false;
  std::string made_;
};

}  // namespace

Split split(const emit::CompiledPolicy& policy) {
  Split parts;
  for (const emit::LabelAssignment& one : policy.assignments) {
    if (is_of_home(one.path) || is_of_home(one.directory)) {
      parts.of_home.push_back(one);
      parts.labels.insert(one.label);
    } else {
      parts.common.push_back(one);
    }
  }
  return parts;
}

std::string instance_name(const std::string& label, uid_t uid) {
  return label + ".u" + std::to_string(uid);
}

std::vector<emit::LabelAssignment> instantiate(const Split& split, const std::string& home, uid_t uid) {
  std::vector<emit::LabelAssignment> made = split.of_home;
  for (emit::LabelAssignment& one : made) {
    one.label = instance_name(one.label, uid);
    put_home(one.path, home);
    put_home(one.directory, home);
  }
  return made;
}

std::string instantiate(std::string_view ruleset, const std::set<std::string>& labels, uid_t uid) {
  if (labels.empty()) return std::string(ruleset);
  return Rewriter(ruleset, labels, uid).run();
}

std::string home_of(uid_t uid) {
  std::array<char, 16384> buffer;
  struct passwd entry = {};
  struct passwd* found = nullptr;
  if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return "";
  std::string home = found->pw_dir;
  while (home.size() > 1 && home.ends_with('/')) home.pop_back();
  if (!home.starts_with('/') || home == "/") return "";
  const auto walked = apply::walk(home, apply::Untrusted::Missing);
  const bool his = walked && walked.value().object && S_ISDIR(walked.value().status.st_mode) &&
                   walked.value().status.st_uid == uid;
  return his ? home : "";
}

}  // namespace eventfilter::labeld
