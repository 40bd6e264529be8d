// SPDX-License-Identifier: BSD-2-Clause
//
// What follows `when`, on one event. Not for other folders; the entry is interpreter.h.
#pragma once

#include <functional>

#include "ast/condition.h"
#include "interpreter/event.h"

namespace eventfilter::interpreter {

// A test of an id that has no mapping is neither: its negation isn't true either.
enum class Truth { No, Undefined, Yes };

// The labels that a word stands for.
using LabelsOf = std::function<std::set<std::string>(const std::string& word)>;

Truth holds(const ast::Condition& condition, const Event& event, const LabelsOf& labels_of);

// Whether a text matches a pattern with "*", "?" and "[...]".
bool matches(const std::string& pattern, const std::string& text);

}  // namespace eventfilter::interpreter
