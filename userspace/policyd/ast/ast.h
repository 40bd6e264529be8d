// SPDX-License-Identifier: BSD-2-Clause
//
// A rule file as it was written: every name with its place, nothing looked up yet. Types only.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "ast/statement.h"
#include "diag/diagnostics.h"

namespace eventfilter::ast {

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
