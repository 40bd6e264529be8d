// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <cerrno>
#include <optional>

#include "cil/policy.h"

namespace eventfilter::cil {
namespace {

// What statements mean that aren't rules. What isn't in the list is unsupported.
enum class Kind { Type, Attribute, Alias, AliasActual, Members, Allow, Never, If, Optional, Boolean, NoOp };

const std::map<std::string_view, Kind>& kinds() {
  static const std::map<std::string_view, Kind> all = {
      {"type", Kind::Type}, {"typeattribute", Kind::Attribute}, {"typealias", Kind::Alias},
      {"typealiasactual", Kind::AliasActual}, {"typeattributeset", Kind::Members},
      {"allow", Kind::Allow}, {"neverallow", Kind::Never}, {"booleanif", Kind::If},
      {"optional", Kind::Optional}, {"boolean", Kind::Boolean},
      // Records: refusals leave one here unless a rule says otherwise, which changes no verdict
      {"dontaudit", Kind::NoOp}, {"auditallow", Kind::NoOp},
      // Orders and switches of the format itself
      {"class", Kind::NoOp}, {"common", Kind::NoOp}, {"classcommon", Kind::NoOp},
      {"classorder", Kind::NoOp}, {"sidorder", Kind::NoOp}, {"policycap", Kind::NoOp},
      {"handleunknown", Kind::NoOp}, {"mls", Kind::NoOp}};
  return all;
}

class Resolver {
 public:
  explicit Resolver(Policy& policy)
      : policy_(policy), tree_(policy.tree), require_(policy.symbols.add("cil_gen_require")),
        self_(policy.symbols.add("self")), true_(policy.symbols.add("true")) {}

  base::Result<void> run() {
    for (const NodeId id : tree_.statements) declare(id);
    number_types();
    for (const NodeId id : tree_.statements) statement(id);
    for (auto& [name, members] : policy_.attributes) evaluate(name);
    if (!wrong_.empty()) return base::Error{EINVAL, wrong_};
    return {};
  }

 private:
  Symbol name(NodeId id) const { return tree_[id].name; }
  Symbol word(NodeId list, unsigned i) const { return name(tree_.at(list, i)); }
  std::string_view text(Symbol symbol) const { return policy_.symbols.text(symbol); }

  // What a statement begins with; nothing for what this doesn't know.
  std::optional<Kind> kind_of(NodeId id) const {
    const auto found = kinds().find(text(word(id, 0)));
    if (found == kinds().end()) return std::nullopt;
    return found->second;
  }

  // First names, wherever they are declared: rules may come before.
  void declare(NodeId id) {
    const auto kind = kind_of(id);
    if (kind == Kind::Type) types_.insert(word(id, 1));
    if (kind == Kind::Attribute) policy_.attributes[word(id, 1)];
    if (kind == Kind::AliasActual) aliases_[word(id, 1)] = word(id, 2);
    if (kind == Kind::Boolean) booleans_[word(id, 1)] = word(id, 2) == true_;
    if (kind != Kind::Optional) return;
    for (NodeId at = tree_.at(id, 2); at != 0; at = tree_[at].next) declare(at);
  }

  void number_types() {
    policy_.types.assign(types_.begin(), types_.end());
    std::sort(policy_.types.begin(), policy_.types.end(),
              [&](Symbol a, Symbol b) { return text(a) < text(b); });
    policy_.type_of.assign(policy_.symbols.size(), kNoType);
    for (TypeId i = 0; i < policy_.types.size(); ++i) policy_.type_of[policy_.types[i]] = i;
    for (const auto& [alias, actual] : aliases_) policy_.type_of[alias] = policy_.type_of[actual];
  }

  bool is_known(Symbol symbol) const {
    return symbol == self_ || policy_.type_of[symbol] != kNoType ||
           policy_.attributes.count(symbol) != 0;
  }

  // Whether all types are there that an optional names itself, not in further ones.
  bool is_satisfied(NodeId optional) const {
    for (NodeId at = tree_.at(optional, 2); at != 0; at = tree_[at].next) {
      if (kind_of(at) != Kind::Members || word(at, 1) != require_) continue;
      const NodeId needed = tree_.at(at, 2);
      if (name(needed) != kNone && !is_known(name(needed))) return false;
      for (NodeId one = tree_[needed].first; one != 0; one = tree_[one].next) {
        if (name(one) != kNone && !is_known(name(one)) && !is_operator(name(one))) return false;
      }
    }
    return true;
  }

  bool is_operator(Symbol symbol) const {
    const std::string_view word = text(symbol);
    return word == "not" || word == "and" || word == "or" || word == "xor" || word == "all";
  }

  Count& count(NodeId id) { return policy_.counts[std::string(text(word(id, 0)))]; }

  void statement(NodeId id) {
    const auto kind = kind_of(id);
    if (!kind) {
      count(id).unsupported++;
      return;
    }
    switch (*kind) {
      case Kind::Allow: return rule(id, policy_.allow);
      case Kind::Never: count(id).exact++; return rule(id, policy_.never);
      case Kind::Members: count(id).exact++; return members(id);
      case Kind::Optional: return optional(id);
      case Kind::If: return branch(id);
      case Kind::NoOp: count(id).no_op++; return;
      default: count(id).exact++;
    }
  }

  void rule(NodeId id, std::vector<Rule>& ret) {
    const NodeId target = tree_.at(id, 2), what = tree_.at(id, 3);
    const Rule made{word(id, 1), name(target), word(what, 0), tree_.at(what, 1)};
    if (!is_known(made.source) || !is_known(made.target) || made.permissions == 0) {
      complain("a rule about \"" + std::string(text(made.source)) + "\" and \"" +
               std::string(text(made.target)) + "\": unknown names, or no permissions");
      return;
    }
    ret.push_back(made);
  }

  void members(NodeId id) {
    const Symbol attribute = word(id, 1);
    if (attribute == require_) return;
    expressions_[attribute].push_back(tree_.at(id, 2));
  }

  void optional(NodeId id) {
    if (!is_satisfied(id)) {
      policy_.optionals_left_out++;
      count(id).no_op++;
      return;
    }
    count(id).exact++;
    for (NodeId at = tree_.at(id, 2); at != 0; at = tree_[at].next) statement(at);
  }

  // Only conditions of one boolean, perhaps negated: `(name)` or `(not (name))`.
  void branch(NodeId id) {
    NodeId condition = tree_.at(id, 1);
    bool wanted = true;
    if (text(word(condition, 0)) == "not") {
      wanted = false;
      condition = tree_.at(condition, 1);
    }
    const auto boolean = booleans_.find(word(condition, 0));
    if (boolean == booleans_.end()) {
      count(id).unsupported++;
      return;
    }
    count(id).exact++;
    const bool holds = boolean->second == wanted;
    for (NodeId at = tree_.at(id, 2); at != 0; at = tree_[at].next) {
      if ((word(at, 0) == true_) != holds) continue;
      for (NodeId one = tree_.at(at, 1); one != 0; one = tree_[one].next) statement(one);
    }
  }

  const Bits& evaluate(Symbol attribute) {
    Bits& bits = policy_.attributes[attribute];
    if (!bits.empty()) return bits;
    bits = Bits(policy_.types.size());
    Bits all(policy_.types.size());
    for (const NodeId expression : expressions_[attribute]) all |= value(expression);
    return policy_.attributes[attribute] = std::move(all);
  }

  // A name, an operator with its operands, or a list of either: the union.
  Bits value(NodeId id) {
    Bits bits(policy_.types.size());
    if (name(id) != kNone) {
      add_name(name(id), bits);
      return bits;
    }
    const NodeId first = tree_[id].first;
    const std::string_view op = text(name(first));
    const bool is_op = name(first) != kNone && is_operator(name(first));
    if (is_op && op == "all") return everything();
    if (is_op && op == "not") {
      bits = everything();
      bits.remove(value(tree_[first].next));
      return bits;
    }
    if (is_op && op != "or") {
      bits = value(tree_.at(id, 1));
      const Bits other = value(tree_.at(id, 2));
      return op == "and" ? bits &= other : bits ^= other;
    }
    for (NodeId at = is_op ? tree_[first].next : first; at != 0; at = tree_[at].next) {
      if (name(at) != kNone) {
        add_name(name(at), bits);
      } else {
        bits |= value(at);
      }
    }
    return bits;
  }

  void add_name(Symbol symbol, Bits& ret) {
    if (policy_.type_of[symbol] != kNoType) {
      ret.set(policy_.type_of[symbol]);
    } else if (policy_.attributes.count(symbol) != 0) {
      ret |= evaluate(symbol);
    } else {
      complain("\"" + std::string(text(symbol)) + "\" is neither a type nor an attribute");
    }
  }

  Bits everything() const {
    Bits bits(policy_.types.size());
    for (TypeId i = 0; i < policy_.types.size(); ++i) bits.set(i);
    return bits;
  }

  void complain(std::string what) {
    if (wrong_.empty()) wrong_ = std::move(what);
  }

  Policy& policy_;
  const Tree& tree_;
  const Symbol require_, self_, true_;
  std::set<Symbol> types_;
  std::map<Symbol, Symbol> aliases_;
  std::map<Symbol, bool> booleans_;
  std::map<Symbol, std::vector<NodeId>> expressions_;
  std::string wrong_;  // the first mistake
};
// Types that rules name are sets of one, so that rules needn't tell them from attributes.
void add_single_types(Policy& policy) {
  for (const auto* const rules : {&policy.allow, &policy.never}) {
    for (const Rule& rule : *rules) {
      for (const Symbol name : {rule.source, rule.target}) {
        const TypeId type = policy.type_of[name];
        if (type == kNoType || policy.attributes.count(name) != 0) continue;
        policy.attributes.emplace(name, Bits(policy.types.size())).first->second.set(type);
      }
    }
  }
}

// What filters test: an attribute becomes a group of the label space.
void number_names(Policy& policy) {
  policy.names = policy.types;
  for (const auto& [name, members] : policy.attributes) {
    if (policy.type_of[name] == kNoType && members.any()) policy.names.push_back(name);
  }
  std::sort(policy.names.begin(), policy.names.end(), [&](Symbol a, Symbol b) {
    return policy.symbols.text(a) < policy.symbols.text(b);
  });
  policy.name_of.assign(policy.symbols.size(), kNoType);
  for (std::uint32_t i = 0; i < policy.names.size(); ++i) policy.name_of[policy.names[i]] = i;
  // An alias is its type
  for (Symbol symbol = 0; symbol < policy.symbols.size(); ++symbol) {
    const TypeId type = policy.type_of[symbol];
    if (type != kNoType) policy.name_of[symbol] = policy.name_of[policy.types[type]];
  }
}

}  // namespace

base::Result<void> resolve(Policy& policy) {
  if (auto done = Resolver(policy).run(); !done) return done;
  number_names(policy);
  add_single_types(policy);
  return {};
}

const Bits* types_of(const Policy& policy, Symbol name) {
  const auto found = policy.attributes.find(name);
  return found == policy.attributes.end() ? nullptr : &found->second;
}

}  // namespace eventfilter::cil
