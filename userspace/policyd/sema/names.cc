// SPDX-License-Identifier: BSD-2-Clause
#include "sema/names.h"

#include <algorithm>

#include <linux/eventfilter.h>

#include "sema/patterns.h"

namespace eventfilter::sema {
bool Names::is_new(const ast::Name& name, const char* kind,
                   std::map<std::string, Range>& taken) {
  if (name.text.size() > EVF_MAX_LABEL_NAME) {
    reporter_.report(Message::name_too_long, name.range, {std::to_string(EVF_MAX_LABEL_NAME)});
    return false;
  }
  const auto [entry, inserted] = taken.emplace(name.text, name.range);
  if (!inserted) {
    reporter_.report(Message::duplicate_name, name.range, {kind, name.text}, {},
                     {{entry->second, "it is declared here"}});
  }
  return inserted;
}

void Names::declare_file(const ast::File& file) {
  for (const ast::Declaration& declaration : file.declarations) {
    if (const auto* const label = std::get_if<ast::Label>(&declaration)) {
      if (is_new(label->name, "label or attribute", object_names_)) label_declarations_.push_back(label);
    } else if (const auto* const attribute = std::get_if<ast::Attribute>(&declaration)) {
      if (is_new(attribute->name, "label or attribute", object_names_)) {
        attributes_.push_back(attribute);
        attribute_names_.insert(attribute->name.text);
      }
    } else if (const auto* const macro = std::get_if<ast::Macro>(&declaration)) {
      if (is_new(macro->name, "macro", macro_names_)) macros_[macro->name.text] = macro;
    } else if (const auto* const domain = std::get_if<ast::Domain>(&declaration)) {
      if (is_new(domain->name, "domain", domain_names_)) domains_.push_back(domain);
    } else if (const auto* const stray = std::get_if<ast::Stray>(&declaration)) {
      reporter_.report(Message::stray_statement, stray->range);
    }
  }
}

void Names::declare_labels(const Variables& variables, policy::Policy& ret) {
  const auto by_name = [](const ast::Label* a, const ast::Label* b) {
    return a->name.text < b->name.text;
  };
  std::sort(label_declarations_.begin(), label_declarations_.end(), by_name);
  for (const ast::Label* const label : label_declarations_) {
    if (ret.labels.size() == EVF_MAX_SPACE_NAMES) {
      reporter_.report(Message::too_many_labels, label->name.range,
                       {std::to_string(EVF_MAX_SPACE_NAMES)});
      return;
    }
    labels_of_[label->name.text] = {static_cast<policy::LabelId>(ret.labels.size())};
    label_names_.push_back(label->name.text);
    ret.labels.push_back({label->name.text, label->name.range});
    for (const ast::Name& pattern : label->patterns) {
      auto assignment = parse_pattern(pattern, variables, reporter_);
      if (!assignment) continue;
      assignment->label = labels_of_[label->name.text].front();
      ret.assignments.push_back(std::move(*assignment));
    }
    if (ret.assignments.size() > EVF_MAX_SPACE_ASSIGNMENTS) {
      reporter_.report(Message::too_many_patterns, label->name.range,
                       {std::to_string(EVF_MAX_SPACE_ASSIGNMENTS)});
      return;
    }
  }
}

// An attribute's members are labels: no attribute can contain another, nor itself.
void Names::declare_attribute(const ast::Attribute& attribute) {
  Labels labels;
  for (const ast::Name& member : attribute.members) {
    if (attribute_names_.count(member.text) != 0) {
      reporter_.report(Message::attribute_member, member.range, {member.text});
      continue;
    }
    const Labels* const found = find_labels(member);
    if (found != nullptr) labels.push_back(found->front());
  }
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  attributes_of_.emplace_back(attribute.name.text, std::move(labels));
}

void Names::declare(const ast::Policy& policy, const Variables& variables, policy::Policy& ret) {
  for (const ast::File& file : policy.files) declare_file(file);
  declare_labels(variables, ret);
  for (const ast::Attribute* const attribute : attributes_) declare_attribute(*attribute);
  // Only now: until here find_labels() knows nothing but labels.
  for (auto& [name, labels] : attributes_of_) labels_of_[name] = std::move(labels);
  settle_patterns(ret, reporter_);
}

const Labels* Names::find_labels(const ast::Name& name) const {
  const auto found = labels_of_.find(name.text);
  if (found != labels_of_.end()) return &found->second;
  std::vector<std::string> known;
  for (const auto& [candidate, labels] : labels_of_) known.push_back(candidate);
  reporter_.report(Message::unknown_label, name.range, {name.text},
                   diag::nearest_hint(name.text, known));
  return nullptr;
}

const ast::Macro* Names::find_macro(const ast::Name& name) const {
  const auto found = macros_.find(name.text);
  if (found != macros_.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [candidate, macro] : macros_) known.push_back(candidate);
  reporter_.report(Message::unknown_macro, name.range, {name.text},
                   diag::nearest_hint(name.text, known));
  return nullptr;
}

}  // namespace eventfilter::sema
