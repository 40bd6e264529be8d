// SPDX-License-Identifier: BSD-2-Clause
//
// Another program's answer.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace eventfilter::cli {

struct Captured {
  int status = 0;    // the exit status; 128 and the signal's number when one ended it
  std::string text;  // standard output, and standard error as well
};

// Runs a program of PATH and waits for it. An error: there is none of this name.
base::Result<Captured> capture(const std::vector<std::string>& words);

}  // namespace eventfilter::cli
