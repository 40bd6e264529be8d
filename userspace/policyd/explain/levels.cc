// SPDX-License-Identifier: BSD-2-Clause
#include "explain/levels.h"

#include <map>
#include <optional>

#include "stdlib/stdlib.h"
#include "syntax/load.h"

namespace eventfilter::explain {
namespace {

std::string text_of(const ast::Level& level) {
  if (level.all) return "*";
  std::string text = level.name.text;
  for (const ast::Name& one : level.categories) {
    text += (&one == &level.categories.front() ? "(" : ", ") + one.text;
  }
  return text + (level.categories.empty() ? "" : ")");
}

// What a rule file says of levels.
class Levels {
 public:
  explicit Levels(const ast::Policy& tree) {
    for (const ast::File& file : tree.files) {
      for (const ast::Declaration& one : file.declarations) {
        if (const auto* const levels = std::get_if<ast::Levels>(&one)) lowest_ = levels->names.front().text;
        if (const auto* const label = std::get_if<ast::Label>(&one)) labels_[label->name.text] = label;
        if (const auto* const domain = std::get_if<ast::Domain>(&one)) domains_[domain->name.text] = domain;
      }
    }
  }

  bool are_declared() const { return lowest_.has_value(); }

  // A domain's, or an object's label's; a task's label is its domain's name.
  std::string of(const std::string& name) const {
    if (const auto label = labels_.find(name); label != labels_.end() && label->second->level) {
      return text_of(*label->second->level);
    }
    const auto domain = domains_.find(name);
    if (domain == domains_.end()) return *lowest_;
    if (domain->second->level) return text_of(*domain->second->level);
    return domain->second->from ? of(domain->second->from->text) : *lowest_;
  }

 private:
  std::optional<std::string> lowest_;
  std::map<std::string, const ast::Label*> labels_;
  std::map<std::string, const ast::Domain*> domains_;
};

}  // namespace

std::string levels_of(const emit::Source& source, const emit::Options& options, const std::string& domain,
                      const std::set<std::string>& labels) {
  diag::Diagnostics diagnostics;
  const ast::Policy tree =
      syntax::load(source.name, source.text,
                   {options.read_file, options.include_path, &stdlib::find, stdlib::names()}, diagnostics);
  const Levels levels(tree);
  if (!levels.are_declared()) return "";
  std::string text;
  for (const std::string& label : labels) {
    text += (text.empty() ? "" : ", ") + label + " has the level " + levels.of(label);
  }
  return (text.empty() ? "what has no label has no level" : text) + ", and " + domain + " the level " + levels.of(domain);
}

}  // namespace eventfilter::explain
