// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A second opinion on what a filter means: a recursive parser and an evaluator that walks its
// tree, written from docs/filter-language.md alone. It shares no code with the core, only the
// tables that describe events. Correct filters only: what is wrong is the core's business.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.h"

namespace eventfilter::oracle {

// A field's value in a record.
struct Value {
  bool absent = false;  // an undefined id, an unknown label
  std::uint64_t bits = 0;
  std::string text;
  std::set<std::string> names;
};

using Record = std::map<std::string, Value, std::less<>>;

struct Node;

class Filter {
 public:
  // Throws std::invalid_argument if this is no filter for the event.
  Filter(std::string_view text, const evf_event& event);
  ~Filter();
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  bool operator()(const Record& record) const;

 private:
  std::vector<std::string> labels_;  // before root_: parsing fills both in
  std::unique_ptr<Node> root_;
};

bool glob(std::string_view pattern, std::string_view text);

}  // namespace eventfilter::oracle
