// SPDX-License-Identifier: BSD-2-Clause
//
// One layer's say about one event. Not for other folders; the entry is interpreter.h.
#pragma once

#include "interpreter/condition.h"
#include "interpreter/interpreter.h"

namespace eventfilter::interpreter {

class Judgement {
 public:
  // `domain`: whose rules these are; "" for a descriptor's.
  Judgement(const Interpreter& interpreter, const Interpreter::Body& body, const Event& event,
            const std::string& domain);

  Verdict verdict() const;

 private:
  struct Fact {
    const Interpreter::Placed* placed = nullptr;
    const ast::Rule* rule = nullptr;
    unsigned parts = 0;
    Truth when = Truth::Yes;
  };
  using Actions = std::vector<const ast::Action*>;

  bool allows(unsigned part, const std::string& label) const;
  bool is_allowed(const std::string& label) const;
  bool is_left_open() const;
  void collect(const std::string& label, Actions& ret) const;

  const Interpreter& interpreter_;
  Event event_;  // its labels as names tell them
  std::string domain_;
  std::vector<Fact> facts_;  // the rules about this event
  unsigned asked_ = 0;       // parts
  bool is_open_ = false;     // what no rule names passes
};

}  // namespace eventfilter::interpreter
