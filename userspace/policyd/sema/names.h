// SPDX-License-Identifier: BSD-2-Clause
//
// What the declarations of a policy are called.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ast/ast.h"
#include "policy/policy.h"
#include "sema/check.h"
#include "sema/places.h"
#include "sema/reporter.h"

namespace eventfilter::sema {

// Sorted; the order of ids is that of names.
using Labels = std::vector<policy::LabelId>;

// What names mean besides in one body: a macro's parameters, and the domain that it is for.
struct Scope {
  std::map<std::string, Labels> parameters;
  std::optional<policy::LabelId> self;

  auto operator<=>(const Scope&) const = default;
};

// All declarations by name. A lookup that fails is a finding, and answers with nothing.
class Names {
 public:
  explicit Names(Reporter& reporter) : reporter_(reporter), places_(reporter) {}

  // Collects all declarations; labels, booleans and user classes go to `ret`.
  void declare(const ast::Policy& policy, const Settings& settings, policy::Policy& ret);

  // The labels that a name of a label, an attribute or a domain stands for, sorted.
  const Labels* find_labels(const ast::Name& name, const Scope& scope) const;

  const std::string& label_name(policy::LabelId label) const { return label_names_[label]; }

  // The labels of domains that find_labels() was asked for.
  const std::set<policy::LabelId>& task_labels() const { return task_labels_; }
  policy::LabelId task_label(const std::string& domain) const { return task_label_of_.at(domain); }
  void use_task_label(const std::string& domain) const { task_labels_.insert(task_label(domain)); }

  // Whether names tell the label, or others from it: see policy::DeepName.
  bool is_told_by_names(policy::LabelId label) const;

  // Reports labels that only names tell, where the event has no name of what `field` is about. `subject` is
  // what messages call the event.
  bool check_names(const events::Event& event, const std::string& field, const std::string& subject,
                   const Labels& labels, const Range& range) const;

  // The test of an event's label field for any of the labels (sorted, not empty).
  policy::ConditionPtr label_test(const events::Event& event, const std::string& field,
                                  const Labels& labels) const;

  const ast::Macro* find_macro(const ast::Name& name) const;
  std::optional<std::size_t> find_domain(const ast::Name& name) const;
  std::optional<std::size_t> find_boolean(const ast::Name& name) const;

  // These answer without a finding.
  const ast::PermissionSet* find_set(std::string_view object_class, std::string_view name) const;
  std::optional<std::size_t> find_user_class(std::string_view name) const;
  std::vector<std::string> class_names() const;
  std::vector<std::string> set_names(std::string_view object_class) const;

  // Sorted by name: their order is that of Policy::domains and Policy::handles.
  const std::vector<const ast::Domain*>& domains() const { return domains_; }
  const std::vector<const ast::Handle*>& handles() const { return handles_; }
  const std::vector<const ast::PermissionSet*>& sets() const { return sets_; }

 private:
  using Taken = std::map<std::string, Range>;

  bool is_new(const ast::Name& name, const char* kind, Taken& taken);
  void declare_file(const ast::File& file);
  void declare_rest(const ast::Declaration& declaration);
  void declare_labels(const Settings& settings, policy::Policy& ret);
  void declare_patterns(const ast::Label& label, const Settings& settings, policy::Policy& ret);
  void declare_attribute(const ast::Attribute& attribute);
  void declare_values(policy::Policy& ret);
  void declare_class(const ast::Class& one, policy::Policy& ret);
  void unknown(Message message, const ast::Name& name, const std::vector<std::string>& known) const;

  Reporter& reporter_;
  const policy::Policy* policy_ = nullptr;  // from declare() on
  Places places_;
  std::vector<policy::Assignment> deep_;  // until they're settled
  std::vector<const ast::Label*> label_declarations_;
  std::vector<const ast::Domain*> domains_;
  std::vector<const ast::Handle*> handles_;
  std::vector<const ast::Attribute*> attributes_;
  std::vector<const ast::PermissionSet*> sets_;
  std::vector<const ast::Boolean*> booleans_;
  std::vector<const ast::Class*> classes_;
  std::set<std::string> attribute_names_;
  std::vector<std::pair<std::string, Labels>> attributes_of_;
  std::map<std::string, const ast::Macro*> macros_;
  Taken object_names_;  // labels, attributes, domains
  Taken macro_names_;
  Taken handle_names_;
  Taken set_names_;
  Taken boolean_names_;
  Taken class_names_;
  std::map<std::string, Labels> labels_of_;
  std::map<std::string, policy::LabelId> task_label_of_;
  std::map<std::string, std::size_t> domain_index_;
  std::map<std::string, std::size_t> boolean_index_;
  std::map<std::string, std::size_t> class_index_;
  std::vector<std::string> label_names_;
  mutable std::set<policy::LabelId> task_labels_;
};

}  // namespace eventfilter::sema
