// SPDX-License-Identifier: BSD-2-Clause
//
// Rulesets and conditions read back as trees: what the analysis works on is what the kernel is
// given, not what the compiler thought.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/condition.h"

namespace eventfilter::analysis {

// A filter. Leaves are tests of one field.
struct Filter {
  enum class Kind { Always, Never, And, Or, Not, Number, NumberSet, Mask, Field, Text, Label };
  Kind kind = Kind::Always;
  std::vector<Filter> operands;  // And, Or, Not

  std::string field;
  std::string op;                        // "==", "<", "~", "&" and so on
  std::string other;                     // Field: the field that it is compared with
  policy::Numbers numbers;               // Number, Mask: one; NumberSet: all
  std::vector<std::string> names;        // Text: strings, decoded; Label: names
};

// One line for one event.
struct Line {
  Filter filter;
  std::string action;  // "errno ENOENT quiet"; empty for the event's default
};

// A ruleset by event. Groups' defaults stand under the groups' names.
using Ruleset = std::map<std::string, std::vector<Line>>;

// Reads text in the core's canonical form. What isn't in it is our mistake, and ends the program.
Ruleset read_ruleset(std::string_view text);
Filter read_filter(std::string_view text);

Filter all_of(std::vector<Filter> operands);
Filter any_of(std::vector<Filter> operands);
Filter negation(Filter operand);

// When an event of a group passes a ruleset: lines that only log let it pass.
Filter passes(const Ruleset& ruleset, const std::string& event, const std::string& group);

}  // namespace eventfilter::analysis
