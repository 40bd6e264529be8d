// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/scope.h"

#include <algorithm>

#include "apparmor/cell.h"
#include "sema/glob.h"

namespace eventfilter::apparmor {
namespace {

Atom slash() {
  Atom atom;
  atom.bytes.set('/');
  return atom;
}

Atom any_byte() {
  Atom atom;
  atom.bytes.set();
  atom.bytes.reset(0);
  atom.bytes.reset('/');
  return atom;
}

const Atom kStar{Atom::Kind::Star, {}};
const Atom kDeep{Atom::Kind::Deep, {}};

bool is_plain(const Pattern& atoms) {
  return std::none_of(atoms.begin(), atoms.end(),
                      [](const Atom& atom) { return atom.kind == Atom::Kind::Deep || atom.is('/'); });
}

// The parts of one pattern around its first "**".
class Splitter {
 public:
  explicit Splitter(const Pattern& pattern) : pattern_(pattern), body_(pattern) {
    is_directory_ = !body_.empty() && body_.back().is('/');
    if (is_directory_) body_.pop_back();
    const auto deep = std::find(body_.begin(), body_.end(), kDeep);
    before_.assign(body_.begin(), deep);
    if (deep != body_.end()) after_.assign(deep + 1, body_.end());
    has_deep_ = deep != body_.end();
  }

  std::vector<Scope> run() const {
    if (!has_deep_) return {scope(pattern_, "", !is_directory_, is_directory_)};
    if (after_.empty()) return {scope(pattern_, "", !is_directory_, true)};
    if (is_plain(after_)) return name_ends();
    const Pattern last(after_.begin() + 1, after_.end());
    if (after_.front().is('/') && !last.empty() && is_plain(last)) return name_is(last);
    return whole();
  }

 private:
  static Scope scope(const Pattern& pattern, std::string name, bool files, bool directories) {
    const std::string last = name.empty() ? last_of(pattern) : name;
    return {pattern, Shape(pattern), std::move(name), last, files, directories};
  }

  static std::string last_of(const Pattern& pattern) {
    Pattern body = pattern;
    if (!body.empty() && body.back().is('/')) body.pop_back();
    const auto begin = std::find_if(body.rbegin(), body.rend(), [](const Atom& atom) { return atom.is('/'); });
    const Pattern name(begin.base(), body.end());
    return is_plain(name) && !name.empty() ? name_text(name).value_or("") : "";
  }

  std::vector<Scope> whole() const { return {scope(pattern_, "", !is_directory_, is_directory_)}; }

  // What is beneath `place` and has such a name.
  Scope named(Pattern place, const std::string& name) const {
    place.insert(place.end(), {slash(), any_byte(), kDeep});
    if (is_directory_) place.push_back(slash());
    return scope(place, name == "*" ? "" : name, !is_directory_, is_directory_);
  }

  // "/x/a**b": names beneath "/x/a*", and "/x/a*b" itself.
  std::vector<Scope> name_ends() const {
    Pattern end = after_;
    end.insert(end.begin(), kStar);
    const auto name = name_text(end);
    if (!name) return whole();
    if (before_.back().is('/')) return {named({before_.begin(), before_.end() - 1}, *name)};
    Pattern flat = before_;
    flat.insert(flat.end(), end.begin(), end.end());
    if (is_directory_) flat.push_back(slash());
    Pattern place = before_;
    place.push_back(kStar);
    return {scope(flat, "", !is_directory_, is_directory_), named(place, *name)};
  }

  // "/x/**/b": b at any depth from the second on.
  std::vector<Scope> name_is(const Pattern& last) const {
    const auto name = name_text(last);
    if (!name) return whole();
    Pattern place = before_;
    place.push_back(kStar);
    return {named(place, *name)};
  }

  const Pattern& pattern_;
  Pattern body_;    // without a "/" at its end
  Pattern before_;  // its first "**"
  Pattern after_;
  bool is_directory_ = false;
  bool has_deep_ = false;
};

}  // namespace

std::vector<Scope> scopes_of(const Pattern& pattern) { return Splitter(pattern).run(); }

std::string name_test(const std::string& field, const std::string& glob) {
  return field + (sema::has_glob(glob) ? " ~ \"" : " == \"") + glob + "\"";
}

}  // namespace eventfilter::apparmor
