// SPDX-License-Identifier: BSD-2-Clause
//
// A rule file as it was written: every name with its place, nothing looked up yet. Types only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
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

// A list of names, or "*".
struct Names {
  bool all = false;
  std::vector<Name> list;
  Range range;
};

// What happens to an event that a rule refuses.
struct Action {
  enum class Kind { Default, Errno, Kill, Log };
  Kind kind = Kind::Default;
  Name error;  // for Errno
  bool quiet = false;
  Range range;
};

enum class Effect { Allow, Deny };

// allow|deny CLASS PERMISSIONS [on OBJECTS] [when CONDITION] [ACTION];
struct Rule {
  Effect effect = Effect::Allow;
  Name object_class;
  Names permissions;
  std::optional<Names> objects;
  ConditionPtr when;  // or null
  Action action;
  Range range;
};

// default CLASS|* allow;
struct Default {
  Names classes;
  Range range;
};

// use MACRO, ...;
struct Use {
  std::vector<Name> macros;
};

using Statement = std::variant<Rule, Default, Use>;

// label NAME = "pattern", ...;
struct Label {
  Name name;
  std::vector<Name> patterns;
};

// attribute NAME = label, ...;
struct Attribute {
  Name name;
  std::vector<Name> members;
};

// macro NAME { statements }
struct Macro {
  Name name;
  std::vector<Statement> statements;
};

// [permissive] domain NAME [from NAME] { statements }
struct Domain {
  Name name;
  bool permissive = false;
  std::optional<Name> from;
  std::vector<Statement> statements;
};

// include <name>, "file";
struct Include {
  Name target;
  bool standard = false;  // <name>
};

// policy 1;
struct Version {
  Name number;
  Range range;
};

// A statement that stands outside of a domain; the checker refuses it.
struct Stray {
  Range range;
};

using Declaration = std::variant<Version, Include, Label, Attribute, Macro, Domain, Stray>;

// One file.
struct File {
  diag::SourceId source = 0;
  std::vector<Declaration> declarations;
};

// A rule file with all that it includes, in the order in which they are read: what a file
// includes stands before it.
struct Policy {
  std::vector<File> files;
};

}  // namespace eventfilter::ast
