// SPDX-License-Identifier: BSD-2-Clause
//
// A target and a policy's labels as the core's parser looks them up. Not for other layers.
#pragma once

#include <string>
#include <vector>

#include "core/event.h"
#include "events/target.h"
#include "policy/policy.h"

namespace eventfilter::emit {

// Refers to the target and the labels that it is made from.
class CoreSchema {
 public:
  CoreSchema(const events::Target& target, const std::vector<policy::Label>& labels);
  CoreSchema(const CoreSchema&) = delete;
  CoreSchema& operator=(const CoreSchema&) = delete;

  const evf_schema* get() const { return &face_.schema; }

 private:
  // What the callbacks get back from the core.
  struct Face {
    evf_schema schema;
    const CoreSchema* owner;
  };

  static const evf_event* find_event(const evf_schema* schema, const char* name, std::size_t size);
  static int find_label(const evf_schema* schema, const char* name, std::size_t size);
  static const char* label_name(const evf_schema* schema, std::uint16_t id);

  Face face_;
  const events::Target& target_;
  const std::vector<policy::Label>& labels_;
  std::vector<evf_event> events_;
  std::vector<std::vector<evf_field>> fields_;
};

}  // namespace eventfilter::emit
