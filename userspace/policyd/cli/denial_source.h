// SPDX-License-Identifier: BSD-2-Clause
//
// Where refusals are read from: policyd, or, for root, the kernel.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "cli/arguments.h"
#include "ipc/client_protocol.h"

namespace eventfilter::cli {

class DenialSource {
 public:
  virtual ~DenialSource() = default;

  // What came, after at most this long; nothing is no error.
  virtual base::Result<std::vector<ipc::Denied>> wait(int milliseconds) = 0;

  // Whether SIGINT, SIGTERM or SIGHUP has come, for those sources that clean up after themselves.
  virtual bool is_interrupted() { return false; }

  // Says why wait() failed.
  virtual void explain(const base::Error& error) const = 0;
};

// What --system says; none after a message.
std::unique_ptr<DenialSource> denial_source(const Arguments& arguments);

}  // namespace eventfilter::cli
