// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/constraint.h"

#include "analysis/evaluate.h"
#include "analysis/filter.h"

namespace eventfilter::analysis {
namespace {

using Kind = Filter::Kind;

Filter constant(bool value) {
  Filter made;
  made.kind = value ? Kind::Always : Kind::Never;
  return made;
}

bool is_of_groups(const Filter& test) {
  return (test.kind == Kind::Text || test.kind == Kind::Field) && (test.field == "group" || test.other == "group");
}

// A test that is true of some group; with "!" one that is true of all. Where that isn't known, it stays a test of a
// field that nothing has.
Filter of_groups(const Filter& test, const Circumstances& circumstances) {
  const std::string& partner = test.field == "group" ? test.other : test.field;
  if (test.kind == Kind::Field && !circumstances.texts.contains(partner)) return test;
  const bool is_of_all = test.op.starts_with('!');
  for (const std::string& group : circumstances.groups) {
    Happening one;
    one.texts = circumstances.texts;
    one.texts["group"] = group;
    if (holds(test, one) != is_of_all) return constant(!is_of_all);
  }
  return circumstances.has_all_groups ? constant(is_of_all) : test;
}

Filter without_groups(const Filter& filter, const Circumstances& circumstances) {
  if (is_of_groups(filter)) return of_groups(filter, circumstances);
  if (filter.operands.empty()) return filter;
  std::vector<Filter> operands;
  for (const Filter& one : filter.operands) operands.push_back(without_groups(one, circumstances));
  if (filter.kind == Kind::Not) return negation(std::move(operands.front()));
  return filter.kind == Kind::And ? all_of(std::move(operands)) : any_of(std::move(operands));
}

}  // namespace

bool holds(const std::string& constraint, const Circumstances& circumstances) {
  Happening happening;
  happening.event = "session";
  happening.numbers = circumstances.numbers;
  happening.texts = circumstances.texts;
  return holds(without_groups(read_filter(constraint), circumstances), happening);
}

}  // namespace eventfilter::analysis
