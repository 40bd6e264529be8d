// SPDX-License-Identifier: BSD-2-Clause
//
// Where refusals are written to: standard output, the journal, or syslog.
#pragma once

#include <memory>

#include "base/result.h"
#include "cli/arguments.h"
#include "ipc/client_protocol.h"

namespace eventfilter::cli {

class DenialOutput {
 public:
  virtual ~DenialOutput() = default;

  // One refusal, or how many were lost. An error: it can't be written there any more.
  virtual base::Result<void> put(const ipc::Denied& denied) = 0;
};

// What --json, --journal and --syslog say; none after a message, when it's more than one of them, or
// when nobody takes what would be written.
std::unique_ptr<DenialOutput> denial_output(const Arguments& arguments);

}  // namespace eventfilter::cli
