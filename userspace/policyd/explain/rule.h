// SPDX-License-Identifier: BSD-2-Clause
//
// The rule that lets one event pass. Not for other layers; the entry is explain.h.
#pragma once

#include <set>
#include <string>

#include "analysis/evaluate.h"
#include "base/result.h"
#include "emit/compiled_policy.h"
#include "events/target.h"
#include "records/record.h"

namespace eventfilter::explain {

struct Proposal {
  std::string declaration;  // of a label that the rule needs, or ""
  std::string rule;
  std::string label;  // the declared one
};

// The smallest allow rule of this layer for the event: its permission, on its labels, under the
// conditions about fields that the layer's rules for the event tell apart. The error says why there is none.
base::Result<Proposal> propose(const records::Record& record, const events::Event& event,
                               const emit::CompiledPolicy& policy,
                               const emit::CompiledDomain& layer);

// What the objects carry that the event moves or uses.
std::set<std::string> labels_in(const records::Record& record, const events::Event& event);

}  // namespace eventfilter::explain
