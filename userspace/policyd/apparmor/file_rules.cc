// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/file_rules.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "apparmor/scope.h"

namespace eventfilter::apparmor {
namespace {

using Names = std::vector<std::string>;

std::string braces(const Names& names) {
  std::string list;
  for (const std::string& name : names) list += " " + name;
  return names.size() == 1 ? names.front() : "{" + list + " }";
}

// A test of a label field in a condition.
std::string is_one_of(const std::string& field, const Names& names) {
  if (names.size() == 1) return field + " & " + names.front();
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return field + " in { " + list + " }";
}

std::string owner_test(std::uint8_t whose) {
  return whose == kAll ? "" : whose == kOwn ? "owner == uid" : "owner != uid";
}

std::string both(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() ? a + b : a + " && " + b;
}

using Term = std::optional<std::string>;  // nullopt: never; empty: always

struct Whose {
  std::uint8_t files = 0;
  std::uint8_t directories = 0;

  bool operator==(const Whose&) const = default;
};

// The rights that something takes, all of them.
struct Need {
  enum class Of { Each, OfFiles, OfDirectories, OnlyFiles };  // each has its own; both have one's; files alone
  std::vector<Right> rights;
  Of of = Of::Each;
  bool is_made = false;  // what is made is its maker's own

  std::uint8_t in(const Rights& some, bool denied) const {
    std::uint8_t whose = denied ? 0 : kAll;
    for (const Right right : rights) whose = denied ? whose | some[right] : whose & some[right];
    if (is_made) return (whose & kOwn) != 0 ? kAll : 0;
    return whose;
  }

  Whose in(const Sides& sides, bool denied) const {
    const std::uint8_t files = in(sides.files, denied);
    const std::uint8_t directories = in(sides.directories, denied);
    if (of == Of::OfFiles) return {files, files};
    if (of == Of::OfDirectories) return {directories, directories};
    return {files, of == Of::Each ? directories : std::uint8_t{0}};
  }
};

// When something may be done to files and to directories. `kind` is what tells a directory.
Term whose_term(Whose whose, const std::string& kind) {
  if (whose.files == 0 && whose.directories == 0) return std::nullopt;
  if (whose.files == whose.directories) return owner_test(whose.files);
  const std::string file = both(kind + " != S_IFDIR", owner_test(whose.files));
  const std::string directory = both(kind + " == S_IFDIR", owner_test(whose.directories));
  if (whose.directories == 0) return file;
  if (whose.files == 0) return directory;
  return "(" + file + ") || (" + directory + ")";
}

// As a part of a conjunction.
std::string closed(const std::string& term) {
  return term.find("||") != std::string::npos ? "(" + term + ")" : term;
}

// The same with what names change.
Term term_of(const Access& access, const Need& need, const std::string& kind, const std::string& name_field = "name") {
  const Whose any = need.in(access.any, false);
  std::vector<std::string> choices;
  if (const Term term = whose_term(any, kind)) choices.push_back(*term);
  for (const auto& [name, sides] : access.named) {
    Sides all = access.any;
    all.files.add(sides.files);
    all.directories.add(sides.directories);
    if (need.in(all, false) == any) continue;
    const Term term = whose_term(need.in(all, false), kind);
    choices.push_back(both(name_test(name_field, name), closed(*term)));
  }
  if (choices.empty()) return std::nullopt;
  std::string text = choices.front();
  for (std::size_t i = 1; i < choices.size(); ++i) text += (i == 1 ? ") || (" : " || (") + choices[i] + ")";
  if (choices.size() > 1) text.insert(0, "(");
  std::string denied;
  for (const auto& [name, sides] : access.denied) {
    const Term term = whose_term(need.in(sides, true), kind);
    if (term) denied = both(denied, "!(" + both(name_test(name_field, name), closed(*term)) + ")");
  }
  return denied.empty() ? text : both(closed(text), denied);
}

const std::string kMode = "(mode & S_IFMT)";

class Writer {
 public:
  explicit Writer(const std::vector<Labelled>& labels) : labels_(labels) {
    executes_ = std::any_of(labels.begin(), labels.end(), [](const Labelled& one) { return one.access.has(Right::Exec); });
  }

  std::string write() {
    opens();
    changes();
    renames();
    links();
    uses();
    std::string text;
    for (const auto& [key, permissions] : rules_) {
      text += key.start + " " + braces(permissions) + key.end + ";\n";
    }
    return text + moved_ +
           "allow file setattr when !(what & (set_mode | set_owner));\n"
           "allow file chroot;\n"
           "allow use map when !(prot & PROT_EXEC);\n"
           "allow use { lock receive } on anonymous;\n";
  }

 private:
  struct Key {
    std::string start;  // "allow file"
    std::string end;    // " on x_t when ..."

    auto operator<=>(const Key&) const = default;
  };

  // One permission for the labels on which some right is given; `when` says on which terms.
  template <typename When>
  void add(const std::string& start, const std::string& permission, const When& when) {
    std::map<std::string, Names> terms;
    for (const Labelled& one : labels_) {
      if (const Term term = when(one)) terms[*term].push_back(one.label);
    }
    for (const auto& [term, names] : terms) {
      rules_[{start, " on " + braces(names) + (term.empty() ? "" : " when " + term)}].push_back(permission);
    }
  }

  void opens() {
    add("allow file", "read", [](const Labelled& one) { return term_of(one.access, {{Right::Read}}, kMode); });
    // A directory is never open to be written
    const auto writable = [](const Labelled& one) { return term_of(one.access, {{Right::Write}, Need::Of::OfFiles}, kMode); };
    add("allow file", "write", writable);
    add("allow file", "truncate", writable);
    add("allow file", "open", [](const Labelled& one) { return appending(one.access, {}); });
    add("allow file", "open", [](const Labelled& one) { return appending(one.access, {Right::Read}); });
    audits();
  }

  // Opened to append, where writing isn't allowed; `more` is what else it's opened for.
  static Term appending(const Access& access, std::vector<Right> more) {
    const std::string flags = more.empty() ? " && !(access & read)" : "";
    more.push_back(Right::Write);
    const Term writing = term_of(access, {more, Need::Of::OnlyFiles}, kMode);
    more.back() = Right::Append;
    const Term term = term_of(access, {more, Need::Of::OnlyFiles}, kMode);
    if (!term || term == writing) return std::nullopt;
    return both("(access & (write | append)) == (write | append)" + flags, closed(*term));
  }

  void audits() {
    const auto add_one = [this](Right right, const char* permission) {
      add("audit allow file", permission, [right](const Labelled& one) {
        return whose_term({one.access.audited[right], right == Right::Exec ? one.access.audited[right] : std::uint8_t{0}},
                          kMode);
      });
    };
    add_one(Right::Read, "read");
    add_one(Right::Write, "write");
    add_one(Right::Exec, "exec");
  }

  void changes() {
    const auto changeable = [](const Labelled& one) { return term_of(one.access, {{Right::Write}}, kMode); };
    add("allow file", "unlink", changeable);
    add("allow file", "setattr", changeable);
    // What is made is its maker's own
    add("allow file", "create", [](const Labelled& one) {
      return term_of(one.access, {{Right::Write}, Need::Of::Each, true}, "type");
    });
    // A program's loader is executed with it
    add("allow file", "exec", [this](const Labelled& one) -> Term {
      if (one.is_loader && executes_) return "";
      return term_of(one.access, {{Right::Exec}, Need::Of::OfFiles}, kMode);
    });
  }

  // What is moved has to be readable and writable, where it goes writable; files and directories apart.
  void renames() {
    std::array<std::set<std::string>, 2> rules;
    for (const bool directory : {false, true}) {
      const Need::Of side = directory ? Need::Of::OfDirectories : Need::Of::OfFiles;
      std::map<std::string, Names> from;
      std::map<std::string, Names> to;
      for (const Labelled& one : labels_) {
        if (const Term term = term_of(one.access, {{Right::Read, Right::Write}, side}, kMode)) from[*term].push_back(one.label);
        if (const Term term = term_of(one.access, {{Right::Write}, side}, kMode, "new_name")) to[*term].push_back(one.label);
      }
      for (const auto& [moved, old_names] : from) {
        for (const auto& [put, new_names] : to) {
          const std::string labels = is_one_of("label", old_names) + " && " + is_one_of("new_label", new_names);
          rules[directory ? 1 : 0].insert(both(both(labels, closed(moved)), moved == put ? "" : closed(put)));
        }
      }
    }
    for (const std::string& rule : rules[0]) {
      moved_ += "allow file rename when " + both(rule, rules[1].contains(rule) ? "" : kMode + " != S_IFDIR") + ";\n";
    }
    for (const std::string& rule : rules[1]) {
      if (!rules[0].contains(rule)) moved_ += "allow file rename when " + both(rule, kMode + " == S_IFDIR") + ";\n";
    }
  }

  // The new name must not give more than the old one does.
  void links() {
    std::map<std::pair<Names, std::string>, Names> by_targets;
    for (const Labelled& one : labels_) {
      const Term term = term_of(one.access, {{Right::Link}, Need::Of::OfFiles}, kMode, "new_name");
      if (!term) continue;
      Names targets;
      for (const Labelled& other : labels_) {
        if (gives_no_more(one.access, other.access)) targets.push_back(other.label);
      }
      if (!targets.empty()) by_targets[{targets, *term}].push_back(one.label);
    }
    for (const auto& [key, names] : by_targets) {
      moved_ += "allow file link when " +
                both(is_one_of("label", key.first) + " && " + is_one_of("new_label", names), closed(key.second)) + ";\n";
    }
  }

  // Whatever the names are.
  static bool gives_no_more(const Access& link, const Access& target) {
    if (!target.denied.empty()) return false;
    Rights given = link.any.files;
    for (const auto& [name, sides] : link.named) given.add(sides.files);
    given[Right::Link] = 0;
    const std::uint8_t executed = given[Right::Exec];
    given.take(target.any.files);
    return given.is_nothing() &&
           (executed == 0 || (executed == target.any.files[Right::Exec] && link.target == target.target));
  }

  void uses() {
    // What may be executed is mapped then, with the rights of who executes it
    add("allow use", "map", [this](const Labelled& one) -> Term {
      if (one.is_loader && executes_) return "";
      return term_of(one.access, {{Right::Exec}, Need::Of::OfFiles}, "type");
    });
    add("allow use", "map", [this](const Labelled& one) -> Term {
      const Need map{{Right::Map}, Need::Of::OfFiles};
      const Need exec{{Right::Exec}, Need::Of::OfFiles};
      if (one.is_loader && executes_) return std::nullopt;
      const Term term = term_of(one.access, map, "type");
      return term == term_of(one.access, exec, "type") ? std::nullopt : term;
    });
    add("allow use", "lock", [](const Labelled& one) { return term_of(one.access, {{Right::Lock}}, "type"); });
    receipts();
  }

  void receipts() {
    add("allow use", "receive", [](const Labelled& one) {
      Term term = term_of(one.access, {{Right::Read}}, "type");
      if (term) term = both("!(access & (write | append))", closed(*term));
      return term;
    });
    const Need writes{{Right::Write}, Need::Of::OfFiles};
    const Need both_ways{{Right::Write, Right::Read}, Need::Of::OfFiles};
    add("allow use", "receive", [&](const Labelled& one) {
      Term term = term_of(one.access, both_ways, "type");
      if (term) term = both("access & write", closed(*term));
      return term;
    });
    add("allow use", "receive", [&](const Labelled& one) {
      Term term = term_of(one.access, writes, "type");
      if (term == term_of(one.access, both_ways, "type")) term.reset();
      if (term) term = both("access & write && !(access & read)", closed(*term));
      return term;
    });
  }

  const std::vector<Labelled>& labels_;
  std::map<Key, Names> rules_;
  std::string moved_;
  bool executes_ = false;
};

}  // namespace

std::string file_rules(const std::vector<Labelled>& labels) { return Writer(labels).write(); }

}  // namespace eventfilter::apparmor
