// SPDX-License-Identifier: BSD-2-Clause
//
// What follows `when`, as it was written. Types only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diag/diagnostics.h"

namespace eventfilter::ast {

using diag::Range;

// A word and where it stands. For a string: the text between the quotes.
struct Name {
  std::string text;
  Range range;
};

// What a field is compared with.
struct Value {
  enum class Kind { Number, Word, String };
  Kind kind = Kind::Number;
  std::string text;
  Range range;
};

// One or more values joined with "|": O_WRONLY | O_RDWR.
struct Values {
  std::vector<Value> parts;
  Range range;
};

// A member of { ... }: a value, or a range with `to`.
struct Item {
  Values from;
  std::optional<Values> to;
};

enum class Compare { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, Glob, NotGlob };

struct Condition;
using ConditionPtr = std::unique_ptr<Condition>;

// What follows `when`.
struct Condition {
  enum class Kind {
    And,       // all of `operands`
    Or,        // any of `operands`
    Not,       // not operands[0]
    Truth,     // `field` alone: not zero
    Comparison,  // `field` `compare` `values`
    Mask,      // `field` & `values`
    In,        // `field` in { `items` }
    Masked,    // operands[0] `compare` `values`: (field & mask) == value
  };
  Kind kind = Kind::Truth;
  Range range;
  std::vector<ConditionPtr> operands;
  Name field;
  Compare compare = Compare::Equal;
  Values values;
  std::vector<Item> items;
  bool parenthesised = false;  // stood in ( ... )
};

}  // namespace eventfilter::ast
