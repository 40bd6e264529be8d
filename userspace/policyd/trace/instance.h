// SPDX-License-Identifier: BSD-2-Clause
//
// An instance of tracefs of one's own: buffers that nobody else fills, reads or stops.
#pragma once

#include <memory>
#include <string>

#include "base/fd.h"
#include "base/result.h"

struct tracefs_instance;

namespace eventfilter::trace {

// How the directories of ours are called: "policyctl-PID-NUMBER".
inline constexpr const char* kPrefix = "policyctl-";

// Goes with the object. Of one whose owner was killed the next owner disposes: whoever owns one holds a
// lock on its directory, which ends with the process whatever ends that.
class Instance {
 public:
  // EACCES: this is for root. ENOENT: there is no tracefs.
  static base::Result<Instance> create();

  tracefs_instance* get() const { return instance_.get(); }

 private:
  struct Destroy {
    void operator()(tracefs_instance* instance) const;
  };

  Instance(tracefs_instance* instance, base::Fd lock) : lock_(std::move(lock)), instance_(instance) {}

  base::Fd lock_;
  std::unique_ptr<tracefs_instance, Destroy> instance_;
};

}  // namespace eventfilter::trace
