// SPDX-License-Identifier: BSD-2-Clause
// For events about another task: one that carries a_t, one that carries b_t, one without a label.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/event.h"
#include "support/label_space.h"
#include "support/ruleset.h"
#include "support/verdict.h"
#include "support/victim.h"

namespace eventfilter::selftest {

class TaskEvents : public testing::Test {
 protected:
  // Set up further by `more`, still free to do anything
  [[nodiscard]] auto wearing(const std::string& label,
                             const std::function<void()>& more = [] {}) const {
    return [this, label, more] {
      more();
      Ruleset::labelled(space_, label, "sys_enter_getpgrp: allow").enforce();
    };
  }
  void confine(const std::string& rules) const { enforce(space_, rules); }

  const LabelSpace space_{"a_t b_t"};
};

}  // namespace eventfilter::selftest
