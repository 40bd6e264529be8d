// SPDX-License-Identifier: BSD-2-Clause
//
// A rule file as it was written: every name with its place, nothing looked up yet. Types only.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "ast/assertion.h"
#include "ast/roles.h"
#include "ast/statement.h"
#include "diag/diagnostics.h"

namespace eventfilter::ast {

// level NAME(category, ...), or level *
struct Level {
  Name name;
  std::vector<Name> categories;
  Range range;
  bool all = false;  // "*"
};

// What a label is for. `text` is a path without its quotes; of the others, all words as written.
struct Pattern {
  enum class Kind {
    Path,      // "/tmp/**"
    FsType,    // fs proc: `type`
    Endpoint,  // tcp|udp|any [ADDRESS] [PORT [.. PORT]]
  };
  Kind kind = Kind::Path;
  std::string text;
  Range range;
  Name word;                    // "fs", "tcp", "udp", "any"
  Name type;                    // FsType
  std::optional<Name> address;  // Endpoint
  std::vector<Name> ports;      // Endpoint: none, one, or the ends of a range
};

// label NAME [level ...] = "pattern", ...;
struct Label {
  Name name;
  std::vector<Pattern> patterns;
  std::optional<Level> level;
};

// attribute NAME = label, ...;
struct Attribute {
  Name name;
  std::vector<Name> members;
};

// set CLASS NAME = { permissions };
struct PermissionSet {
  Name name;
  Name object_class;
  Names permissions;
};

// macro NAME(parameter, ...) { statements }
struct Macro {
  Name name;
  std::vector<Statement> statements;
  std::vector<Name> parameters;
};

// [permissive] domain NAME [level ...] [from NAME] { statements }
struct Domain {
  Name name;
  bool permissive = false;
  std::optional<Name> from;
  std::vector<Statement> statements;
  std::optional<Level> level;
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

// Rules for one descriptor: handle NAME { statements }
struct Handle {
  Name name;
  std::vector<Statement> statements;
};

// A class that no kernel event has: class NAME { permissions }
struct Class {
  Name name;
  std::vector<Name> permissions;
};

// boolean NAME = true|false;
struct Boolean {
  Name name;
  bool value = false;
};

// transition DOMAIN on LABEL, ... to DOMAIN;
struct Transition {
  Name from;
  std::vector<Name> on;
  Name to;
  Range range;
};

// level LOWEST < ... < HIGHEST;
struct Levels {
  std::vector<Name> names;
  Range range;
};

// category NAME, ...;
struct Categories {
  std::vector<Name> names;
};

// A statement that stands outside of a domain; the checker refuses it.
struct Stray {
  Range range;
};

using Declaration =
    std::variant<Version, Include, Label, Attribute, PermissionSet, Macro, Domain, Handle, Class,
                 Boolean, Transition, Levels, Categories, Role, User, Exclusive, Constrain,
                 Assertion, Stray>;

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
