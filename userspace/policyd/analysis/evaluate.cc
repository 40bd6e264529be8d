// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/evaluate.h"

#include <algorithm>

#include "sema/glob.h"

namespace eventfilter::analysis {
namespace {

using Kind = Filter::Kind;

bool matches(const std::string& pattern, const std::string& text) {
  const auto glob = sema::parse_glob(pattern);
  const auto literal = sema::parse_glob(sema::escape_glob(text));
  return glob && literal && sema::intersects(*glob, *literal);
}

bool compare(policy::Number value, const std::string& op, policy::Number with) {
  if (op == "==") return value == with;
  if (op == "!=") return value != with;
  if (op == "<") return value < with;
  if (op == "<=") return value <= with;
  if (op == ">") return value > with;
  if (op == "&") return (value & with) != 0;
  return op == ">=" && value >= with;
}

bool holds_text(const Filter& filter, const std::string& text) {
  const bool is_one =
      std::find(filter.names.begin(), filter.names.end(), text) != filter.names.end();
  if (filter.op == "==" || filter.op == "in") return is_one;
  if (filter.op == "!=") return !is_one;
  return matches(filter.names.at(0), text) == (filter.op == "~");
}

bool holds_number(const Filter& filter, policy::Number value) {
  if (filter.kind == Kind::Mask) return (value & filter.numbers.at(0).from) != 0;
  if (filter.kind == Kind::Number) return compare(value, filter.op, filter.numbers.at(0).from);
  return std::any_of(filter.numbers.begin(), filter.numbers.end(), [value](const auto& interval) {
    return interval.from <= value && value <= interval.to;
  });
}

template <typename T>
const T* find(const std::map<std::string, T>& all, const std::string& field) {
  const auto found = all.find(field);
  return found == all.end() ? nullptr : &found->second;
}

// A test of two fields.
bool test_fields(const Filter& filter, const Happening& happening, bool& ret_known) {
  const std::int64_t* const number = find(happening.numbers, filter.field);
  const std::int64_t* const other = find(happening.numbers, filter.other);
  const std::string* const text = find(happening.texts, filter.field);
  const std::string* const other_text = find(happening.texts, filter.other);
  ret_known = true;
  if (number != nullptr && other != nullptr) return compare(*number, filter.op, *other);
  if (text != nullptr && other_text != nullptr) return (*text == *other_text) == (filter.op == "==");
  ret_known = false;
  return false;
}

// Whether a test is true; `ret_known`: whether the event says so.
bool test(const Filter& filter, const Happening& happening, bool& ret_known) {
  if (filter.kind == Kind::Label) {
    const auto carried = happening.labels.find(filter.field);
    ret_known = carried != happening.labels.end();
    return ret_known &&
           std::any_of(filter.names.begin(), filter.names.end(),
                       [&](const auto& name) { return carried->second.contains(name); });
  }
  if (filter.kind == Kind::Text) {
    const auto text = happening.texts.find(filter.field);
    ret_known = text != happening.texts.end();
    return ret_known && holds_text(filter, text->second);
  }
  if (filter.kind == Kind::Field) return test_fields(filter, happening, ret_known);
  const std::int64_t* const number = find(happening.numbers, filter.field);
  ret_known = number != nullptr;
  return ret_known && holds_number(filter, *number);
}

bool holds_test(const Filter& filter, const Happening& happening, bool wanted) {
  bool is_known = false;
  const bool is_true = test(filter, happening, is_known);
  return is_known && is_true == wanted;
}

}  // namespace

bool holds(const Filter& filter, const Happening& happening) {
  const auto inner = [&](const Filter& one) { return holds(one, happening); };
  switch (filter.kind) {
    case Kind::Always:
      return true;
    case Kind::Never:
      return false;
    case Kind::And:
      return std::all_of(filter.operands.begin(), filter.operands.end(), inner);
    case Kind::Or:
      return std::any_of(filter.operands.begin(), filter.operands.end(), inner);
    case Kind::Not:
      return holds_test(filter.operands.front(), happening, false);
    default:
      return holds_test(filter, happening, true);
  }
}

Judge::Judge(const emit::CompiledPolicy& policy, const emit::CompiledDomain& domain,
             const events::Target& target)
    : target_(target) {
  for (const emit::CompiledDomain* const layer : policy.layers_of(domain)) {
    layers_.push_back(read_ruleset(layer->ruleset));
  }
}

bool Judge::lets_pass(const Happening& happening) const {
  const events::Event* const event = target_.find(happening.event);
  if (event == nullptr) return false;
  const std::string group(events::group_name(event->group));
  return std::all_of(layers_.begin(), layers_.end(), [&](const Ruleset& layer) {
    return holds(passes(layer, event->name, group), happening);
  });
}

std::set<std::string> with_groups(const emit::CompiledPolicy& policy, const std::string& label) {
  std::set<std::string> names;
  if (label.empty()) return names;
  names.insert(label);
  for (const emit::CompiledGroup& group : policy.groups) {
    const auto members = policy.members_of(group);
    if (std::find(members.begin(), members.end(), label) != members.end()) names.insert(group.name);
  }
  return names;
}

}  // namespace eventfilter::analysis
