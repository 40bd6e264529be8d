// SPDX-License-Identifier: BSD-2-Clause
//
// Where label assignments go: the kernel, or a test's notebook.
#pragma once

#include <string>

#include "base/result.h"

namespace eventfilter::apply {

// Takes one assignment at a time. `names` are separated by spaces; "" is a barrier: what is there
// has the empty set, and no rule that allows a label lets it through.
class LabelSink {
 public:
  virtual ~LabelSink() = default;

  // The object and what is beneath it.
  virtual base::Result<void> tree(int object, const std::string& names) = 0;

  // The object alone.
  virtual base::Result<void> self(int object, const std::string& names) = 0;

  // What has a name like `pattern` in the directory, now or later, and what is beneath it.
  virtual base::Result<void> name(int directory, const std::string& pattern,
                                  const std::string& names) = 0;
};

}  // namespace eventfilter::apply
