// SPDX-License-Identifier: BSD-2-Clause
//
// Conditions drawn at random. Not for other folders.
#pragma once

#include <string>
#include <vector>

#include "differential/random.h"
#include "events/target.h"

namespace eventfilter::differential {

// What follows `when` in a rule about these events: of fields that all of them have. `labels` are
// words that stand for labels there. Empty if there is no such field.
std::string draw_condition(Random& random, const std::vector<const events::Event*>& about,
                           const std::vector<std::string>& labels);

}  // namespace eventfilter::differential
