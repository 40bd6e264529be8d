// SPDX-License-Identifier: BSD-2-Clause
#include "differential/random_policy.h"

#include <algorithm>

#include "differential/random_condition.h"
#include "policy/permissions.h"
#include "policy/session_event.h"

namespace eventfilter::differential {
namespace {

using Words = std::vector<std::string>;

// Those with few fields, with many, with ids of their own, with two names.
const Words kSyscalls = {"write", "read",   "openat", "newstat", "kill",   "mmap",
                         "socket", "ptrace", "exit",   "setuid",  "getpid", "stat"};

class PolicyDrawer {
 public:
  explicit PolicyDrawer(Random& random) : random_(random) {}

  RandomPolicy draw();

 private:
  std::string number(std::size_t value) { return std::to_string(value); }
  std::string list(const Words& words, std::size_t at_most, const std::string& separator);
  void labels();
  void places();
  void other_names();
  void macros();
  void domain(std::size_t index);
  void handle();
  void roles();
  void body(std::size_t rules, unsigned depth);
  void rule();
  void syscall_rule();
  void object_rule(const std::string& object_class);
  void user_rule();
  std::string action(bool is_allow, bool can_wait);
  std::string when(const std::vector<const events::Event*>& about);
  std::string on();
  std::string start(bool is_allow);
  std::string level();
  void levels();

  Random& random_;
  RandomPolicy made_;
  bool is_handle_ = false;
  bool has_levels_ = false;
  Words objects_;     // words that stand for labels where a rule is drawn
  Words classes_;     // that rules are drawn of
  std::string macro_;
  std::string body_;
};

// One word, or several in braces.
std::string PolicyDrawer::list(const Words& words, std::size_t at_most, const std::string& separator) {
  Words chosen;
  for (std::size_t i = 0; i <= random_.below(at_most); ++i) {
    const std::string& one = random_.one_of(words);
    if (std::find(chosen.begin(), chosen.end(), one) == chosen.end()) chosen.push_back(one);
  }
  if (chosen.size() == 1 && random_.one_in(2)) return chosen.front();
  std::string text;
  for (const std::string& one : chosen) text += (text.empty() ? "" : separator) + one;
  return "{ " + text + " }";
}

void PolicyDrawer::levels() {
  has_levels_ = random_.one_in(3);
  if (has_levels_) made_.text += "level low < middle < high;\ncategory red, blue;\n";
}

// What follows a label's or a domain's name.
std::string PolicyDrawer::level() {
  static const Words all = {" level low", " level middle", " level high", " level *"};
  static const Words categories = {"", "(red)", "(blue)", "(blue, red)"};
  if (!has_levels_ || random_.one_in(3)) return "";
  const std::string& one = random_.one_of(all);
  return one + (one.ends_with('*') ? "" : random_.one_of(categories));
}

// What has a label without a path; some of it within other.
void PolicyDrawer::places() {
  Words patterns = {"fs proc", "fs \"tmpfs\"", "tcp", "udp 53", "tcp 80 .. 90", "tcp 85", "any 10.0.0.0/8",
                    "tcp 10.1.0.0/16 80 .. 90", "udp 10.0.0.0/8 1 .. 1023", "any 10.1.2.3 443", "any [fd00::]/8",
                    "tcp [fd00::1] 85", "any 443", "tcp 0.0.0.0/0 443", "any [::]/0 53"};
  for (std::size_t i = 0, count = random_.below(5); i < count; ++i) {
    const std::string name = "p" + number(i) + "_t";
    made_.text += "label " + name + level() + " = ";
    for (std::size_t j = 0, of = 1 + random_.below(3); j < of; ++j) {
      const std::size_t at = random_.below(patterns.size());
      made_.text += (j == 0 ? "" : ", ") + patterns[at];
      patterns.erase(patterns.begin() + static_cast<std::ptrdiff_t>(at));
    }
    made_.text += ";\n";
    made_.types.push_back(name);
    objects_.push_back(name);
  }
}

void PolicyDrawer::labels() {
  // Each for one label at most: two would be a mistake.
  Words patterns = {"/a/**", "/a", "/a/b/**", "/a/*.c", "/b/**", "/b/a.c", "/", "/c/?", "/a/b/c",
                    "@{HOME}/**", "@{HOME}/.ssh/**", "/b/[x-z]*", "/**", "/a/b*"};
  const auto take = [&] {
    const std::size_t at = random_.below(patterns.size());
    std::string one = patterns[at];
    patterns.erase(patterns.begin() + static_cast<std::ptrdiff_t>(at));
    // What "/a/*.c" matches, too, has to be somebody's
    if (one == "/a/b*") one += "\", \"/a/b*.c";
    return '"' + one + '"';
  };
  const std::size_t count = random_.below(8);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = "l" + number(i) + "_t";
    made_.text += "label " + name + level() + " = " + take();
    if (random_.one_in(3) && patterns.size() > count) made_.text += ", " + take();
    made_.text += ";\n";
    made_.types.push_back(name);
    objects_.push_back(name);
  }
  places();
  if (random_.one_in(5)) {
    const std::string same = level();
    made_.text += "label tree_t" + same + " = \"/d/**\";\n";
    made_.text += "label deep_t" + same + " = \"/d/**/*.c\", \"/d/**/ab\";\n";
    // Nothing carries deep_t: names tell it.
    made_.types.push_back("tree_t");
    for (const char* const name : {"tree_t", "deep_t"}) objects_.push_back(name);
  }
  if (count < 2 || random_.one_in(2)) return;
  made_.text += "attribute some = l0_t, l1_t;\n";
  objects_.push_back("some");
}

void PolicyDrawer::other_names() {
  const std::size_t count = random_.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    made_.booleans.push_back("b" + number(i));
    made_.text += "boolean b" + number(i) + (random_.one_in(2) ? " = true;\n" : " = false;\n");
  }
  made_.text += "set file edit = { read create unlink };\nset syscall some_calls = { write kill };\n";
  made_.text += "class disk { read write flush }\n";
  classes_ = {"file", "file", "file", "syscall", "syscall"};
  static const Words more = {"use", "meta", "socket", "unix", "signal", "process", "system", "disk"};
  for (std::size_t i = 0; i < 3; ++i) classes_.push_back(random_.one_of(more));
}

std::string PolicyDrawer::on() {
  if (random_.one_in(5) || objects_.empty()) return random_.one_in(3) ? " on *" : "";
  return " on " + list(objects_, 4, " ");
}

std::string PolicyDrawer::when(const std::vector<const events::Event*>& about) {
  if (about.empty() || !random_.one_in(3)) return "";
  const std::string condition = draw_condition(random_, about, objects_);
  return condition.empty() ? "" : " when " + condition;
}

// `can_wait`: also what needs that the kernel may.
std::string PolicyDrawer::action(bool is_allow, bool can_wait) {
  static const Words atomic = {" errno ENOENT", " errno EROFS", " kill", " log", " quiet", " errno ENOENT quiet"};
  static const Words any = {" errno ENOENT", " errno EROFS", " kill", " log", " quiet", " errno ENOENT quiet",
                            " trap", " trap quiet"};
  const Words& all = can_wait ? any : atomic;
  static const Words of_handle = {" errno ENOENT", " errno EROFS", " log", " quiet", " errno ENOENT quiet"};
  return random_.one_in(is_allow ? 12 : 3) ? random_.one_of(is_handle_ ? of_handle : all) : "";
}

std::string PolicyDrawer::start(bool is_allow) {
  if (!is_allow) return "deny ";
  return random_.one_in(8) ? "audit allow " : "allow ";
}

void PolicyDrawer::syscall_rule() {
  const bool is_allow = random_.one_in(2);
  std::vector<const events::Event*> about;
  std::string names;
  for (std::size_t i = 0; i <= random_.below(3); ++i) {
    const std::string& name = random_.one_of(kSyscalls);
    if (names.find(" " + name + " ") != std::string::npos) continue;
    names += " " + name + " ";
    about.push_back(events::builtin_target().find_syscall(name));
    made_.events.push_back(about.back()->name);
  }
  if (random_.one_in(8)) {
    body_ += start(is_allow) + "syscall some_calls" + action(is_allow, true) + ";\n";
    return;
  }
  body_ += start(is_allow) + "syscall {" + names + "}" + when(about) + action(is_allow, true) + ";\n";
}

void PolicyDrawer::user_rule() {
  const bool is_allow = !random_.one_in(3);
  body_ += start(is_allow) + "disk " + list({"read", "write", "flush"}, 3, " ") + on() + ";\n";
}

void PolicyDrawer::object_rule(const std::string& object_class) {
  const bool is_allow = !random_.one_in(3);
  Words names;
  for (const policy::Permission& one : policy::permissions()) {
    if (one.object_class == object_class) names.emplace_back(one.name);
  }
  std::string wanted = random_.one_in(8) ? "*" : list(names, 3, random_.one_in(2) ? " " : ", ");
  if (object_class == "file" && random_.one_in(12)) wanted = "edit";
  std::vector<const events::Event*> about;
  bool has_label = true;
  bool can_wait = true;
  for (const policy::Permission& one : policy::permissions()) {
    const std::string name(one.name);
    const bool is_in = wanted == "*" || wanted == name ||
                       wanted.find(" " + name + " ") != std::string::npos ||
                       wanted.find(" " + name + ",") != std::string::npos ||
                       (wanted == "edit" && (name == "read" || name == "create" || name == "unlink"));
    if (one.object_class != object_class || !is_in) continue;
    about.push_back(events::builtin_target().find(one.event));
    has_label = has_label && about.back()->find("label") != nullptr;
    can_wait = can_wait && !events::is_atomic(*about.back());
    made_.events.emplace_back(one.event);
  }
  body_ += start(is_allow) + object_class + " " + wanted + (has_label ? on() : "") + when(about) +
           action(is_allow, can_wait) + ";\n";
}

void PolicyDrawer::rule() {
  const std::string& object_class = random_.one_of(classes_);
  if (object_class == "syscall") return syscall_rule();
  if (object_class == "disk") return user_rule();
  object_rule(object_class);
}

void PolicyDrawer::body(std::size_t rules, unsigned depth) {
  for (std::size_t i = 0; i < rules; ++i) {
    if (depth == 0 || made_.booleans.empty() || !random_.one_in(4)) {
      rule();
      continue;
    }
    body_ += std::string("if ") + (random_.one_in(2) ? "!" : "") + random_.one_of(made_.booleans) + " {\n";
    body(1 + random_.below(2), depth - 1);
    body_ += "}";
    if (random_.one_in(2)) {
      body_ += " else {\n";
      body(1, depth - 1);
      body_ += "}";
    }
    body_ += "\n";
  }
}

void PolicyDrawer::macros() {
  if (made_.types.empty() || random_.one_in(2)) return;
  const Words outer = objects_;
  objects_.push_back("what");
  objects_.push_back("self");
  body(1 + random_.below(2), 1);
  objects_ = outer;
  made_.text += "macro m(what) {\n" + body_ + "}\n";
  body_.clear();
  macro_ = "m";
}

void PolicyDrawer::domain(std::size_t index) {
  const std::string name = "d" + number(index) + "_t";
  made_.text += std::string(random_.one_in(8) ? "permissive " : "") + "domain " + name + level();
  if (index > 0 && random_.one_in(4)) {
    made_.text += " from d" + number(random_.below(index)) + "_t";
  }
  static const Words classes = {"*", "file", "socket", "unix", "signal", "process", "system"};
  made_.text += " {\n";
  if (random_.one_in(3)) made_.text += "default " + random_.one_of(classes) + " allow;\n";
  body(random_.below(7), 2);
  if (!macro_.empty() && random_.one_in(2)) {
    body_ += "use m(" + list(made_.types, 2, " ") + ");\n";
  }
  made_.text += body_ + "}\n";
  body_.clear();
}

void PolicyDrawer::handle() {
  if (!random_.one_in(3)) return;
  classes_ = {"use", "socket", "unix"};
  const Words outer = objects_;
  std::erase(objects_, "self");
  is_handle_ = true;
  made_.text += "handle h {\n";
  if (random_.one_in(4)) made_.text += "default use allow;\n";
  body(random_.below(4), 1);
  made_.text += body_ + "}\n";
  body_.clear();
  objects_ = outer;
  made_.handles.push_back("h");
  is_handle_ = false;
}

void PolicyDrawer::roles() {
  const std::size_t count = random_.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = "r" + number(i);
    made_.text += "role " + name;
    if (i > 0 && random_.one_in(2)) made_.text += " inherits r0";
    made_.text += " { ";
    for (std::size_t j = 0; j < made_.domains.size(); ++j) {
      const bool has_one = !made_.text.ends_with("{ ");
      if (random_.one_in(2)) made_.text += (has_one ? ", " : "") + made_.domains[j];
    }
    made_.text += " }\n";
    made_.roles.push_back(name);
  }
  for (const std::string& role : made_.roles) {
    if (random_.one_in(3)) continue;
    made_.text += "constrain " + role + " when " + draw_condition(random_, {&policy::session_event()}, {}) + ";\n";
  }
}

RandomPolicy PolicyDrawer::draw() {
  made_.text = "policy 1;\n";
  levels();
  labels();
  other_names();
  const std::size_t count = 1 + random_.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    made_.domains.push_back("d" + number(i) + "_t");
    made_.types.push_back(made_.domains.back());
    if (random_.one_in(2)) objects_.push_back(made_.domains.back());
  }
  macros();
  if (random_.one_in(2)) objects_.push_back("self");
  for (std::size_t i = 0; i < count; ++i) domain(i);
  handle();
  roles();
  return std::move(made_);
}

}  // namespace

RandomPolicy draw_policy(Random& random) { return PolicyDrawer(random).draw(); }

std::string draw_path(Random& random) {
  static const Words names = {"a", "b", "c", "a.c", "x", ".ssh", "home", "alice", "yy.c", "d", "d", "ab"};
  std::string path = random.one_in(4) ? "/home/alice" : "";
  const std::size_t count = random.below(5);
  for (std::size_t i = 0; i < count; ++i) path += "/" + random.one_of(names);
  return path.empty() ? "/" : path;
}

}  // namespace eventfilter::differential
