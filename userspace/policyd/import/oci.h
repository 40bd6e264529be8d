// SPDX-License-Identifier: BSD-2-Clause
//
// The seccomp profiles of containers (OCI's runtime specification, with Docker's conditions) as rule
// files. Nothing is ever let through that the profile refuses.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "events/target.h"

namespace eventfilter::import {

struct OciOptions {
  std::string domain = "container_t";
  std::set<std::string> capabilities;  // "CAP_SYS_ADMIN": what `includes` and `excludes` ask for
  const events::Target* target = nullptr;  // nullptr: events::builtin_target()
};

// Something that isn't in the rule file as the profile has it.
struct Listed {
  unsigned line = 0;  // of the profile
  std::string text;

  bool operator==(const Listed&) const = default;
};

struct Imported {
  std::string policy;  // a rule file, formatted
  std::vector<Listed> listed;
};

// Reads a profile. EINVAL for what is none, with the place; and for one that isn't for x86_64.
base::Result<Imported> import_oci(const std::string& name, const std::string& text,
                                  const OciOptions& options);

}  // namespace eventfilter::import
