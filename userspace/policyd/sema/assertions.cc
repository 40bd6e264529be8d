// SPDX-License-Identifier: BSD-2-Clause
#include "sema/assertions.h"

#include <algorithm>

namespace eventfilter::sema {
namespace {

using Kind = ast::Assertion::Kind;

// The domains that an assertion speaks of; nothing after a finding.
std::optional<std::vector<std::size_t>> domains_of(const ast::Assertion& assertion,
                                                   const Names& names) {
  const std::size_t count = names.domains().size();
  std::vector<bool> named(count, assertion.domains.all);
  bool good = true;
  for (const ast::Name& name : assertion.domains.list) {
    const auto found = names.find_domain(name);
    good = good && found;
    if (found) named[*found] = true;
  }
  if (!good) return std::nullopt;
  std::vector<std::size_t> domains;
  const bool wanted = assertion.kind != Kind::Only;
  for (std::size_t i = 0; i < count; ++i) {
    if (named[i] == wanted) domains.push_back(i);
  }
  return domains;
}

// The path with the value of the variable that it may start with; nothing after a finding.
std::optional<std::string> expanded(const ast::Name& path, const Variables& variables,
                                    Reporter& reporter) {
  if (!path.text.starts_with("@{")) return path.text;
  const std::size_t end = path.text.find('}');
  const std::string name = path.text.substr(0, end == std::string::npos ? end : end + 1);
  const auto value = end == std::string::npos ? variables.end()
                                              : variables.find(path.text.substr(2, end - 2));
  if (value != variables.end()) return value->second + path.text.substr(name.size());
  const bool is_known = name == "@{HOME}";
  reporter.report(is_known ? Message::assertion_no_value : Message::pattern_unknown_variable,
                  path.range, {name}, is_known ? "" : "there is @{HOME}");
  return std::nullopt;
}

// A path starts at the root and is no pattern.
bool check_path(const ast::Name& path, Reporter& reporter) {
  const bool has_dots = (path.text + "/").find("/./") != std::string::npos ||
                        (path.text + "/").find("/../") != std::string::npos ||
                        path.text.find("//") != std::string::npos;
  const bool ends_badly = path.text.size() > 1 && path.text.ends_with('/');
  if (path.text.starts_with('/') && !has_dots && !ends_badly) return true;
  reporter.report(Message::assertion_path, path.range, {path.text});
  return false;
}

}  // namespace

void add_assertion(const ast::Assertion& assertion, const Names& names, RuleChecker& rules,
                   const Variables& variables, Reporter& reporter, policy::Policy& ret) {
  policy::Assertion made;
  made.kind = assertion.kind;
  made.range = assertion.range;
  const auto domains = domains_of(assertion, names);
  if (!rules.check_class(assertion.object_class)) return;
  if (names.find_user_class(assertion.object_class.text)) {
    reporter.report(Message::assertion_user_class, assertion.object_class.range,
                    {assertion.object_class.text});
    return;
  }
  const std::vector<Part> parts = rules.parts({assertion.object_class, assertion.permissions});
  std::vector<Subject> subjects;
  for (const Part& part : parts) subjects.push_back(part.subject);
  bool good = domains.has_value();
  if (assertion.objects) {
    const auto on = rules.objects(*assertion.objects, {});
    good = rules.check_objects(assertion.objects->range, parts) && on && good;
    good = good && rules.check_names(assertion.objects->range, parts, *on);
    if (on) made.on = *on;
  }
  if (assertion.place) {
    const ast::Name& name = assertion.place->name;
    good = rules.check_objects(name.range, parts) && good;
    if (assertion.place->is_path) {
      made.path = expanded(name, variables, reporter);
      good = made.path && check_path({*made.path, name.range}, reporter) && good;
    } else if (const Labels* const labels = names.find_labels(name, {})) {
      made.on = {false, *labels};
      good = rules.check_names(name.range, parts, made.on) && good;
    } else {
      good = false;
    }
  }
  if (assertion.when && !check_fields(*assertion.when, subjects, reporter)) return;
  const Scope scope;
  for (const Part& part : parts) {
    policy::Grant one;
    one.event = part.subject.event;
    one.needs = part.needs;
    if (assertion.when) one.when = lower(*assertion.when, {*one.event, names, scope, reporter});
    made.events.push_back(std::move(one));
  }
  if (!good || made.events.empty()) return;
  made.domains = *domains;
  ret.assertions.push_back(std::move(made));
}

}  // namespace eventfilter::sema
