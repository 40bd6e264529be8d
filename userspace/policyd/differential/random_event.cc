// SPDX-License-Identifier: BSD-2-Clause
#include "differential/random_event.h"

#include "policy/session_event.h"

namespace eventfilter::differential {
namespace {

using events::Field;
using events::Kind;
using interpreter::Number;

// Mostly what conditions are drawn with; sometimes the ends of the type.
Number draw_integer(Random& random, const Field& field) {
  if (field.name == "access") {
    static const std::vector<int> all = {4, 2, 6, 8, 10, 12, 14, 0};
    return random.one_of(all);
  }
  const Number values = Number{1} << (8 * field.size);
  const Number least = field.is_signed ? -(values / 2) : 0;
  if (random.one_in(12)) return random.one_in(2) ? least : least + values - 1;
  if (field.is_signed && random.one_in(4)) return -static_cast<Number>(random.below(4));
  return static_cast<Number>(random.below(10));
}

}  // namespace

interpreter::Event draw_event(Random& random, const events::Event& kind,
                              const std::vector<std::string>& types) {
  static const std::vector<std::string> names = {"a", "b.c", "ab", "a.c", "", "x", "[", "zb"};
  interpreter::Event event;
  event.name = kind.name;
  event.usual_name = kind.usual_name;
  for (const Field& field : kind.fields) {
    // Of two fields with one name the first is meant.
    if (event.numbers.contains(field.name)) continue;
    switch (field.kind) {
      case Kind::Integer: event.numbers[field.name] = draw_integer(random, field); break;
      case Kind::Uid:
      case Kind::Gid:
        event.numbers[field.name] = static_cast<Number>(random.below(4));
        if (random.one_in(12)) event.undefined.insert(field.name);
        break;
      case Kind::Label:
        event.labels[field.name] = types.empty() || random.one_in(5) ? "" : random.one_of(types);
        break;
      case Kind::String: event.strings[field.name] = random.one_of(names); break;
      case Kind::Pointer: break;
    }
  }
  return event;
}

interpreter::Event draw_session(Random& random) {
  static const std::vector<std::string> groups = {"a", "b.c", "ab", "x"};
  interpreter::Event session = draw_event(random, policy::session_event(), {});
  for (const std::string& group : groups) {
    if (random.one_in(3)) session.groups.push_back(group);
  }
  for (const char* const field : {"session", "group", "audit_session", "hour"}) {
    if (random.one_in(8)) session.undefined.insert(field);
  }
  return session;
}

}  // namespace eventfilter::differential
