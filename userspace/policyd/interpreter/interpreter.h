// SPDX-License-Identifier: BSD-2-Clause
//
// The policy language once more: a syntax tree's rules, asked one by one about one event. Written
// from the language's description and sharing nothing with the compiler but the tree, so that
// what both say is what the description says. For tests; of policies without mistakes only.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ast/ast.h"
#include "interpreter/event.h"
#include "interpreter/levels.h"
#include "interpreter/paths.h"
#include "interpreter/places.h"

namespace eventfilter::interpreter {

using Booleans = std::map<std::string, bool>;

// The booleans when a domain was entered, and those of now.
struct Settings {
  Booleans entered;
  Booleans now;
};

class Interpreter {
 public:
  // Refers to the tree. `variables` are those of patterns: {"HOME", "/home/alice"}.
  Interpreter(const ast::Policy& policy, const std::map<std::string, std::string>& variables);

  // What comes of an event in a domain and all that it is from.
  Verdict domain(const std::string& name, const Event& event, const Settings& settings) const;

  // Of a use of a descriptor with these rules.
  Verdict handle(const std::string& name, const Event& event, const Settings& settings) const;

  // Whether a session of this role lets an event pass.
  Verdict session(const std::string& role, const Event& event, const Settings& settings) const;

  // What a domain's own rules allow of a class that no kernel event has: a bit each.
  std::uint32_t user_class(const std::string& domain, const std::string& name,
                           const std::string& label, const Settings& settings) const;

  std::string label_of(const std::string& path) const {
    return interpreter::label_of(patterns_, path);
  }

  std::string label_of(const Endpoint& endpoint) const { return interpreter::label_of(places_, endpoint); }
  std::string label_of_type(const std::string& fs_type) const {
    return interpreter::label_of_type(places_, fs_type);
  }

  // Whether a session that begins like this may have the role.
  bool may_hold(const std::string& role, const Event& session) const;

  // What the booleans are when nobody says otherwise.
  Booleans declared() const;

 private:
  using Labels = std::set<std::string>;

  // Where a rule stands: what parameters mean there, and whose "self" it is.
  struct Scope {
    std::map<std::string, Labels> parameters;
    std::string self;

    auto operator<=>(const Scope&) const = default;
  };
  struct Placed {
    const ast::Rule* rule = nullptr;
    Scope scope;
    bool is_on = true;  // no boolean switches it off
  };
  struct Body {
    std::vector<Placed> rules;
    std::set<std::string> open;  // classes; "*"
  };
  struct Walk;  // one expansion of a body

  Labels labels_of(const std::string& word, const Scope& scope) const;
  Body expand(const std::vector<ast::Statement>& statements, const std::string& self,
              const Settings& settings) const;
  unsigned parts(const ast::Rule& rule, const Event& event) const;
  bool is_about(const Placed& placed, const std::string& label) const;
  std::set<std::string> domains_of(const std::string& role) const;
  Event typed(Event event) const;

  friend class Judgement;

  std::map<std::string, const ast::Domain*> domains_;
  std::map<std::string, const ast::Handle*> handles_;
  std::map<std::string, const ast::Macro*> macros_;
  std::map<std::string, const ast::Attribute*> attributes_;
  std::map<std::string, const ast::Boolean*> booleans_;
  std::map<std::string, const ast::Class*> classes_;
  std::map<std::string, const ast::Role*> roles_;
  std::vector<const ast::Constrain*> constraints_;
  std::vector<const ast::PermissionSet*> sets_;
  std::vector<Pattern> patterns_;
  std::vector<PlacePattern> places_;
  Levels levels_;
};

}  // namespace eventfilter::interpreter
