// SPDX-License-Identifier: BSD-2-Clause
#include "sema/names.h"

#include <algorithm>

#include <linux/eventfilter.h>

#include "policy/deep_names.h"
#include "policy/permissions.h"
#include "sema/deep.h"
#include "sema/patterns.h"

namespace eventfilter::sema {
namespace {

// Permissions of a user class: each is a bit.
constexpr std::size_t kMaxUserPermissions = 32;

template <typename Map>
std::vector<std::string> keys_of(const Map& map) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : map) keys.push_back(key);
  return keys;
}

template <typename Node>
void sort_by_name(std::vector<const Node*>& nodes) {
  std::sort(nodes.begin(), nodes.end(),
            [](const Node* a, const Node* b) { return a->name.text < b->name.text; });
}

template <typename Map>
std::optional<typename Map::mapped_type> look_up(const Map& map, const std::string& name) {
  const auto found = map.find(name);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

std::string set_key(std::string_view object_class, std::string_view name) {
  return std::string(object_class) + " " + std::string(name);
}

}  // namespace

bool Names::is_new(const ast::Name& name, const char* kind, Taken& taken) {
  if (name.text.size() > EVF_MAX_LABEL_NAME) {
    reporter_.report(Message::name_too_long, name.range, {std::to_string(EVF_MAX_LABEL_NAME)});
    return false;
  }
  if (name.text == "self") {
    reporter_.report(Message::name_self, name.range);
    return false;
  }
  if (name.text == policy::kAnonymous && &taken == &object_names_) {
    reporter_.report(Message::name_anonymous, name.range);
    return false;
  }
  const auto [entry, inserted] = taken.emplace(name.text, name.range);
  if (!inserted) {
    reporter_.report(Message::duplicate_name, name.range, {kind, name.text}, {},
                     {{entry->second, "it is declared here"}});
  }
  return inserted;
}

void Names::declare_rest(const ast::Declaration& declaration) {
  if (const auto* const handle = std::get_if<ast::Handle>(&declaration)) {
    if (is_new(handle->name, "handle", handle_names_)) handles_.push_back(handle);
  } else if (const auto* const set = std::get_if<ast::PermissionSet>(&declaration)) {
    const ast::Name name{set_key(set->object_class.text, set->name.text), set->name.range};
    if (is_new(name, "set", set_names_)) sets_.push_back(set);
  } else if (const auto* const boolean = std::get_if<ast::Boolean>(&declaration)) {
    if (is_new(boolean->name, "boolean", boolean_names_)) booleans_.push_back(boolean);
  } else if (const auto* const one = std::get_if<ast::Class>(&declaration)) {
    if (policy::find_class(one->name.text) != nullptr) {
      reporter_.report(Message::class_of_kernel, one->name.range, {one->name.text});
    } else if (is_new(one->name, "class", class_names_)) {
      classes_.push_back(one);
    }
  }
}

void Names::declare_file(const ast::File& file) {
  for (const ast::Declaration& declaration : file.declarations) {
    if (const auto* const label = std::get_if<ast::Label>(&declaration)) {
      if (is_new(label->name, "label, attribute or domain", object_names_)) label_declarations_.push_back(label);
    } else if (const auto* const attribute = std::get_if<ast::Attribute>(&declaration)) {
      if (is_new(attribute->name, "label, attribute or domain", object_names_)) {
        attributes_.push_back(attribute);
        attribute_names_.insert(attribute->name.text);
      }
    } else if (const auto* const macro = std::get_if<ast::Macro>(&declaration)) {
      if (is_new(macro->name, "macro", macro_names_)) macros_[macro->name.text] = macro;
    } else if (const auto* const domain = std::get_if<ast::Domain>(&declaration)) {
      if (is_new(domain->name, "label, attribute or domain", object_names_)) domains_.push_back(domain);
    } else if (const auto* const stray = std::get_if<ast::Stray>(&declaration)) {
      reporter_.report(Message::stray_statement, stray->range);
    } else {
      declare_rest(declaration);
    }
  }
}

void Names::declare_patterns(const ast::Label& label, const Settings& settings,
                             policy::Policy& ret) {
  const policy::LabelId id = labels_of_[label.name.text].front();
  for (const ast::Pattern& pattern : label.patterns) {
    if (pattern.kind != ast::Pattern::Kind::Path) {
      places_.add(pattern, id);
      continue;
    }
    if (pattern.text.starts_with("@{HOME}")) ret.labels[id].is_users = true;
    for (policy::Assignment& one : parse_pattern(pattern, settings, reporter_)) {
      one.label = id;
      auto& to = one.cover == policy::Cover::Deep ? deep_ : ret.assignments;
      to.push_back(std::move(one));
    }
  }
}

// The labels of objects and of domains, in the order of their names.
void Names::declare_labels(const Settings& settings, policy::Policy& ret) {
  std::map<std::string, policy::Label> all;
  std::map<std::string, const ast::Label*> declared;
  for (const ast::Label* const label : label_declarations_) {
    all[label->name.text] = {label->name.text, label->name.range, policy::Label::Kind::Object, false};
    declared[label->name.text] = label;
  }
  for (const ast::Domain* const domain : domains_) {
    all[domain->name.text] = {domain->name.text, domain->name.range, policy::Label::Kind::Domain, false};
  }
  all[std::string(policy::kAnonymous)] = {std::string(policy::kAnonymous), {}, policy::Label::Kind::Object, false};
  for (const auto& [name, label] : all) {
    // Every label space has "anonymous", which isn't counted.
    if (ret.labels.size() == EVF_MAX_SPACE_NAMES + labels_of_.count(std::string(policy::kAnonymous))) {
      reporter_.report(Message::too_many_labels, label.range, {std::to_string(EVF_MAX_SPACE_NAMES)});
      return;
    }
    const auto id = static_cast<policy::LabelId>(ret.labels.size());
    labels_of_[name] = {id};
    label_names_.push_back(name);
    ret.labels.push_back(label);
    if (label.kind == policy::Label::Kind::Domain) {
      task_label_of_[name] = id;
      continue;
    }
    if (declared[name] != nullptr) declare_patterns(*declared[name], settings, ret);
    if (ret.assignments.size() + deep_.size() + places_.size() > EVF_MAX_SPACE_ASSIGNMENTS) {
      reporter_.report(Message::too_many_patterns, label.range,
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
    const Labels* const found = find_labels(member, {});
    if (found != nullptr) labels.push_back(found->front());
  }
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  attributes_of_.emplace_back(attribute.name.text, std::move(labels));
}

void Names::declare_class(const ast::Class& one, policy::Policy& ret) {
  policy::UserClass made{one.name.text, {}};
  for (const ast::Name& permission : one.permissions) {
    const bool is_there = std::find(made.permissions.begin(), made.permissions.end(),
                                    permission.text) != made.permissions.end();
    if (is_there) {
      reporter_.report(Message::name_again, permission.range, {permission.text});
    } else if (made.permissions.size() == kMaxUserPermissions) {
      reporter_.report(Message::too_many_permissions, permission.range,
                       {std::to_string(kMaxUserPermissions)});
      return;
    } else {
      made.permissions.push_back(permission.text);
    }
  }
  class_index_[one.name.text] = ret.user_classes.size();
  ret.user_classes.push_back(std::move(made));
}

void Names::declare_values(policy::Policy& ret) {
  sort_by_name(booleans_);
  for (const ast::Boolean* const one : booleans_) {
    boolean_index_[one->name.text] = ret.booleans.size();
    ret.booleans.push_back({one->name.text, one->value, one->name.range});
  }
  sort_by_name(classes_);
  for (const ast::Class* const one : classes_) declare_class(*one, ret);
}

void Names::declare(const ast::Policy& policy, const Settings& settings, policy::Policy& ret) {
  policy_ = &ret;
  for (const ast::File& file : policy.files) declare_file(file);
  sort_by_name(domains_);
  sort_by_name(handles_);
  for (std::size_t i = 0; i < domains_.size(); ++i) domain_index_[domains_[i]->name.text] = i;
  declare_labels(settings, ret);
  for (const ast::Attribute* const attribute : attributes_) declare_attribute(*attribute);
  // Only now: until here find_labels() knows nothing but labels.
  for (auto& [name, labels] : attributes_of_) {
    ret.attributes.push_back({name, labels});
    labels_of_[name] = std::move(labels);
  }
  std::sort(ret.attributes.begin(), ret.attributes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  declare_values(ret);
  settle_patterns(ret, reporter_);
  places_.settle(ret);
  settle_deep_names(std::move(deep_), ret, reporter_);
}

bool Names::is_told_by_names(policy::LabelId label) const {
  return policy_ != nullptr && policy::is_told_by_names(*policy_, label);
}

bool Names::check_names(const events::Event& event, const std::string& field, const std::string& subject,
                        const Labels& labels, const Range& range) const {
  if (policy_ == nullptr || policy::name_field_of(field, event) != nullptr) return true;
  for (const policy::DeepName& one : policy_->deep_names) {
    if (!std::binary_search(labels.begin(), labels.end(), one.label)) continue;
    reporter_.report(Message::deep_without_name, range, {label_names_[one.label], subject},
                     "a rule on " + label_names_[one.base] + " is for all that has no name there",
                     {{one.range, "it is told by its name here"}});
    return false;
  }
  return true;
}

policy::ConditionPtr Names::label_test(const events::Event& event, const std::string& field,
                                       const Labels& labels) const {
  return policy::test_labels(*policy_, event, field, labels, [&](const Labels& carried) {
    std::vector<std::string> names;
    for (const policy::LabelId label : carried) names.push_back(label_names_[label]);
    return policy::label_test(field, names);
  });
}

void Names::unknown(Message message, const ast::Name& name,
                    const std::vector<std::string>& known) const {
  reporter_.report(message, name.range, {name.text}, diag::nearest_hint(name.text, known));
}

const Labels* Names::find_labels(const ast::Name& name, const Scope& scope) const {
  const auto parameter = scope.parameters.find(name.text);
  if (parameter != scope.parameters.end()) return &parameter->second;
  if (name.text == "self") {
    if (!scope.self) {
      reporter_.report(Message::self_without_domain, name.range);
      return nullptr;
    }
    task_labels_.insert(*scope.self);
    return &labels_of_.at(label_names_[*scope.self]);
  }
  const auto found = labels_of_.find(name.text);
  if (found == labels_of_.end()) {
    std::vector<std::string> known = keys_of(labels_of_);
    for (const auto& [candidate, labels] : scope.parameters) known.push_back(candidate);
    unknown(Message::unknown_label, name, known);
    return nullptr;
  }
  if (const auto task = look_up(task_label_of_, name.text)) task_labels_.insert(*task);
  return &found->second;
}

const ast::Macro* Names::find_macro(const ast::Name& name) const {
  const auto found = macros_.find(name.text);
  if (found != macros_.end()) return found->second;
  unknown(Message::unknown_macro, name, keys_of(macros_));
  return nullptr;
}

std::optional<std::size_t> Names::find_domain(const ast::Name& name) const {
  const auto found = look_up(domain_index_, name.text);
  if (!found) unknown(Message::unknown_domain, name, keys_of(domain_index_));
  return found;
}

std::optional<std::size_t> Names::find_boolean(const ast::Name& name) const {
  const auto found = look_up(boolean_index_, name.text);
  if (!found) unknown(Message::unknown_boolean, name, keys_of(boolean_index_));
  return found;
}

const ast::PermissionSet* Names::find_set(std::string_view object_class,
                                          std::string_view name) const {
  for (const ast::PermissionSet* const one : sets_) {
    if (one->object_class.text == object_class && one->name.text == name) return one;
  }
  return nullptr;
}

std::optional<std::size_t> Names::find_user_class(std::string_view name) const {
  return look_up(class_index_, std::string(name));
}

std::vector<std::string> Names::class_names() const {
  std::vector<std::string> all = policy::class_names();
  for (const auto& [name, index] : class_index_) all.push_back(name);
  return all;
}

std::vector<std::string> Names::set_names(std::string_view object_class) const {
  std::vector<std::string> all;
  for (const ast::PermissionSet* const one : sets_) {
    if (one->object_class.text == object_class) all.push_back(one->name.text);
  }
  return all;
}

}  // namespace eventfilter::sema
