// SPDX-License-Identifier: BSD-2-Clause
#include "differential/random_condition.h"

#include <algorithm>

namespace eventfilter::differential {
namespace {

using events::Field;
using events::Kind;

class Drawer {
 public:
  Drawer(Random& random, std::vector<Field> fields, const std::vector<std::string>& labels)
      : random_(random), fields_(std::move(fields)), labels_(labels) {}

  std::string condition(unsigned depth) {
    if (depth == 0 || random_.one_in(2)) return test();
    switch (random_.below(4)) {
      case 0: return "!(" + condition(depth - 1) + ")";
      case 1: return condition(depth - 1) + " && " + grouped(depth - 1);
      case 2: return condition(depth - 1) + " || " + grouped(depth - 1);
      default: return grouped(depth - 1) + " && " + condition(depth - 1);
    }
  }

 private:
  std::string grouped(unsigned depth) { return "(" + condition(depth) + ")"; }
  std::string number() { return std::to_string(random_.below(9)); }
  std::string compare(bool has_order) {
    static const std::vector<std::string> all = {" == ", " != ", " < ", " <= ", " > ", " >= "};
    return all[random_.below(has_order ? all.size() : 2)];
  }

  std::string set() {
    std::string items;
    for (std::size_t i = 0; i <= random_.below(3); ++i) {
      const std::size_t from = random_.below(7);
      items += (items.empty() ? "" : ", ") + std::to_string(from);
      if (random_.one_in(3)) items += ".." + std::to_string(from + random_.below(4));
    }
    return " in { " + items + " }";
  }

  // Another field that it can be compared with, or "".
  std::string partner(const Field& field) {
    std::vector<std::string> all;
    for (const Field& other : fields_) {
      if (other.kind == field.kind && other.name != field.name) all.push_back(other.name);
    }
    return all.empty() ? "" : random_.one_of(all);
  }

  std::string integer_test(const Field& field) {
    const std::string other = partner(field);
    switch (random_.below(other.empty() ? 6 : 8)) {
      case 0: return field.name;
      case 1: return field.name + " & " + std::to_string(1 + random_.below(7));
      case 2: {
        const std::size_t mask = 1 + random_.below(7);
        const std::size_t value = random_.below(8) & mask;
        return "(" + field.name + " & " + std::to_string(mask) + ")" + compare(false) +
               std::to_string(value);
      }
      case 3: return field.name + set();
      case 4:
        if (field.is_signed) return field.name + compare(true) + "-" + std::to_string(random_.below(3));
        return field.name + compare(true) + number();
      case 5: return field.name + compare(true) + number();
      case 6: return field.name + " & " + other;
      default: return field.name + compare(true) + other;
    }
  }

  std::string id_test(const Field& field) {
    const std::string other = partner(field);
    switch (random_.below(other.empty() ? 3 : 4)) {
      case 0: return field.name;
      case 1: return field.name + compare(true) + std::to_string(random_.below(4));
      case 2: return field.name + set();
      default: return field.name + compare(true) + other;
    }
  }

  std::string string_test(const Field& field) {
    static const std::vector<std::string> globs = {"*.c", "a*", "?", "[a-c]*", "[!a]*", "*b*", "*"};
    const std::string other = partner(field);
    switch (random_.below(other.empty() ? 3 : 4)) {
      case 0: return field.name + (random_.one_in(2) ? " ~ \"" : " !~ \"") + random_.one_of(globs) + '"';
      case 1: return field.name + compare(false) + "\"a.c\"";
      case 2: return field.name + " in { \"a\", \"b.c\", \"ab\" }";
      default: return field.name + compare(false) + other;
    }
  }

  std::string label_test(const Field& field) {
    if (labels_.empty()) return field.name == "label" ? "uid == 1" : "gid == 1";
    if (random_.one_in(2)) return field.name + " & " + random_.one_of(labels_);
    return field.name + " in { " + random_.one_of(labels_) + ", " + random_.one_of(labels_) + " }";
  }

  std::string test() {
    const Field& field = random_.one_of(fields_);
    switch (field.kind) {
      case Kind::Integer: return integer_test(field);
      case Kind::Uid:
      case Kind::Gid: return id_test(field);
      case Kind::String: return string_test(field);
      default: return label_test(field);
    }
  }

  Random& random_;
  std::vector<Field> fields_;
  const std::vector<std::string>& labels_;
};

}  // namespace

std::string draw_condition(Random& random, const std::vector<const events::Event*>& about,
                           const std::vector<std::string>& labels) {
  std::vector<Field> fields;
  for (const Field& field : about.front()->fields) {
    const bool is_common = std::all_of(about.begin(), about.end(), [&](const events::Event* event) {
      const Field* const same = event->find(field.name);
      return same != nullptr && same->kind == field.kind && same->is_signed == field.is_signed;
    });
    if (is_common && field.kind != Kind::Pointer) fields.push_back(field);
  }
  // The subject's ids are in every event; they'd be drawn most of the time.
  if (fields.size() > 2 && !random.one_in(4)) fields.resize(fields.size() - 2);
  if (fields.empty()) return "";
  return Drawer(random, std::move(fields), labels).condition(2);
}

}  // namespace eventfilter::differential
