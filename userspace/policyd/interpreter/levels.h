// SPDX-License-Identifier: BSD-2-Clause
//
// Levels and categories, once more. Not for other folders; the entry is interpreter.h.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "ast/ast.h"
#include "interpreter/event.h"

namespace eventfilter::interpreter {

class Levels {
 public:
  explicit Levels(const ast::Policy& policy);

  // Whether the domain's level lets these parts of an event with such an object pass.
  bool permits(const std::string& domain, const Event& event, const std::string& label,
               unsigned parts) const;

  // Whether the object is of the domain's own level.
  bool is_same(const std::string& domain, const std::string& label) const;

 private:
  struct Level {
    bool is_every = false;
    std::size_t height = 0;
    std::set<std::string> categories;
  };

  Level read(const ast::Level& level) const;
  Level of_domain(const std::string& name) const;
  std::optional<Level> of_object(const std::string& label, bool is_task) const;
  static bool is_above(const Level& high, const Level& low);

  std::map<std::string, std::size_t> heights_;
  std::map<std::string, const ast::Label*> labels_;
  std::map<std::string, const ast::Domain*> domains_;
};

}  // namespace eventfilter::interpreter
