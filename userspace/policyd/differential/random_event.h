// SPDX-License-Identifier: BSD-2-Clause
//
// Events drawn at random.
#pragma once

#include <string>
#include <vector>

#include "differential/random.h"
#include "events/target.h"
#include "interpreter/event.h"

namespace eventfilter::differential {

// An event of a kind; its objects have one of `types`, or none.
interpreter::Event draw_event(Random& random, const events::Event& kind,
                              const std::vector<std::string>& types);

// What is known of a session that begins.
interpreter::Event draw_session(Random& random);

}  // namespace eventfilter::differential
