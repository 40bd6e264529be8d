// SPDX-License-Identifier: BSD-2-Clause
//
// `--handle FD=NAME` of run and enter: rules for a descriptor that the command inherits.
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "cli/arguments.h"

namespace eventfilter::cli {

inline constexpr const char* kHandleOption = "handle";

struct Handle {
  int descriptor = -1;  // open when the command line was read, so none of our own
  std::string name;
};

// What the options say. Before anything is opened. EINVAL: that is no FD=NAME, EBADF: FD isn't open.
base::Result<std::vector<Handle>> handles_of(const Arguments& arguments);

// Has the descriptor stay open in what is executed, and attaches a ruleset, for good. After what closes the others.
// An error: nothing may be executed.
base::Result<void> attach(const Handle& handle, const base::Fd& ruleset);

}  // namespace eventfilter::cli
