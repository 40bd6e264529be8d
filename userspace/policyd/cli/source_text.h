// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "diag/diagnostics.h"

namespace eventfilter::cli {

// What stands at a range, on one line.
std::string source_line(const diag::Diagnostics& diagnostics, const diag::Range& range);

// "a.policy:3:3-40: d allows it here", a line for each.
std::string note_lines(const diag::Diagnostics& diagnostics, const std::vector<diag::Note>& notes);

}  // namespace eventfilter::cli
