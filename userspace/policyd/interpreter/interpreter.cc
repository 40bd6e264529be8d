// SPDX-License-Identifier: BSD-2-Clause
#include "interpreter/interpreter.h"

#include <algorithm>

#include "interpreter/judgement.h"
#include "interpreter/permissions.h"

namespace eventfilter::interpreter {
namespace {

template <typename Declaration, typename Map>
void index(const ast::Policy& policy, Map& ret) {
  for (const ast::File& file : policy.files) {
    for (const ast::Declaration& one : file.declarations) {
      const auto* const found = std::get_if<Declaration>(&one);
      if (found != nullptr) ret[found->name.text] = found;
    }
  }
}

// A pattern with its variable's value in front; nothing for one without a value.
std::string substituted(const std::string& text, const std::map<std::string, std::string>& variables) {
  if (!text.starts_with("@{")) return text;
  const std::size_t end = text.find('}');
  const auto value = variables.find(text.substr(2, end - 2));
  return value == variables.end() ? "" : value->second + text.substr(end + 1);
}

}  // namespace

// Goes through the statements of one domain, its conditionals and macros.
struct Interpreter::Walk {
  using Guards = std::vector<std::pair<std::string, bool>>;

  void body(const std::vector<ast::Statement>& statements, const Scope& scope, const Guards& guards) {
    for (const ast::Statement& one : statements) {
      if (const auto* const rule = std::get_if<ast::Rule>(&one)) {
        add(*rule, scope, guards);
      } else if (const auto* const use = std::get_if<ast::Use>(&one)) {
        for (const ast::Invocation& macro : use->macros) invoke(macro, scope, guards);
      } else if (const auto* const choice = std::get_if<std::unique_ptr<ast::If>>(&one)) {
        Guards inner = guards;
        inner.emplace_back((*choice)->boolean.text, !(*choice)->is_negated);
        body((*choice)->then, scope, inner);
        inner.back().second = (*choice)->is_negated;
        body((*choice)->otherwise, scope, inner);
      } else {
        const ast::Names& classes = std::get<ast::Default>(one).classes;
        ret.open.insert(classes.all ? "*" : classes.list.at(0).text);
      }
    }
  }

  // Pure label rules follow a boolean at once, and close what they name also while they are off;
  // others are there or not, as the boolean was at entry.
  void add(const ast::Rule& rule, const Scope& scope, const Guards& guards) {
    const bool is_live = !is_told_by_names(rule, scope) && rule.objects && !rule.objects->all && !rule.when &&
                         rule.object_class.text != "syscall" &&
                         !self.classes_.contains(rule.object_class.text);
    // A branch that no setting takes isn't there.
    for (const auto& [name, wanted] : guards) {
      if (std::find(guards.begin(), guards.end(), std::pair(name, !wanted)) != guards.end()) return;
    }
    const Booleans& values = is_live ? settings.now : settings.entered;
    const bool is_on = std::all_of(guards.begin(), guards.end(), [&](const auto& guard) {
      return values.at(guard.first) == guard.second;
    });
    if (is_on || is_live) ret.rules.push_back({&rule, scope, is_on});
  }

  // What names tell is in no group that a boolean could switch.
  bool is_told_by_names(const ast::Rule& rule, const Scope& scope) const {
    if (!rule.objects) return false;
    for (const ast::Name& name : rule.objects->list) {
      for (const std::string& label : self.labels_of(name.text, scope)) {
        if (interpreter::is_told_by_names(self.patterns_, label)) return true;
      }
    }
    return false;
  }

  void invoke(const ast::Invocation& one, const Scope& scope, const Guards& guards) {
    const ast::Macro& macro = *self.macros_.at(one.macro.text);
    Scope inner{{}, scope.self};
    for (std::size_t i = 0; i < macro.parameters.size(); ++i) {
      Labels& labels = inner.parameters[macro.parameters[i].text];
      for (const ast::Name& name : one.arguments.at(i).list) {
        labels.merge(self.labels_of(name.text, scope));
      }
    }
    const auto key = std::make_tuple(&macro, inner, guards);
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) return;
    seen.push_back(key);
    body(macro.statements, inner, guards);
  }

  const Interpreter& self;
  const Settings& settings;
  Body& ret;
  std::vector<std::tuple<const ast::Macro*, Scope, Guards>> seen = {};
};

Interpreter::Interpreter(const ast::Policy& policy,
                         const std::map<std::string, std::string>& variables)
    : levels_(policy) {
  index<ast::Domain>(policy, domains_);
  index<ast::Handle>(policy, handles_);
  index<ast::Macro>(policy, macros_);
  index<ast::Attribute>(policy, attributes_);
  index<ast::Boolean>(policy, booleans_);
  index<ast::Class>(policy, classes_);
  index<ast::Role>(policy, roles_);
  std::map<std::string, const ast::Label*> labels;
  index<ast::Label>(policy, labels);
  for (const auto& [name, label] : labels) {
    for (const ast::Pattern& pattern : label->patterns) {
      if (pattern.kind != ast::Pattern::Kind::Path) {
        places_.push_back({name, &pattern});
        continue;
      }
      std::string text = substituted(pattern.text, variables);
      if (!text.empty()) patterns_.push_back({name, std::move(text)});
    }
  }
  for (const ast::File& file : policy.files) {
    for (const ast::Declaration& one : file.declarations) {
      const auto* const set = std::get_if<ast::PermissionSet>(&one);
      if (set != nullptr) sets_.push_back(set);
      const auto* const constraint = std::get_if<ast::Constrain>(&one);
      if (constraint != nullptr) constraints_.push_back(constraint);
    }
  }
}

Booleans Interpreter::declared() const {
  Booleans all;
  for (const auto& [name, one] : booleans_) all[name] = one->value;
  return all;
}

Interpreter::Labels Interpreter::labels_of(const std::string& word, const Scope& scope) const {
  if (const auto found = scope.parameters.find(word); found != scope.parameters.end()) {
    return found->second;
  }
  if (word == "self") return {scope.self};
  const auto attribute = attributes_.find(word);
  if (attribute == attributes_.end()) return {word};
  Labels all;
  for (const ast::Name& member : attribute->second->members) all.insert(member.text);
  return all;
}

Interpreter::Body Interpreter::expand(const std::vector<ast::Statement>& statements,
                                      const std::string& self, const Settings& settings) const {
  Body body;
  Walk{*this, settings, body}.body(statements, {{}, self}, {});
  return body;
}

// The parts of an event that a rule of its class is about; 0: it isn't about this event.
unsigned Interpreter::parts(const ast::Rule& rule, const Event& event) const {
  std::set<std::string> names;
  for (const ast::Name& name : rule.permissions.list) {
    names.insert(name.text);
    for (const ast::PermissionSet* const set : sets_) {
      if (set->name.text != name.text || set->object_class.text != rule.object_class.text) continue;
      for (const ast::Name& member : set->permissions.list) names.insert(member.text);
    }
  }
  if (rule.object_class.text == "syscall") {
    const auto is_named = [&](const std::string& one) {
      return !one.empty() && names.contains(one.substr(std::string("sys_enter_").size()));
    };
    return is_named(event.name) || is_named(event.usual_name) ? kWhole : 0;
  }
  unsigned all = 0;
  for (const Permission& one : permissions()) {
    const bool is_wanted = rule.permissions.all || names.contains(one.name);
    if (one.object_class == rule.object_class.text && one.event == event.name && is_wanted) {
      all |= one.parts;
    }
  }
  return all;
}

// An event whose objects carry the labels of trees, with those that their names tell.
Event Interpreter::typed(Event event) const {
  for (const auto& [field, name] : {std::pair("label", "name"), std::pair("new_label", "new_name")}) {
    const auto label = event.labels.find(field);
    const auto text = event.strings.find(name);
    if (label == event.labels.end() || text == event.strings.end()) continue;
    label->second = told_by_name(patterns_, label->second, text->second);
  }
  return event;
}

Verdict Interpreter::domain(const std::string& name, const Event& event,
                            const Settings& settings) const {
  const ast::Domain& one = *domains_.at(name);
  // The outermost layer is asked first.
  Verdict below;
  if (one.from) below = domain(one.from->text, event, settings);
  if (one.permissive || (!below.passes && !below.is_open)) return below;
  Verdict own = Judgement(*this, expand(one.statements, name, settings), event, name).verdict();
  return own.passes && !own.is_open ? below : own;
}

Verdict Interpreter::handle(const std::string& name, const Event& event,
                            const Settings& settings) const {
  return Judgement(*this, expand(handles_.at(name)->statements, "", settings), event, "").verdict();
}

std::set<std::string> Interpreter::domains_of(const std::string& role) const {
  const ast::Role& one = *roles_.at(role);
  std::set<std::string> all;
  for (const ast::Name& domain : one.domains) all.insert(domain.text);
  for (const ast::Name& inherited : one.inherits) all.merge(domains_of(inherited.text));
  return all;
}

Verdict Interpreter::session(const std::string& role, const Event& event,
                             const Settings& settings) const {
  const std::set<std::string> all = domains_of(role);
  if (all.empty()) return {is_open_by_itself(class_of(event.name)), false, {}};
  Verdict best{false, false, {}};
  for (const std::string& one : all) {
    const Verdict verdict = domain(one, event, settings);
    if (verdict.passes && !verdict.is_open) return verdict;
    best.is_open = best.is_open || verdict.is_open;
  }
  return best;
}

bool Interpreter::may_hold(const std::string& role, const Event& session) const {
  const auto none = [](const std::string&) { return Labels(); };
  for (const ast::Constrain* const one : constraints_) {
    if (one->role.text == role && holds(*one->when, session, none) != Truth::Yes) return false;
  }
  const std::vector<ast::Name>& inherited = roles_.at(role)->inherits;
  return std::all_of(inherited.begin(), inherited.end(),
                     [&](const ast::Name& from) { return may_hold(from.text, session); });
}

std::uint32_t Interpreter::user_class(const std::string& domain, const std::string& name,
                                      const std::string& label, const Settings& settings) const {
  const Body body = expand(domains_.at(domain)->statements, domain, settings);
  std::uint32_t allowed = 0;
  std::uint32_t denied = 0;
  for (const Placed& placed : body.rules) {
    if (placed.rule->object_class.text != name || !is_about(placed, label)) continue;
    std::uint32_t bits = 0;
    const std::vector<ast::Name>& permissions = classes_.at(name)->permissions;
    for (std::size_t i = 0; i < permissions.size(); ++i) {
      const bool is_named = std::any_of(
          placed.rule->permissions.list.begin(), placed.rule->permissions.list.end(),
          [&](const ast::Name& one) { return one.text == permissions[i].text; });
      if (is_named || placed.rule->permissions.all) bits |= 1U << i;
    }
    (placed.rule->effect == ast::Effect::Allow ? allowed : denied) |= bits;
  }
  return levels_.is_same(domain, label) ? allowed & ~denied : 0;
}

bool Interpreter::is_about(const Placed& placed, const std::string& label) const {
  if (!placed.rule->objects || placed.rule->objects->all) return true;
  for (const ast::Name& name : placed.rule->objects->list) {
    if (labels_of(name.text, placed.scope).contains(label)) return true;
  }
  return false;
}

}  // namespace eventfilter::interpreter
