// SPDX-License-Identifier: BSD-2-Clause
// Asks the kernel which label something has, by the only way there is in this version: a ruleset
// whose errno says it.
#pragma once

#include <functional>
#include <string>

#include "support/label_space.h"
#include "support/ruleset.h"

namespace eventfilter::selftest {

// The names that a probe's label space needs
inline constexpr const char* kProbeNames = "a_t b_t c_t never_t";

class LabelProbe {
 public:
  // Of this label field of this event
  explicit LabelProbe(const LabelSpace& space, const std::string& event = "file_open",
                      const std::string& field = "label");

  // "a_t", "a_t b_t", ..., "" for the empty set, "unknown" for a label that couldn't be found.
  // `raise` is called in a confined child, as root; it must raise the event, and returns like a
  // system call.
  [[nodiscard]] std::string of(const std::function<long()>& raise) const;
  // For file_open: opens the path
  [[nodiscard]] std::string of(const std::string& path) const;

 private:
  Ruleset ruleset_;
};

}  // namespace eventfilter::selftest
