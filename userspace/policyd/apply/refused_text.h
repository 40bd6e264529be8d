// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>

#include <eventfilter.h>

#include "apply/failure.h"

namespace eventfilter::apply {

// What the kernel said about `text`, with its line and column as bytes of the text.
RefusedText refused_text(const std::string& text, const eventfilter_text_error& error);

}  // namespace eventfilter::apply
