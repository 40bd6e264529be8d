// SPDX-License-Identifier: BSD-2-Clause
//
// A comparison of a system call's register as one of the argument's type. Not for other layers.
#pragma once

#include <cstdint>
#include <string>

#include "events/target.h"

namespace eventfilter::import {

enum class Operator { NotEqual, Less, LessEqual, Equal, GreaterEqual, Greater, MaskedEqual };

struct Comparison {
  Operator op = Operator::Equal;
  std::uint64_t value = 0;   // of MaskedEqual: the mask
  std::uint64_t second = 0;  // of MaskedEqual: what the masked bits are
};

// Whether it can hold, and when.
struct Lowered {
  enum class Kind { Always, Never, When };
  Kind kind = Kind::When;
  std::string when;
};

// The comparison, which is of all 64 bits without a sign, about a register that holds an argument of
// this field's type as C passes it. The field is an integer or an id.
Lowered lower(const Comparison& comparison, const events::Field& field);

}  // namespace eventfilter::import
