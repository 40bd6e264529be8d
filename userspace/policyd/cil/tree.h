// SPDX-License-Identifier: BSD-2-Clause
//
// CIL text -> a tree of its parentheses. SELinux's common intermediate language is read for analysis
// and to compare sizes; nothing of it is enforced.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace eventfilter::cil {

// A name, as a number; the same text is the same number.
using Symbol = std::uint32_t;
inline constexpr Symbol kNone = 0;

// Refers to the texts that names were read in.
class Symbols {
 public:
  Symbols();
  Symbol add(std::string_view text);
  std::string_view text(Symbol symbol) const { return texts_[symbol]; }
  std::size_t size() const { return texts_.size(); }

 private:
  std::unordered_map<std::string_view, Symbol> numbers_;
  std::vector<std::string_view> texts_;
};

// A name, or a list of nodes. Index into Tree::nodes; 0 is no node.
using NodeId = std::uint32_t;
struct Node {
  Symbol name = kNone;  // kNone: a list
  NodeId first = 0;     // of a list
  NodeId next = 0;      // in the list that it is in
};

struct File {
  std::string name;
  std::string text;
};

struct Tree {
  std::vector<Node> nodes{Node{}};
  std::vector<NodeId> statements;

  const Node& operator[](NodeId id) const { return nodes[id]; }

  // The i-th node of a list, or 0.
  NodeId at(NodeId list, unsigned i) const;
};

// Lists in lists deeper than this are refused.
inline constexpr unsigned kMaxDepth = 200;

// Adds the statements of a text. The error says where: "base.cil:3: ...". The text must stay.
base::Result<void> parse(const File& file, Symbols& symbols, Tree& tree);

}  // namespace eventfilter::cil
