// SPDX-License-Identifier: BSD-2-Clause
//
// Why a rule file refuses what a record tells of, and the smallest rule that would let it pass.
#pragma once

#include <string>
#include <vector>

#include "diag/diagnostics.h"
#include "emit/compile.h"
#include "emit/compiled_policy.h"
#include "events/target.h"
#include "records/record.h"

namespace eventfilter::explain {

// A rule to be added, and what comes of it.
struct Repair {
  std::string domain;       // where it belongs
  std::string file;         // that the domain stands in, if it is an included one
  std::string declaration;  // a label that it needs, or ""
  std::string rule;         // "allow file read on site_t;"
  std::vector<std::string> also;  // what passes besides: "domain d, file_open"; empty when it's minimal

  bool operator==(const Repair&) const = default;
};

struct Explanation {
  bool is_refused = false;  // by the rules of this file
  std::string layer;        // the domain that refuses
  std::string predicate;    // what was false
  std::vector<diag::Note> denies;  // deny rules that hold: no allow rule helps against them
  std::vector<diag::Note> allows;  // allow rules that would, on another label or condition
  std::vector<Repair> repairs;     // all of them together; empty if there is none
  std::string hindrance;           // why there is none
};

// The policy that `source` compiles to, which has the domain. A repair has been tried: the file with
// it lets the event pass, and has been compared with the file without it.
Explanation explain(const records::Record& record, const emit::CompiledPolicy& policy,
                    const emit::CompiledDomain& domain, const emit::Source& source,
                    const emit::Options& options);

}  // namespace eventfilter::explain
