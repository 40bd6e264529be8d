// SPDX-License-Identifier: BSD-2-Clause
//
// Whether some event passes a filter, and which.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/filter.h"
#include "events/target.h"

namespace eventfilter::analysis {

// How long one question to the solver may take.
inline constexpr unsigned kSolverMilliseconds = 5000;

// The names that an object carries: its label, and the groups that the label is in.
using Carried = std::set<std::string>;

// An object's label, as a person calls it ("" for none), and all that it carries.
struct Candidate {
  std::string label;
  Carried carried;
  Filter name = {};  // what is true of its name, in the field "name"
};

// What is true of the name of an object whose label is `field`; always where the event has no name of it.
Filter name_of(const Candidate& object, const std::string& field, const events::Event& event);

// What the label fields of an event can be. A field that isn't here can be any of `others`.
struct Universe {
  const events::Event* event = nullptr;
  std::map<std::string, std::vector<Candidate>> fields;
  std::vector<Candidate> others;
  unsigned milliseconds = kSolverMilliseconds;  // of a question to the solver
  bool wants_values = false;  // a witness is to be an event that can be replayed

  const std::vector<Candidate>& of(const std::string& field) const;
};

// One event, as far as the answer depends on it: "label secret_t, access 4".
struct Witness {
  std::map<std::string, std::string> labels;          // label fields: the label, or ""
  std::map<std::string, policy::Number> numbers;      // integers and ids
  std::map<std::string, std::string> strings;
  std::set<std::string> unmapped;                     // ids without a mapping
  std::string remark;                                 // a test that holds, where no value is needed

  std::string text() const;
};

struct Answer {
  enum class Kind { Impossible, Possible, Undecided };
  Kind kind = Kind::Impossible;
  Witness witness;  // of what is possible
};

// Filters that are decided by their labels alone are; one test besides can be true and false; the
// solver is asked where two conditions meet.
Answer solve(const Filter& filter, const Universe& universe);

// Whether some event passes the one filter and not the other. (That's more than the one and the other's
// negation: what an id without a mapping is tested for, is neither.)
Answer solve(const Filter& passes, const Filter& fails, const Universe& universe);

// The filter for an object that carries this.
Filter assume(const Filter& filter, const std::string& field, const Carried& carried);

// As a person reads it.
std::string text_of(const Filter& filter);

}  // namespace eventfilter::analysis
