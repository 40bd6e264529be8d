// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/z3_solver.h"

#include <algorithm>
#include <set>

#include <z3++.h>

#include "sema/glob.h"

namespace eventfilter::analysis {
namespace {

using Kind = Filter::Kind;
using events::Field;

// Wide enough for every integer, signed or not.
constexpr unsigned kWide = 72;

// One question: fields become variables, tests formulas over them.
class Question {
 public:
  explicit Question(const Universe& universe) : universe_(universe), solver_(context_) {
    z3::params parameters(context_);
    parameters.set("timeout", universe.milliseconds);
    solver_.set(parameters);
  }

  Answer ask(const Filter& passes, const Filter& fails) {
    Answer answer;
    solver_.add(formula(passes));
    solver_.add(!formula(fails));
    // An event whose ids have mappings says more to a reader, if there is one.
    solver_.push();
    for (const std::string& name : numbers_) solver_.add(defined(name));
    z3::check_result result = solver_.check();
    if (result != z3::sat) {
      solver_.pop();
      result = solver_.check();
    }
    switch (result) {
      case z3::unsat: return answer;
      case z3::unknown: answer.kind = Answer::Kind::Undecided; return answer;
      case z3::sat: break;
    }
    answer.kind = Answer::Kind::Possible;
    answer.witness = witness(solver_.get_model());
    return answer;
  }

 private:
  z3::expr formula(const Filter& filter);
  z3::expr test(const Filter& filter, bool wanted);
  z3::expr truth(const Filter& filter);
  z3::expr compare(const z3::expr& left, const std::string& op, const z3::expr& right);
  z3::expr within(const z3::expr& field, const policy::Numbers& numbers);
  z3::expr text_test(const Filter& filter);
  z3::expr label_test(const Filter& filter);
  z3::expr glob(const std::string& pattern);
  z3::expr wide(const std::string& field);
  z3::expr number(policy::Number value);
  z3::expr defined(const std::string& field);
  Witness witness(const z3::model& model);

  const Universe& universe_;
  z3::context context_;
  z3::solver solver_;
  std::set<std::string> numbers_;
  std::set<std::string> strings_;
  std::set<std::string> labels_;
};

z3::expr Question::number(policy::Number value) {
  // Two's complement in kWide bits, as decimal digits of what is congruent and not negative.
  if (value < 0) value += policy::Number{1} << kWide;
  std::string digits;
  for (; value != 0; value /= 10) digits += static_cast<char>('0' + static_cast<int>(value % 10));
  if (digits.empty()) digits = "0";
  std::reverse(digits.begin(), digits.end());
  return context_.bv_val(digits.c_str(), kWide);
}

// A field as the number that it is, whatever its type.
z3::expr Question::wide(const std::string& name) {
  const Field& field = *universe_.event->find(name);
  const z3::expr variable = context_.bv_const(name.c_str(), field.size * 8);
  numbers_.insert(name);
  const unsigned more = kWide - field.size * 8;
  return field.is_signed ? z3::sext(variable, more) : z3::zext(variable, more);
}

z3::expr Question::defined(const std::string& name) {
  const Field* const field = universe_.event->find(name);
  const bool is_id = field->kind == events::Kind::Uid || field->kind == events::Kind::Gid;
  return is_id ? context_.bool_const((name + " is defined").c_str()) : context_.bool_val(true);
}

z3::expr Question::compare(const z3::expr& left, const std::string& op, const z3::expr& right) {
  if (op == "==") return left == right;
  if (op == "!=") return left != right;
  if (op == "<") return left < right;
  if (op == "<=") return left <= right;
  if (op == ">") return left > right;
  if (op == ">=") return left >= right;
  return (left & right) != number(0);
}

z3::expr Question::within(const z3::expr& field, const policy::Numbers& numbers) {
  z3::expr any = context_.bool_val(false);
  for (const policy::Interval& one : numbers) {
    any = any || (field >= number(one.from) && field <= number(one.to));
  }
  return any;
}

z3::expr Question::glob(const std::string& pattern) {
  z3::expr_vector parts(context_);
  const auto parsed = sema::parse_glob(pattern).value_or(sema::Glob());
  z3::sort strings = context_.string_sort();
  const z3::sort sets = context_.re_sort(strings);
  const z3::expr any_byte = z3::range(context_.string_val("\\u{0}"), context_.string_val("\\u{ff}"));
  for (const sema::GlobToken& token : parsed) {
    if (token.many) {
      parts.push_back(z3::star(any_byte));
    } else if (token.bytes.all()) {
      parts.push_back(any_byte);
    } else {
      z3::expr one = z3::re_empty(sets);
      for (unsigned byte = 0; byte < 256; ++byte) {
        if (!token.bytes.test(byte)) continue;
        const std::string text(1, static_cast<char>(byte));
        one = one + z3::to_re(context_.string_val(text));
      }
      parts.push_back(one);
    }
  }
  if (parts.empty()) return z3::to_re(context_.string_val(""));
  return parts.size() == 1 ? parts[0] : z3::concat(parts);
}

z3::expr Question::text_test(const Filter& filter) {
  const z3::expr field = context_.constant(filter.field.c_str(), context_.string_sort());
  strings_.insert(filter.field);
  z3::expr any = context_.bool_val(false);
  for (const std::string& name : filter.names) {
    const bool is_glob = filter.op == "~" || filter.op == "!~";
    any = any || (is_glob ? z3::in_re(field, glob(name)) : field == context_.string_val(name));
  }
  return filter.op.starts_with('!') ? !any : any;
}

// Which candidate a label field has is a number.
z3::expr Question::label_test(const Filter& filter) {
  const std::vector<Candidate>& candidates = universe_.of(filter.field);
  const z3::expr field = context_.int_const((filter.field + " index").c_str());
  if (labels_.insert(filter.field).second) {
    solver_.add(field >= 0 && field < static_cast<int>(candidates.size()));
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const Filter name = name_of(candidates[i], filter.field, *universe_.event);
      if (name.kind != Kind::Always) solver_.add(z3::implies(field == static_cast<int>(i), formula(name)));
    }
  }
  z3::expr any = context_.bool_val(false);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const bool holds = std::any_of(filter.names.begin(), filter.names.end(), [&](const auto& name) {
      return candidates[i].carried.count(name) != 0;
    });
    if (holds) any = any || field == static_cast<int>(i);
  }
  return any;
}

z3::expr Question::truth(const Filter& filter) {
  switch (filter.kind) {
    case Kind::Label: return label_test(filter);
    case Kind::Text: return text_test(filter);
    case Kind::NumberSet: return within(wide(filter.field), filter.numbers);
    case Kind::Field: {
      const Field* const other = universe_.event->find(filter.other);
      if (other->kind == events::Kind::String) {
        strings_.insert(filter.field);
        strings_.insert(filter.other);
        const auto sort = context_.string_sort();
        const z3::expr same = context_.constant(filter.field.c_str(), sort) ==
                              context_.constant(filter.other.c_str(), sort);
        return filter.op == "==" ? same : !same;
      }
      return compare(wide(filter.field), filter.op, wide(filter.other));
    }
    default: return compare(wide(filter.field), filter.op, number(filter.numbers.front().from));
  }
}

// A test of an undefined id is false, and what isn't it, too.
z3::expr Question::test(const Filter& filter, bool wanted) {
  z3::expr known = defined(filter.field);
  if (!filter.other.empty()) known = known && defined(filter.other);
  const z3::expr holds = truth(filter);
  return known && (wanted ? holds : !holds);
}

z3::expr Question::formula(const Filter& filter) {
  switch (filter.kind) {
    case Kind::Always: return context_.bool_val(true);
    case Kind::Never: return context_.bool_val(false);
    case Kind::Not: return test(filter.operands.front(), false);
    case Kind::And:
    case Kind::Or: {
      z3::expr_vector all(context_);
      for (const Filter& one : filter.operands) all.push_back(formula(one));
      return filter.kind == Kind::And ? z3::mk_and(all) : z3::mk_or(all);
    }
    default: return test(filter, true);
  }
}

Witness Question::witness(const z3::model& model) {
  Witness made;
  for (const std::string& name : numbers_) {
    const Field& field = *universe_.event->find(name);
    const z3::expr value = model.eval(context_.bv_const(name.c_str(), field.size * 8), true);
    auto number = static_cast<policy::Number>(value.get_numeral_uint64());
    const policy::Number half = policy::Number{1} << (field.size * 8 - 1);
    if (field.is_signed && number >= half) number -= half * 2;
    const z3::expr known = model.eval(defined(name), true);
    if (known.is_false()) {
      made.unmapped.insert(name);
    } else {
      made.numbers[name] = number;
    }
  }
  for (const std::string& name : strings_) {
    made.strings[name] = model.eval(context_.constant(name.c_str(), context_.string_sort()), true).get_string();
  }
  for (const std::string& name : labels_) {
    const z3::expr value = model.eval(context_.int_const((name + " index").c_str()), true);
    made.labels[name] = universe_.of(name)[static_cast<std::size_t>(value.get_numeral_int())].label;
  }
  return made;
}

}  // namespace

Answer ask_z3(const Filter& passes, const Filter& fails, const Universe& universe) {
  try {
    return Question(universe).ask(passes, fails);
  } catch (const z3::exception&) {
    Answer undecided;
    undecided.kind = Answer::Kind::Undecided;
    return undecided;
  }
}

}  // namespace eventfilter::analysis
