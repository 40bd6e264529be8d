// SPDX-License-Identifier: BSD-2-Clause
#include "interpreter/paths.h"

#include "interpreter/condition.h"

namespace eventfilter::interpreter {
namespace {

std::vector<std::string> components(const std::string& path) {
  std::vector<std::string> all;
  std::string one;
  for (const char byte : path + "/") {
    if (byte != '/') {
      one += byte;
    } else if (!one.empty()) {
      all.push_back(std::move(one));
      one.clear();
    }
  }
  return all;
}

bool is_glob(const std::string& component) {
  return component.find_first_of("*?[") != std::string::npos;
}

// How a pattern is about a node: the fewer components from its literal directory, the earlier it
// is asked; a node of its own (0) first of all, and a literal name before a glob.
struct Fit {
  bool is_there = false;
  std::size_t from_directory = 0;
};

Fit fit(const Pattern& pattern, const std::vector<std::string>& node, bool is_object) {
  if (is_deep(pattern)) return {};
  std::vector<std::string> wanted = components(pattern.text);
  const bool is_tree = !wanted.empty() && wanted.back() == "**";
  if (is_tree) wanted.pop_back();
  if (wanted.size() != node.size()) return {};
  std::size_t first_glob = wanted.size();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!matches(wanted[i], node[i])) return {};
    if (is_glob(wanted[i])) first_glob = std::min(first_glob, i);
  }
  const bool has_glob = first_glob < wanted.size();
  // A name covers what is beneath it; "/x" is it alone.
  if (!has_glob && !is_tree && !is_object) return {};
  return {true, wanted.size() - first_glob};
}

// How many characters stand for themselves; a literal has more than any glob.
std::size_t weight(const std::string& component) {
  if (!is_glob(component)) return 1000;
  std::size_t count = 0;
  bool is_class = false;
  for (std::size_t i = 0; i < component.size(); ++i) {
    const bool is_first = is_class && (component[i - 1] == '[' || component[i - 1] == '!');
    if (is_class) is_class = component[i] != ']' || is_first;
    else if (component[i] == '[') is_class = true;
    else if (component[i] != '*' && component[i] != '?') ++count;
  }
  return count;
}

// Of two that are about a node from one directory: the last component decides, then the one before it.
bool is_narrower(const std::string& one, const std::string& other) {
  std::vector<std::string> left = components(one);
  std::vector<std::string> right = components(other);
  for (std::vector<std::string>* all : {&left, &right}) {
    if (!all->empty() && all->back() == "**") all->pop_back();
  }
  for (std::size_t i = left.size(); i-- > 0 && i < right.size();) {
    if (weight(left[i]) != weight(right[i])) return weight(left[i]) > weight(right[i]);
  }
  return false;
}

// The label of the tree in which names are told.
std::string base_of(const std::vector<Pattern>& patterns, const Pattern& deep) {
  const std::string tree = deep.text.substr(0, deep.text.rfind('/'));
  for (const Pattern& pattern : patterns) {
    if (pattern.text == tree) return pattern.label;
  }
  return "";
}

}  // namespace

bool is_deep(const Pattern& pattern) {
  const std::vector<std::string> all = components(pattern.text);
  return all.size() >= 2 && all[all.size() - 2] == "**" && all.back() != "**";
}

std::string told_by_name(const std::vector<Pattern>& patterns, const std::string& carried,
                         const std::string& name) {
  const Pattern* best = nullptr;
  for (const Pattern& pattern : patterns) {
    if (!is_deep(pattern) || base_of(patterns, pattern) != carried) continue;
    const std::string wanted = components(pattern.text).back();
    // A literal name counts more than a glob.
    if (matches(wanted, name) && (best == nullptr || !is_glob(wanted))) best = &pattern;
  }
  return best == nullptr ? carried : best->label;
}

bool is_told_by_names(const std::vector<Pattern>& patterns, const std::string& label) {
  for (const Pattern& pattern : patterns) {
    if (is_deep(pattern) && (pattern.label == label || base_of(patterns, pattern) == label)) return true;
  }
  return false;
}

std::string label_of(const std::vector<Pattern>& patterns, const std::string& path) {
  std::vector<std::string> node = components(path);
  for (bool is_object = true;; is_object = false) {
    const Pattern* best = nullptr;
    std::size_t least = 0;
    for (const Pattern& pattern : patterns) {
      const Fit one = fit(pattern, node, is_object);
      if (!one.is_there || (best != nullptr && least < one.from_directory)) continue;
      if (best != nullptr && least == one.from_directory && !is_narrower(pattern.text, best->text)) continue;
      best = &pattern;
      least = one.from_directory;
    }
    if (best != nullptr) {
      const std::vector<std::string> own = components(path);
      return told_by_name(patterns, best->label, own.empty() ? "" : own.back());
    }
    if (node.empty()) return "";
    node.pop_back();
  }
}

}  // namespace eventfilter::interpreter
