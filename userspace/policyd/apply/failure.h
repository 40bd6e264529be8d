// SPDX-License-Identifier: BSD-2-Clause
//
// Why a policy can't be applied.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "apply/label_objects.h"
#include "base/result.h"

namespace eventfilter::apply {

// The kernel refused a text that the compiler made: our mistake, or a kernel that lacks what the
// policy was compiled for. Bytes [begin, end) of the text are what it doesn't like.
struct RefusedText {
  std::string text;
  std::string sentence;
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct Failure {
  base::Error error;
  std::vector<Problem> problems;  // patterns that can't be applied as they are meant
  std::optional<RefusedText> refused;
};

}  // namespace eventfilter::apply
