// SPDX-License-Identifier: BSD-2-Clause
//
// Shorthand for this layer's findings.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "diag/diagnostics.h"
#include "diag/messages.h"

namespace eventfilter::sema {

using diag::Message;
using diag::Range;

class Reporter {
 public:
  explicit Reporter(diag::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void report(Message message, const Range& range,
              std::initializer_list<std::string_view> arguments = {}, std::string hint = {},
              std::vector<diag::Note> notes = {}) {
    diag::Diagnostic finding = diag::make(message, range, arguments);
    finding.hint = std::move(hint);
    finding.notes = std::move(notes);
    diagnostics_.add(std::move(finding));
  }

 private:
  diag::Diagnostics& diagnostics_;
};

}  // namespace eventfilter::sema
