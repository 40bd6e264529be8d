// SPDX-License-Identifier: BSD-2-Clause
//
// What the declarations of a policy are called.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ast/ast.h"
#include "policy/policy.h"
#include "sema/check.h"
#include "sema/reporter.h"

namespace eventfilter::sema {

// Sorted; the order of ids is that of names.
using Labels = std::vector<policy::LabelId>;

// Labels, attributes, macros and domains by name.
class Names {
 public:
  explicit Names(Reporter& reporter) : reporter_(reporter) {}

  // Collects all declarations; labels go to `ret`.
  void declare(const ast::Policy& policy, const Variables& variables, policy::Policy& ret);

  // The labels that a name of a label or an attribute stands for, sorted; nullptr and a
  // finding if there is none of that name.
  const Labels* find_labels(const ast::Name& name) const;

  const std::string& label_name(policy::LabelId label) const { return label_names_[label]; }

  // nullptr and a finding if there is none of that name.
  const ast::Macro* find_macro(const ast::Name& name) const;

  const std::vector<const ast::Domain*>& domains() const { return domains_; }

 private:
  bool is_new(const ast::Name& name, const char* kind, std::map<std::string, Range>& taken);
  void declare_file(const ast::File& file);
  void declare_labels(const Variables& variables, policy::Policy& ret);
  void declare_attribute(const ast::Attribute& attribute);

  Reporter& reporter_;
  std::vector<const ast::Label*> label_declarations_;
  std::vector<const ast::Domain*> domains_;
  std::vector<const ast::Attribute*> attributes_;
  std::set<std::string> attribute_names_;
  std::vector<std::pair<std::string, Labels>> attributes_of_;
  std::map<std::string, const ast::Macro*> macros_;
  std::map<std::string, Range> object_names_;
  std::map<std::string, Range> macro_names_;
  std::map<std::string, Range> domain_names_;
  std::map<std::string, Labels> labels_of_;
  std::vector<std::string> label_names_;
};

}  // namespace eventfilter::sema
