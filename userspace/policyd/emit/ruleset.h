// SPDX-License-Identifier: BSD-2-Clause
//
// Access vectors -> ruleset text. Not for other layers; the entry is compile.h.
#pragma once

#include <string>
#include <vector>

#include "av/vectors.h"
#include "base/result.h"
#include "emit/label_names.h"
#include "emit/schema.h"
#include "policy/policy.h"

namespace eventfilter::emit {

// When an event passes a verdict: for a move, on both labels.
policy::ConditionPtr filter_of(const av::Verdict& verdict, const events::Event& event,
                               LabelNames& labels);

// A ruleset in the core's canonical form, taken by its parser.
base::Result<std::string> canonical_ruleset(const std::string& text, const CoreSchema& schema);

// Layers that all have to let an event pass.
using Layers = std::vector<const av::DomainVectors*>;

// The ruleset of one layer, or of several in one, in the core's canonical form and taken by its
// parser. The error is the core's sentence: a limit of the kernel's language.
base::Result<std::string> ruleset_of(const Layers& layers, LabelNames& labels,
                                     const CoreSchema& schema);

}  // namespace eventfilter::emit
