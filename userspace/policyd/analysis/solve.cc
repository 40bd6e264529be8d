// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/solve.h"

#include <algorithm>

#include "analysis/z3_solver.h"
#include "policy/deep_names.h"

namespace eventfilter::analysis {
namespace {

using Kind = Filter::Kind;

std::string joined(const std::vector<Filter>& operands, const char* by) {
  std::string out;
  for (const Filter& one : operands) {
    const bool is_compound = one.kind == Kind::And || one.kind == Kind::Or;
    out += (out.empty() ? "" : by) + (is_compound ? "(" + text_of(one) + ")" : text_of(one));
  }
  return out;
}

std::string set_text(const Filter& filter) {
  std::string out;
  for (const policy::Interval& one : filter.numbers) {
    out += (out.empty() ? "" : ", ") + policy::print(one.from);
    if (one.to != one.from) out += ".." + policy::print(one.to);
  }
  for (const std::string& name : filter.names) {
    out += (out.empty() ? "" : ", ") + (filter.kind == Kind::Text ? '"' + name + '"' : name);
  }
  return "{ " + out + " }";
}

std::string test_text(const Filter& filter) {
  if (filter.op == "in") return filter.field + " in " + set_text(filter);
  std::string value = filter.other;
  if (!filter.numbers.empty()) value = policy::print(filter.numbers.front().from);
  if (!filter.names.empty()) {
    value = filter.kind == Kind::Text ? '"' + filter.names.front() + '"' : filter.names.front();
  }
  return filter.field + " " + filter.op + " " + value;
}

bool is_leaf(const Filter& filter) {
  return filter.kind != Kind::And && filter.kind != Kind::Or && filter.kind != Kind::Not;
}

// The same about another field.
Filter renamed(Filter filter, const std::string& field) {
  if (!filter.field.empty()) filter.field = field;
  for (Filter& one : filter.operands) one = renamed(std::move(one), field);
  return filter;
}

// One test, or what isn't: whatever it tests can be either way. (Of ids nothing is simplified: a test
// of one can be impossible.)
bool is_one_test(const Filter& filter, const events::Event& event) {
  const Filter& inner = filter.kind == Kind::Not ? filter.operands.front() : filter;
  if (!is_leaf(inner) || inner.kind == Kind::Label || inner.kind == Kind::Field) return false;
  const events::Kind kind = event.find(inner.field)->kind;
  return kind != events::Kind::Uid && kind != events::Kind::Gid;
}

}  // namespace

std::string text_of(const Filter& filter) {
  switch (filter.kind) {
    case Kind::Always: return "always";
    case Kind::Never: return "never";
    case Kind::And: return joined(filter.operands, " && ");
    case Kind::Or: return joined(filter.operands, " || ");
    case Kind::Not: return "!(" + text_of(filter.operands.front()) + ")";
    default: return test_text(filter);
  }
}

std::string Witness::text() const {
  std::string out;
  const auto add = [&](const std::string& word) { out += (out.empty() ? "" : ", ") + word; };
  for (const auto& [field, label] : labels) {
    add(label.empty() ? "no " + field : field + " " + label);
  }
  for (const auto& [field, number] : numbers) add(field + " " + policy::print(number));
  for (const auto& [field, string] : strings) add(field + " \"" + string + '"');
  for (const std::string& field : unmapped) add(field + " without a mapping");
  if (!remark.empty()) add(remark);
  return out.empty() ? "any" : out;
}

const std::vector<Candidate>& Universe::of(const std::string& field) const {
  const auto found = fields.find(field);
  return found == fields.end() ? others : found->second;
}

Filter name_of(const Candidate& object, const std::string& field, const events::Event& event) {
  Filter always;
  always.kind = Kind::Always;
  const char* const name = policy::name_field_of(field, event);
  return name == nullptr ? always : renamed(object.name, name);
}

Filter assume(const Filter& filter, const std::string& field, const Carried& carried) {
  if (filter.kind == Kind::Label) {
    if (filter.field != field) return filter;
    Filter made;
    const bool holds = std::any_of(filter.names.begin(), filter.names.end(),
                                   [&](const std::string& name) { return carried.count(name) != 0; });
    made.kind = holds ? Kind::Always : Kind::Never;
    return made;
  }
  if (is_leaf(filter)) return filter;
  std::vector<Filter> operands;
  for (const Filter& one : filter.operands) operands.push_back(assume(one, field, carried));
  switch (filter.kind) {
    case Kind::And: return all_of(std::move(operands));
    case Kind::Or: return any_of(std::move(operands));
    default: return negation(std::move(operands.front()));
  }
}

Answer solve(const Filter& filter, const Universe& universe) {
  Filter never;
  never.kind = Kind::Never;
  return solve(filter, never, universe);
}

Answer solve(const Filter& passes, const Filter& fails, const Universe& universe) {
  const bool has_label = universe.event->find("label") != nullptr;
  const std::vector<Candidate> none = {{}};
  std::map<std::string, Answer> known;
  Answer undecided;
  for (const Candidate& one : has_label ? universe.of("label") : none) {
    const Filter yes = !has_label ? passes
                                  : all_of({assume(passes, "label", one.carried),
                                            name_of(one, "label", *universe.event)});
    const Filter no = has_label ? assume(fails, "label", one.carried) : fails;
    if (yes.kind == Kind::Never || no.kind == Kind::Always) continue;
    const auto [place, is_new] = known.emplace(text_of(yes) + " but not " + text_of(no), Answer());
    Answer& answer = place->second;
    const bool is_plain = no.kind == Kind::Never && !universe.wants_values &&
                          (yes.kind == Kind::Always || is_one_test(yes, *universe.event));
    if (is_new && is_plain) {
      answer.kind = Answer::Kind::Possible;
      if (yes.kind != Kind::Always) answer.witness.remark = "with " + text_of(yes);
    } else if (is_new) {
      answer = ask_z3(yes, no, universe);
    }
    if (answer.kind == Answer::Kind::Impossible) continue;
    if (has_label) answer.witness.labels["label"] = one.label;
    if (answer.kind == Answer::Kind::Possible) return answer;
    undecided = answer;
  }
  return undecided;
}

}  // namespace eventfilter::analysis
