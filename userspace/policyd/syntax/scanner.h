// SPDX-License-Identifier: BSD-2-Clause
//
// The generated scanner's face (grammar/policy.ll). Not for other layers.
#pragma once

#include <cstddef>

#include "syntax/parse_context.h"

namespace eventfilter::syntax {

// A scanner over `size` bytes, which it copies; closed with close_scanner().
void* open_scanner(const char* text, std::size_t size, ScanState* state);
void close_scanner(void* scanner);

// The next token; END for ever after the last.
Parser::symbol_type scan(void* scanner);

}  // namespace eventfilter::syntax
