// SPDX-License-Identifier: BSD-2-Clause
//
// CIL texts -> what they would be here, counted, and the filters of each domain. For analysis, and to
// compare with SELinux's own compilers; this is no claim to enforce an SELinux policy.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cil/policy.h"
#include "cil/tree.h"

namespace eventfilter::cil {

// A neverallow that some allow breaks.
struct Violation {
  std::string never;
  std::string allow;
};

struct Report {
  std::size_t types = 0, groups = 0, domains = 0, allow_rules = 0, optionals_left_out = 0;
  std::map<std::string, Count, std::less<>> counts;  // statements by keyword
  // "CLASS PERMISSION" of allow rules that nothing here can tell, with how many rules have it
  std::map<std::string, std::size_t> unsupported;
  std::vector<Violation> violations;
  std::size_t bytes = 0;               // of all rulesets
  std::vector<std::string> refused;    // domains whose filters the core doesn't take, and why
};

// Called after each phase with its name: parse, resolve, vectors, assertions, emit.
using PhaseDone = std::function<void(std::string_view)>;

// Called with each domain's name and ruleset.
using Emit = std::function<void(std::string_view, const std::string&)>;

// The error says where: "base.cil:3: ...". The texts must stay until it returns.
base::Result<Report> import(const std::vector<File>& files, const PhaseDone& done, const Emit& emit);

}  // namespace eventfilter::cil
