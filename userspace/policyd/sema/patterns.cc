// SPDX-License-Identifier: BSD-2-Clause
#include "sema/patterns.h"

#include <algorithm>

#include <linux/eventfilter.h>

#include "sema/glob.h"
#include "sema/overlap.h"

namespace eventfilter::sema {
namespace {

constexpr std::size_t kMaxComponent = 255;
constexpr std::size_t kMaxPath = 4095;

// Reads one pattern.
class PatternReader {
 public:
  PatternReader(const ast::Pattern& pattern, const Variables& variables, Reporter& reporter)
      : pattern_(pattern), variables_(variables), reporter_(reporter) {}

  std::optional<policy::Assignment> read();

 private:
  bool fail(Message message, std::string hint = {},
            std::initializer_list<std::string_view> arguments = {});
  bool check_bytes();
  bool read_variable();
  bool split();
  bool check_component(const std::string& component);
  bool check_stars();
  bool is_deep_at_end() const;
  bool split_at_glob();
  void fill(policy::Assignment& assignment);
  std::string joined(std::size_t count) const;

  const ast::Pattern& pattern_;
  const Variables& variables_;
  Reporter& reporter_;
  std::string rest_;                     // what isn't read yet
  std::vector<std::string> components_;  // of the variable's value and of the pattern
  std::size_t literal_ = 0;              // leading components that are no globs, whatever is in them
  std::size_t first_glob_ = 0;           // the first component that is one, or their number
  bool covers_tree_ = false;             // "**" was the last component
  bool is_deep_ = false;                 // "**" was the last but one
};

bool PatternReader::fail(Message message, std::string hint,
                         std::initializer_list<std::string_view> arguments) {
  reporter_.report(message, pattern_.range, arguments, std::move(hint));
  return false;
}

bool PatternReader::check_bytes() {
  for (const char byte : rest_) {
    if (byte == '\\') return fail(Message::pattern_byte, {}, {"a backslash"});
    const auto value = static_cast<unsigned char>(byte);
    if (value < 0x20 || value == 0x7f) {
      return fail(Message::pattern_byte, {}, {"a control character"});
    }
  }
  return true;
}

// "@{HOME}/x": puts the value's components in front.
bool PatternReader::read_variable() {
  if (!rest_.starts_with("@{")) {
    if (rest_.starts_with('/')) return true;
    return fail(Message::pattern_relative,
                rest_.starts_with("~") ? "for the home directory write @{HOME}" : "");
  }
  const std::size_t end = rest_.find('}');
  const std::string name = rest_.substr(0, end == std::string::npos ? end : end + 1);
  const auto value = end == std::string::npos ? variables_.end()
                                              : variables_.find(rest_.substr(2, end - 2));
  if (value == variables_.end()) {
    const bool is_known = name == "@{HOME}" || name == "@{HOMES}";
    if (!is_known) {
      return fail(Message::pattern_unknown_variable, "there are @{HOME} and @{HOMES}", {name});
    }
    return fail(Message::pattern_no_value, {}, {name});
  }
  rest_.erase(0, name.size());
  if (!rest_.empty() && !rest_.starts_with('/')) {
    return fail(Message::pattern_relative, "after a variable comes \"/\"");
  }
  std::string path = value->second;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  std::size_t at = path == "/" ? path.size() : 0;
  bool good = path.starts_with('/');
  while (good && at < path.size()) {
    const std::size_t next = std::min(path.find('/', at + 1), path.size());
    const std::string component = path.substr(at + 1, next - at - 1);
    good = !component.empty() && component != "." && component != "..";
    components_.push_back(component);
    at = next;
  }
  if (!good) return fail(Message::pattern_variable_value, {}, {name, value->second});
  literal_ = components_.size();
  return true;
}

bool PatternReader::check_component(const std::string& component) {
  if (component.empty()) {
    return fail(Message::pattern_empty_component,
                rest_.ends_with('/') ? "write it without the last \"/\", or with \"/**\" for what is beneath"
                                     : "write one \"/\"");
  }
  if (component == "." || component == "..") return fail(Message::pattern_dots);
  if (component.find("@{") != std::string::npos) return fail(Message::pattern_variable_inside);
  if (component.size() > kMaxComponent) return fail(Message::pattern_too_long);
  if (has_glob(component) && !parse_glob(component)) return fail(Message::pattern_bad_glob);
  return true;
}

bool PatternReader::split() {
  if (rest_ == "/" && components_.empty()) return true;
  for (std::size_t at = 0; at < rest_.size();) {
    const std::size_t next = std::min(rest_.find('/', at + 1), rest_.size());
    components_.push_back(rest_.substr(at + 1, next - at - 1));
    if (!check_component(components_.back())) return false;
    at = next;
    if (at + 1 == rest_.size()) return check_component({});
  }
  std::size_t length = 0;
  for (const std::string& component : components_) length += component.size() + 1;
  return length <= kMaxPath || fail(Message::pattern_too_long);
}

std::string PatternReader::joined(std::size_t count) const {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += "/" + components_[i];
  return out;
}

// "**" stands for what is beneath, or for any directories before the last name.
bool PatternReader::check_stars() {
  for (std::size_t i = literal_; i < components_.size(); ++i) {
    const bool is_last = i + 1 == components_.size();
    const std::string& component = components_[i];
    if (!is_last && component == "**") {
      if (i + 2 != components_.size() || components_.back() == "**") {
        return fail(Message::pattern_stars_inside,
                    "write \"" + joined(i) + "/**\", or name the directories between");
      }
      is_deep_ = true;
    } else if (is_deep_at_end() && has_glob(component)) {
      return fail(Message::pattern_stars_inside, "name the directories before \"**\"");
    }
    if (component != "**" && component.find("**") != std::string::npos) {
      return fail(Message::pattern_stars_inside, "write \"*\" for any part of a name");
    }
  }
  return true;
}

// Whether the pattern is P/**/GLOB.
bool PatternReader::is_deep_at_end() const {
  const std::size_t count = components_.size();
  return !is_deep_ && count >= literal_ + 2 && components_[count - 2] == "**";
}

// What comes from the first glob on is one pattern of the kernel's, which covers what is beneath.
bool PatternReader::split_at_glob() {
  if (is_deep_) return true;
  covers_tree_ = components_.size() > literal_ && components_.back() == "**";
  if (covers_tree_) components_.pop_back();
  first_glob_ = literal_;
  while (first_glob_ < components_.size() && !has_glob(components_[first_glob_])) ++first_glob_;
  if (components_.size() - first_glob_ <= EVF_MAX_COMPONENTS) return true;
  return fail(Message::pattern_too_deep, {}, {std::to_string(EVF_MAX_COMPONENTS)});
}

void PatternReader::fill(policy::Assignment& assignment) {
  if (is_deep_) {
    assignment.cover = policy::Cover::Deep;
    assignment.component = components_.back();
    assignment.path = components_.size() == 2 ? "/" : joined(components_.size() - 2);
    return;
  }
  if (first_glob_ < components_.size()) {
    assignment.cover = policy::Cover::Name;
    assignment.directory = first_glob_ == 0 ? "/" : joined(first_glob_);
    for (std::size_t i = first_glob_; i < components_.size(); ++i) {
      assignment.component += (i == first_glob_ ? "" : "/") + components_[i];
    }
    return;
  }
  assignment.cover = covers_tree_ ? policy::Cover::Tree : policy::Cover::Self;
  assignment.path = components_.empty() ? "/" : joined(components_.size());
  if (components_.empty()) {
    assignment.directory = "/";
    return;
  }
  assignment.component = escape_glob(components_.back());
  assignment.directory = components_.size() == 1 ? "/" : joined(components_.size() - 1);
}

std::optional<policy::Assignment> PatternReader::read() {
  rest_ = pattern_.text;
  if (!check_bytes() || !read_variable() || !split() || !check_stars() || !split_at_glob()) {
    return std::nullopt;
  }
  policy::Assignment assignment;
  assignment.range = pattern_.range;
  fill(assignment);
  return assignment;
}

// Sorted so that what belongs to one directory is side by side, and the same object too. A
// pattern is some strings: pointers are what is moved about.
std::vector<policy::Assignment> sorted(std::vector<policy::Assignment> all) {
  std::vector<policy::Assignment*> order;
  for (policy::Assignment& one : all) order.push_back(&one);
  const auto key = [](const policy::Assignment& a) {
    return std::tie(a.directory, a.component, a.path, a.cover, a.range.source, a.range.begin);
  };
  std::sort(order.begin(), order.end(), [&](const auto* a, const auto* b) { return key(*a) < key(*b); });
  std::vector<policy::Assignment> out;
  out.reserve(all.size());
  for (policy::Assignment* const one : order) out.push_back(std::move(*one));
  return out;
}

bool same_object(const policy::Assignment& a, const policy::Assignment& b) {
  return std::tie(a.directory, a.component, a.path) == std::tie(b.directory, b.component, b.path);
}

bool is_earlier(const policy::Assignment& a, const policy::Assignment& b) {
  return std::tie(a.range.source, a.range.begin) < std::tie(b.range.source, b.range.begin);
}

std::vector<Glob> parsed_components(const std::string& pattern) {
  std::vector<Glob> parsed;
  for (const std::string_view component : components_of(pattern)) {
    parsed.push_back(parse_glob(component).value_or(Glob()));
  }
  return parsed;
}

// Whether some path matches both.
bool intersect(const std::vector<Glob>& a, const std::vector<Glob>& b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [](const Glob& one, const Glob& other) { return intersects(one, other); });
}

// What is in one directory: globs, and other names that cover what is beneath them.
struct Directory {
  std::vector<std::size_t> globs;
  std::vector<std::string_view> patterns;
};

// Reports globs of one directory that some name matches under two labels.
void check_directory(const policy::Policy& policy, const Directory& directory, Reporter& reporter) {
  const std::vector<std::size_t>& globs = directory.globs;
  if (globs.size() > kMaxGlobs) {
    reporter.report(Message::too_many_globs, policy.assignments[globs[kMaxGlobs]].range,
                    {std::to_string(kMaxGlobs)});
    return;
  }
  std::vector<std::vector<Glob>> parsed;
  for (const std::size_t index : globs) {
    parsed.push_back(parsed_components(policy.assignments[index].component));
  }
  for (std::size_t i = 0; i < globs.size(); ++i) {
    for (std::size_t j = i + 1; j < globs.size(); ++j) {
      const policy::Assignment& a = policy.assignments[globs[i]];
      const policy::Assignment& b = policy.assignments[globs[j]];
      if (a.label == b.label || a.component == b.component) continue;
      if (!intersect(parsed[i], parsed[j]) || is_plainly_ordered(a.component, b.component)) continue;
      if (is_overlap_decided(a.component, b.component, directory.patterns)) continue;
      const policy::Assignment& first = is_earlier(a, b) ? a : b;
      const policy::Assignment& second = is_earlier(a, b) ? b : a;
      reporter.report(Message::globs_conflict, second.range, {policy.labels[first.label].name},
                      "literal names win over globs, nearer patterns over farther ones, and a pattern of its own for what both match",
                      {{first.range, "that pattern is here"}});
    }
  }
}

}  // namespace

std::vector<policy::Assignment> parse_pattern(const ast::Pattern& pattern,
                                              const Settings& settings, Reporter& reporter) {
  std::vector<policy::Assignment> made;
  const auto add = [&](const Variables& variables) {
    if (auto one = PatternReader(pattern, variables, reporter).read()) made.push_back(std::move(*one));
  };
  if (!pattern.text.starts_with("@{HOMES}") || settings.homes.empty()) add(settings.variables);
  if (!pattern.text.starts_with("@{HOMES}")) return made;
  for (const std::string& home : settings.homes) add({{"HOMES", home}});
  return made;
}

void settle_patterns(policy::Policy& policy, Reporter& reporter) {
  std::vector<policy::Assignment>& all = policy.assignments;
  all = sorted(std::move(all));
  std::vector<policy::Assignment> kept;
  for (policy::Assignment& one : all) {
    if (kept.empty() || !same_object(kept.back(), one)) {
      kept.push_back(std::move(one));
      continue;
    }
    const bool in_order = is_earlier(kept.back(), one);
    const policy::Assignment& first = in_order ? kept.back() : one;
    const policy::Assignment& second = in_order ? one : kept.back();
    const bool agree = first.label == second.label;
    reporter.report(agree ? Message::pattern_again : Message::patterns_conflict, second.range,
                    {policy.labels[first.label].name}, {}, {{first.range, "it is given here"}});
  }
  all = std::move(kept);
  Directory directory;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0 && all[i - 1].directory != all[i].directory) {
      check_directory(policy, directory, reporter);
      directory = {};
    }
    if (all[i].cover == policy::Cover::Name) directory.globs.push_back(i);
    // "/x" alone says nothing of what is in it
    if (all[i].cover != policy::Cover::Self) directory.patterns.push_back(all[i].component);
  }
  check_directory(policy, directory, reporter);
}

}  // namespace eventfilter::sema
