// SPDX-License-Identifier: BSD-2-Clause
//
// A seccomp profile as its file has it, for x86_64. Not for other layers; the entry is oci.h.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "import/argument.h"
#include "import/oci.h"

namespace eventfilter::import {

struct OciAction {
  enum class Kind { Allow, Log, Errno, Trap, Kill };
  Kind kind = Kind::Allow;
  int error = 0;

  bool passes() const { return kind == Kind::Allow || kind == Kind::Log; }
  bool operator==(const OciAction&) const = default;
};

struct OciArgument {
  unsigned line = 0;
  std::size_t index = 0;
  Comparison comparison;
};

struct OciRule {
  unsigned line = 0;
  std::vector<std::string> names;
  OciAction action;
  std::vector<OciArgument> arguments;

  bool repeats_argument() const;
};

struct OciProfile {
  OciAction default_action;
  std::vector<OciRule> rules;  // those whose conditions about capabilities and kernels hold
  std::vector<Listed> listed;
};

base::Result<OciProfile> read_oci_profile(const std::string& name, const std::string& text,
                                          const OciOptions& options);

}  // namespace eventfilter::import
