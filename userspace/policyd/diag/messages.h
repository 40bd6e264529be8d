// SPDX-License-Identifier: BSD-2-Clause
//
// Every sentence that the compiler can say about a rule file (messages.def).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "diag/diagnostics.h"

namespace eventfilter::diag {

enum class Message {
#define DIAG_MESSAGE(id, severity, sentence) id,
#include "diag/messages.def"
};

// The stable names of all messages, in the order of the list.
const std::vector<std::string_view>& message_ids();

// A finding: the message's sentence with %1 to %3 replaced by `arguments`.
Diagnostic make(Message message, const Range& range,
                std::initializer_list<std::string_view> arguments = {});

// The candidate that `name` most likely is a misspelling of, or an empty string.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

// 'did you mean "NEAREST"?', or an empty string.
std::string nearest_hint(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace eventfilter::diag
