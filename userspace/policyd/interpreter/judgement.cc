// SPDX-License-Identifier: BSD-2-Clause
#include "interpreter/judgement.h"

#include <algorithm>

#include "interpreter/permissions.h"

namespace eventfilter::interpreter {
namespace {

constexpr unsigned kAccessRead = 4;
constexpr unsigned kAccessWrite = 2 | 8;  // to append is to write

unsigned asked_by(const Event& event) {
  if (event.name != "file_open") return kWhole;
  const Number access = event.numbers.at("access");
  return ((access & kAccessRead) != 0 ? kRead : 0) | ((access & kAccessWrite) != 0 ? kWrite : 0);
}

// The label fields that each need the permission: of a move both ends'.
std::vector<std::string> labels_of_objects(const Event& event) {
  if (!event.labels.contains("label")) return {""};
  std::vector<std::string> all = {event.labels.at("label")};
  if (event.name == "file_rename" || event.name == "file_link") {
    all.push_back(event.labels.at("new_label"));
  }
  return all;
}

bool passes_always(const std::string& name) {
  return name == "sys_enter_exit" || name == "sys_enter_exit_group" ||
         name == "sys_enter_rt_sigreturn" || name == "sys_enter_restart_syscall";
}

// kill before trap before an errno before the default
int rank(const ast::Action& action) {
  switch (action.kind) {
    case ast::Action::Kind::Kill: return 3;
    case ast::Action::Kind::Trap: return 2;
    case ast::Action::Kind::Errno: return 1;
    default: return 0;
  }
}

std::string text_of(const ast::Action& action) {
  std::string text;
  if (action.kind == ast::Action::Kind::Kill) text = "kill";
  if (action.kind == ast::Action::Kind::Trap) text = "trap";
  if (action.kind == ast::Action::Kind::Errno) text = "errno " + action.error.text;
  if (action.quiet) text += text.empty() ? "quiet" : " quiet";
  return text;
}

const ast::Action kDefault;

}  // namespace

Judgement::Judgement(const Interpreter& interpreter, const Interpreter::Body& body,
                     const Event& event, const std::string& domain)
    : interpreter_(interpreter), event_(interpreter.typed(event)), domain_(domain), asked_(asked_by(event)) {
  const std::string& object_class = class_of(event.name);
  is_open_ = body.open.contains("*") || body.open.contains(object_class) ||
             (!domain.empty() && is_open_by_itself(object_class));
  for (const Interpreter::Placed& placed : body.rules) {
    if (placed.rule->object_class.text != object_class) continue;
    Fact fact{&placed, placed.rule, interpreter.parts(*placed.rule, event), Truth::Yes};
    if (fact.parts == 0 || (!placed.is_on && placed.rule->effect == ast::Effect::Deny)) continue;
    if (placed.rule->when) {
      fact.when = holds(*placed.rule->when, event_, [&](const std::string& word) {
        return interpreter.labels_of(word, placed.scope);
      });
    }
    facts_.push_back(fact);
  }
}

bool Judgement::allows(unsigned part, const std::string& label) const {
  if (!domain_.empty() && !interpreter_.levels_.permits(domain_, event_, label, part)) return false;
  bool is_named = false;
  for (const Fact& fact : facts_) {
    if (fact.rule->effect != ast::Effect::Allow || (fact.parts & part) == 0) continue;
    is_named = true;
    if (fact.placed->is_on && fact.when == Truth::Yes &&
        interpreter_.is_about(*fact.placed, label)) return true;
  }
  return is_open_ && !is_named;
}

bool Judgement::is_allowed(const std::string& label) const {
  // An open that asks for neither passes with either.
  if (asked_ == 0) return allows(kRead, label) || allows(kWrite, label);
  return ((asked_ & kRead) == 0 || allows(kRead, label)) &&
         ((asked_ & kWrite) == 0 || allows(kWrite, label)) &&
         ((asked_ & kWhole) == 0 || allows(kWhole, label));
}

// The actions of all that refuses.
void Judgement::collect(const std::string& label, Actions& ret) const {
  for (const Fact& fact : facts_) {
    if (fact.rule->effect != ast::Effect::Deny || fact.when == Truth::No) continue;
    const bool is_asked = asked_ == 0 ? fact.parts == (kRead | kWrite) : (fact.parts & asked_) != 0;
    if (is_asked && interpreter_.is_about(*fact.placed, label)) ret.push_back(&fact.rule->action);
  }
  if (is_allowed(label)) return;
  const ast::Action* action = &kDefault;
  for (const Fact& fact : facts_) {
    const ast::Action& own = fact.rule->action;
    const bool has_one = own.kind != ast::Action::Kind::Default || own.quiet;
    if (fact.rule->effect == ast::Effect::Allow && has_one) action = &own;
  }
  ret.push_back(action);
}

// Some deny rule is about a part of an open that asks for none.
bool Judgement::is_left_open() const {
  if (asked_ != 0) return false;
  const std::string& label = event_.labels.at("label");
  return std::any_of(facts_.begin(), facts_.end(), [&](const Fact& fact) {
    return fact.rule->effect == ast::Effect::Deny && fact.when != Truth::No &&
           interpreter_.is_about(*fact.placed, label);
  });
}

Verdict Judgement::verdict() const {
  if (passes_always(event_.name)) return {};
  Actions actions;
  for (const std::string& label : labels_of_objects(event_)) collect(label, actions);
  // What is only recorded passes.
  std::erase_if(actions, [](const ast::Action* one) { return one->kind == ast::Action::Kind::Log; });
  Verdict made;
  int highest = 0;
  for (const ast::Action* const one : actions) highest = std::max(highest, rank(*one));
  for (const ast::Action* const one : actions) {
    if (rank(*one) == highest) made.actions.insert(text_of(*one));
  }
  made.passes = actions.empty();
  made.is_open = made.passes && is_left_open();
  return made;
}

}  // namespace eventfilter::interpreter
