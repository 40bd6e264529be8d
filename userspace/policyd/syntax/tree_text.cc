// SPDX-License-Identifier: BSD-2-Clause
#include "syntax/tree_text.h"

namespace eventfilter::syntax {
namespace {

// One overload for each type of the tree. Words are quoted, so that none can look like structure.
class Writer {
 public:
  std::string text;

  void put(const std::string& word) { text += '"' + std::to_string(word.size()) + ':' + word + '"'; }
  void put(const ast::Name& one) { put(one.text); }
  void put(bool one) { text += one ? '+' : '-'; }
  void put(const ast::Value& one) { list("value", static_cast<std::size_t>(one.kind), one.text); }
  void put(const ast::Values& one) { list("values", one.parts); }
  void put(const ast::Item& one) { list("item", one.from, one.to); }
  void put(const ast::Names& one) { list("names", one.all, one.list); }
  void put(const ast::Action& one) {
    list("action", static_cast<std::size_t>(one.kind), one.error, one.quiet);
  }
  void put(const ast::Condition& one) {
    list("condition", static_cast<std::size_t>(one.kind), one.operands, one.field, static_cast<std::size_t>(one.compare),
         one.values, one.items, one.parenthesised);
  }
  void put(const ast::Rule& one) {
    list("rule", static_cast<std::size_t>(one.effect), one.object_class, one.permissions, one.objects, one.when,
         one.action, one.is_optional, one.is_audited);
  }
  void put(const ast::Default& one) { list("default", one.classes); }
  void put(const ast::Invocation& one) { list("invocation", one.macro, one.arguments, one.has_arguments); }
  void put(const ast::Use& one) { list("use", one.macros); }
  void put(const ast::If& one) { list("if", one.boolean, one.is_negated, one.then, one.otherwise); }
  void put(const ast::Statement& one) {
    std::visit([this](const auto& inner) { put(inner); }, one);
  }
  void put(const ast::Level& one) { list("of-level", one.name, one.categories, one.all); }
  void put(const ast::Pattern& one) {
    list("pattern", static_cast<std::size_t>(one.kind), one.kind == ast::Pattern::Kind::Path ? one.text : "", one.word,
         one.type, one.address, one.ports);
  }
  void put(const ast::Place& one) { list("place", one.name, one.is_path); }
  void put(const ast::Version& one) { list("policy", one.number); }
  void put(const ast::Include& one) { list("include", one.target, one.standard); }
  void put(const ast::Label& one) { list("label", one.name, one.patterns, one.level); }
  void put(const ast::Attribute& one) { list("attribute", one.name, one.members); }
  void put(const ast::PermissionSet& one) { list("set", one.name, one.object_class, one.permissions); }
  void put(const ast::Macro& one) { list("macro", one.name, one.parameters, one.statements); }
  void put(const ast::Domain& one) {
    list("domain", one.name, one.permissive, one.from, one.statements, one.level);
  }
  void put(const ast::Handle& one) { list("handle", one.name, one.statements); }
  void put(const ast::Class& one) { list("class", one.name, one.permissions); }
  void put(const ast::Boolean& one) { list("boolean", one.name, one.value); }
  void put(const ast::Transition& one) { list("transition", one.from, one.on, one.to); }
  void put(const ast::Levels& one) { list("levels", one.names); }
  void put(const ast::Categories& one) { list("categories", one.names); }
  void put(const ast::Role& one) { list("role", one.name, one.inherits, one.domains); }
  void put(const ast::User& one) { list("user", one.name, one.is_group, one.roles); }
  void put(const ast::Exclusive& one) { list("exclusive", one.roles, one.is_active); }
  void put(const ast::Constrain& one) { list("constrain", one.role, one.when); }
  void put(const ast::Assertion& one) {
    list("assertion", static_cast<std::size_t>(one.kind), one.domains, one.object_class, one.permissions, one.objects,
         one.place, one.when);
  }
  void put(const ast::Stray&) { list("stray"); }

 private:
  void put(std::size_t one) { text += std::to_string(one); }
  template <typename T>
  void put(const std::vector<T>& all) {
    text += '[';
    for (const T& one : all) put(one);
    text += ']';
  }
  template <typename T>
  void put(const std::optional<T>& one) {
    one ? put(*one) : put(false);
  }
  template <typename T>
  void put(const std::unique_ptr<T>& one) {
    one ? put(*one) : put(false);
  }
  template <typename... T>
  void list(const char* what, const T&... parts) {
    text += '(';
    text += what;
    ((text += ' ', put(parts)), ...);
    text += ')';
  }
};

}  // namespace

std::string tree_text(const ast::File& file) {
  Writer writer;
  for (const ast::Declaration& one : file.declarations) {
    std::visit([&](const auto& inner) { writer.put(inner); }, one);
    writer.text += '\n';
  }
  return writer.text;
}

}  // namespace eventfilter::syntax
