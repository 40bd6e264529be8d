// SPDX-License-Identifier: BSD-2-Clause
#include "cil/tree.h"

#include <algorithm>
#include <cerrno>

namespace eventfilter::cil {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool ends_name(char c) { return is_space(c) || c == '(' || c == ')' || c == ';' || c == '"'; }

class Parser {
 public:
  Parser(const File& file, Symbols& symbols, Tree& tree)
      : file_(file), text_(file.text), symbols_(symbols), tree_(tree) {}

  base::Result<void> run() {
    while (skip_space()) {
      const char c = text_[at_];
      if (c == '(') {
        if (open_.size() == kMaxDepth) return error("lists are nested too deeply");
        open();
      } else if (c == ')') {
        if (open_.empty()) return error("a \")\" without a \"(\"");
        ++at_;
        open_.pop_back();
      } else if (open_.empty()) {
        return error("a statement begins with \"(\"");
      } else if (c == '"') {
        if (!quoted()) return error("a string without its end");
      } else {
        name();
      }
    }
    if (!open_.empty()) return error("a \"(\" without a \")\"");
    return {};
  }

 private:
  // A list that isn't closed yet, and its last node.
  struct Open {
    NodeId list;
    NodeId last;
  };

  // Also comments. false at the end.
  bool skip_space() {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == ';') {
        at_ = std::min(text_.find('\n', at_), text_.size() - 1);
      } else if (!is_space(text_[at_])) {
        return true;
      }
    }
    return false;
  }

  NodeId add(Node node) {
    const NodeId id = static_cast<NodeId>(tree_.nodes.size());
    tree_.nodes.push_back(node);
    if (open_.empty()) {
      tree_.statements.push_back(id);
    } else if (open_.back().last == 0) {
      tree_.nodes[open_.back().list].first = id;
    } else {
      tree_.nodes[open_.back().last].next = id;
    }
    if (!open_.empty()) open_.back().last = id;
    return id;
  }

  void open() {
    ++at_;
    const NodeId id = add({});
    open_.push_back({id, 0});
  }

  void name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !ends_name(text_[at_])) ++at_;
    add({symbols_.add(text_.substr(begin, at_ - begin)), 0, 0});
  }

  bool quoted() {
    const std::size_t end = text_.find('"', at_ + 1);
    if (end == std::string_view::npos) return false;
    add({symbols_.add(text_.substr(at_, end + 1 - at_)), 0, 0});
    at_ = end + 1;
    return true;
  }

  base::Error error(const std::string& what) const {
    const auto end = text_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, text_.size()));
    const auto line = 1 + std::count(text_.begin(), end, '\n');
    return {EINVAL, file_.name + ":" + std::to_string(line) + ": " + what};
  }

  const File& file_;
  const std::string_view text_;
  Symbols& symbols_;
  Tree& tree_;
  std::size_t at_ = 0;
  std::vector<Open> open_;
};

}  // namespace

Symbols::Symbols() : texts_{std::string_view()} {}

Symbol Symbols::add(std::string_view text) {
  const auto [found, is_new] = numbers_.try_emplace(text, static_cast<Symbol>(texts_.size()));
  if (is_new) texts_.push_back(text);
  return found->second;
}

NodeId Tree::at(NodeId list, unsigned i) const {
  NodeId id = nodes[list].first;
  for (; i > 0 && id != 0; --i) id = nodes[id].next;
  return id;
}

base::Result<void> parse(const File& file, Symbols& symbols, Tree& tree) {
  return Parser(file, symbols, tree).run();
}

}  // namespace eventfilter::cil
